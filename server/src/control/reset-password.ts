/**
 * For somebody who forgot the password, or whose password somebody else may know: it stops working
 * at once, as do sessions, and a one-time link sets a new one. Personal tokens wait until then. Whoever holds the
 * link can do all that the person can, so making it needs all of that.
 */
import { user as contract, Refusal } from '@commonhold/contract'
import { deleteOpenInvitationsOf } from '../store/invitation.ts'
import { accountsOf } from '../store/membership.ts'
import { deleteSessionsOf } from '../store/session.ts'
import { updateUser } from '../store/user.ts'
import { type Context, implement } from './context.ts'
import { presentNewInvitation } from './invitation.ts'
import { giveInvitation, writerIn } from './invite.ts'
import { requirePowerEverywhere } from './power-everywhere.ts'
import { resolveUser } from './user.ts'

const resetPassword = implement(contract.resetPassword, async (c) => {
  const user = await resolveUser(c, c.params.user)
  if (user.state !== 'active') {
    throw new Refusal(
      'wrong_state',
      `${user.email} is ${user.state}, so there is nothing to reset.`,
    )
  }
  if (user.id === c.caller.principal.id) {
    throw new Refusal('refused_by_rule', 'Change your own password in the settings.')
  }
  await requirePowerEverywhere(c as Context, user.id)
  const memberOf = await accountsOf(c.tx, user.id)
  const place = memberOf.includes(c.account.id) ? c.account.id : memberOf[0]
  if (place === undefined) {
    throw new Refusal('wrong_state', `${user.email} is a member of no account. Invite her again.`)
  }

  await c.touches({ accounts: memberOf, who: { principals: [user.id] } })

  const ended = await deleteSessionsOf(c.tx, user.id)
  await deleteOpenInvitationsOf(c.tx, user.id)
  await updateUser(c.tx, user.id, { state: 'invited', passwordHash: null })
  const writer = writerIn(c as Context, place)
  const to = { tenantName: c.caller.tenant.displayName, roleId: null }
  const made = await giveInvitation(writer, user, to)
  c.loses({
    what: 'user',
    id: user.id,
    sentence: `${user.email} is signed out everywhere, and personal tokens wait for the new password.`,
  })
  c.audit({
    target: { kind: 'user', id: user.id, name: user.email },
    before: { state: 'active' },
    after: { state: 'invited', sessionsEnded: ended, link: made.id },
  })
  return presentNewInvitation(writer, user, made)
})

export const resetPasswordImplementations = [resetPassword]
