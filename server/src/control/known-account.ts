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
  if (account === null || !(await isKnown(c, account))) throw notFound('account')
  return account
}

async function isKnown(c: Asker, { id, isRoot }: AccountRow): Promise<boolean> {
  if (isRoot || id === c.account.id) return true
  if (c.account.isRoot && c.can('account:read')) return true
  if (c.caller.token !== null) return false
  if ((await accountsOf(c.tx, c.caller.principal.id)).includes(id)) return true
  const { tenant, principal } = c.caller
  const root = (await findAccount(c.tx, rootAccountName))!
  const facts = await loadFacts(c.tx, tenant, root, principal, null, c.now)
  return decide(facts, permissionBit('account:read'), accountTarget(root)) === 'allowed'
}
