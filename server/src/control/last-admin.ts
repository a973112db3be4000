/** An account keeps somebody who can administer it. */
import { Refusal } from '@commonhold/contract'
import type { AccountId } from '@commonhold/core'
import { activeAdmins, type Without } from '../store/admin.ts'
import type { UserRow } from '../store/user.ts'
import type { Context } from './context.ts'

/** @throws refused_by_rule when the user is the only active admin that the account has */
export async function assertNotLastAdmin(
  { tx, now }: Pick<Context, 'tx' | 'now'>,
  accountId: AccountId,
  user: Pick<UserRow, 'id' | 'email'>,
): Promise<void> {
  const admins = await activeAdmins(tx, accountId, now)
  if (admins.length !== 1 || admins[0] !== user.id) return
  throw new Refusal(
    'refused_by_rule',
    `${user.email} is the last active admin of an account. Make somebody else its admin first.`,
  )
}

/**
 * @param without what is about to go: a grant, a team, somebody's place in one
 * @throws refused_by_rule when it is what makes the last active admin of the acting account
 */
export async function assertAdminStays(
  { tx, account, now }: Pick<Context, 'tx' | 'account' | 'now'>,
  without: Without,
): Promise<void> {
  const admins = await activeAdmins(tx, account.id, now)
  const left = await activeAdmins(tx, account.id, now, without)
  if (admins.length === 0 || left.length > 0) return
  throw new Refusal(
    'refused_by_rule',
    'This makes the last active admin of the account. Make somebody else admin first.',
  )
}
