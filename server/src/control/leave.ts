/**
 * The end of a membership, by one's own will or by an admin's. With it go the grants, the places in
 * teams, the tokens and the invitations of that account; coming back revives none of them. The user
 * stays: he may be in other accounts, and what he made goes on.
 */
import { me as contract, Refusal } from '@commonhold/contract'
import { accountsOf, deleteMembership } from '../store/membership.ts'
import { deleteUser, findUser, type UserRow } from '../store/user.ts'
import { type Context, implement } from './context.ts'
import { requirePowerOf } from './held-power.ts'
import { assertNotLastAdmin } from './last-admin.ts'

/** @throws refused_by_rule for leaving the only place where one can act */
async function assertNotLockedOut(c: Context, row: UserRow): Promise<void> {
  if (row.id !== c.caller.principal.id) return
  if ((await accountsOf(c.tx, row.id)).length > 1) return
  throw new Refusal(
    'refused_by_rule',
    'It is the only account that you are in: you would lock yourself out. Ask another admin to remove you.',
  )
}

/**
 * Ends the membership in the acting account. Somebody who was invited, never came and is in no other
 * account leaves nothing behind.
 * @throws refused_by_rule, hands_out_more_than_held
 */
export async function endMembership(c: Context, row: UserRow): Promise<void> {
  await assertNotLockedOut(c, row)
  await requirePowerOf(c, row.id)
  await assertNotLastAdmin(c, c.account.id, row)
  await c.touches({ accounts: [c.account.id], who: { principals: [row.id] } })

  await deleteMembership(c.tx, c.account.id, row.id)
  const isGone = row.state === 'invited' && (await accountsOf(c.tx, row.id)).length === 0
  if (isGone) await deleteUser(c.tx, row.id)
  c.loses({
    what: 'user',
    id: row.id,
    sentence: `${row.email} loses every grant, team and token held in this account.`,
  })
  c.audit({
    target: { kind: 'user', id: row.id, name: row.email },
    before: { member: true, state: row.state },
  })
}

const leave = implement(contract.leave, async (c) => {
  const { principal } = c.caller
  if (principal.kind !== 'user') {
    throw new Refusal(
      'refused_by_rule',
      'A virtual account has one home and can’t leave it. Delete it instead.',
    )
  }
  await endMembership(c as Context, (await findUser(c.tx, c.account.id, principal.id))!)
})

export const leaveImplementations = [leave]
