/**
 * Which account a request acts in: the one in the path, or root for what is tenant-wide. It is what
 * the request is authorised by. A token acts only in its own; an account that the caller is no
 * member of does not exist for him, unless he administers the tenant and so knows of it.
 */
import { Refusal } from '@commonhold/contract'
import { accountTarget, decide, formatId, permissionBit, rootAccountName } from '@commonhold/core'
import { type AccountRow, findAccount } from '../store/account.ts'
import type { Caller } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import { loadFacts } from '../store/facts.ts'
import { isMember } from '../store/membership.ts'
import type { Call } from './call.ts'

/** Well-formed, and of no account. */
const noAccount = formatId('acct', '00000000-0000-0000-0000-000000000000')

const missing = () => new Refusal('not_found', 'There is no account by that name or id.')

export async function actingAccount(
  tx: Tx,
  call: Call,
  caller: Caller,
  now: Date,
): Promise<AccountRow> {
  const { access } = call.operation
  const root = (await findAccount(tx, rootAccountName))!
  if (access.by === 'caller' || (access.by === 'permission' && access.on === 'root')) {
    return caller.token && access.by === 'caller'
      ? ((await findAccount(tx, caller.token.accountId)) ?? root)
      : root
  }
  const { account: reference } = call.params as { account: string }
  const account = await findAccount(tx, reference)
  if (caller.token !== null) {
    if (account === null || caller.token.accountId !== account.id) throw missing()
    return account
  }
  // From here on the same is asked of an account that is not there as of one that is: else the time
  // of the answer would tell whether another account has that name.
  const isMemberThere = await isMember(tx, account?.id ?? noAccount, caller.principal.id)
  if (account !== null && isMemberThere) return account
  const inRoot = await loadFacts(tx, caller.tenant, root, caller.principal, null, now)
  const knows = decide(inRoot, permissionBit('account:read'), accountTarget(root)) === 'allowed'
  if (account === null || !knows) throw missing()
  throw new Refusal(
    'not_allowed',
    'You administer this account but are not a member of it. Join it to act in it; its admins are told.',
  )
}
