/**
 * Naming another account in a body. It is never what the request acts in; but an answer must not
 * tell that an account exists to somebody who has no business to know.
 */
import { accountTarget, decide, permissionBit, rootAccountName } from '@commonhold/core'
import { type AccountRow, findAccount } from '../store/account.ts'
import { loadFacts } from '../store/facts.ts'
import { accountsOf } from '../store/membership.ts'
import type { Context } from './context.ts'
import { notFound } from './resolve.ts'

type Asker = Pick<Context, 'tx' | 'account' | 'caller' | 'can' | 'now'>

/**
 * Known are root, which everybody is under; the accounts that a person is a member of; and all of
 * them to whoever administers the tenant. A token knows of its own account and of root.
 * @throws not_found
 */
export async function resolveKnownAccount(c: Asker, reference: string): Promise<AccountRow> {
  const account = await findAccount(c.tx, reference)
  const isAllowed = await isKnown(c, account)
  if (account === null || !isAllowed) throw notFound('account')
  return account
}

/**
 * The same is asked of an account that is not there as of one that nobody knows: else the time of the
 * answer would tell them apart.
 */
async function isKnown(c: Asker, account: AccountRow | null): Promise<boolean> {
  if (account?.isRoot || account?.id === c.account.id) return true
  if (c.account.isRoot && c.can('account:read')) return true
  if (c.caller.token !== null) return false
  const accounts = await accountsOf(c.tx, c.caller.principal.id)
  if (account !== null && accounts.includes(account.id)) return true
  const { tenant, principal } = c.caller
  const root = (await findAccount(c.tx, rootAccountName))!
  const facts = await loadFacts(c.tx, tenant, root, principal, null, c.now)
  return decide(facts, permissionBit('account:read'), accountTarget(root)) === 'allowed'
}
