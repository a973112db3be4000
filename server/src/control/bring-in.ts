/**
 * Brings the person of an e-mail into an account: whoever the tenant does not know is invited, whoever
 * it knows becomes a member at once, without a link. A person who is still invited elsewhere comes in
 * by that invitation, unless the author holds all that its link would be worth (invite.ts).
 */
import { Refusal } from '@commonhold/contract'
import type { RoleId, UserId } from '@commonhold/core'
import { hasOpenInvitation } from '../store/invitation.ts'
import { findUser, type UserRow } from '../store/user.ts'
import type { Context } from './context.ts'
import { presentNewInvitation } from './invitation.ts'
import { addMember, giveInvitation, makeUser, type Writer } from './invite.ts'
import { holdsPowerEverywhere } from './power-everywhere.ts'

export interface BroughtIn {
  readonly userId: UserId
  readonly invitation: ReturnType<typeof presentNewInvitation> | null
}

/**
 * @param writer into which account; what the role may be has been checked by the caller
 * @throws wrong_state for somebody who is there already, or deactivated
 */
export async function bringIn(
  c: Context,
  writer: Writer,
  person: { email: string; displayName?: string | undefined },
  roleId: RoleId | null,
): Promise<BroughtIn> {
  const known = await findUser(c.tx, writer.accountId, person.email)
  const needsLink = known === null || (await needsLinkStill(c, known))
  if (known !== null) assertMayCome(known, needsLink)
  const mayHaveLink = needsLink && (known === null || (await holdsPowerEverywhere(c, known.id)))

  const userId = known?.id ?? (await makeUser(writer, person))
  await addMember(writer, userId, roleId)
  if (!mayHaveLink) return { userId, invitation: null }
  const user = { id: userId, email: known?.email ?? person.email }
  const to = { tenantName: c.caller.tenant.displayName, roleId }
  const made = await giveInvitation(writer, user, to)
  return { userId, invitation: presentNewInvitation(writer, user, made) }
}

async function needsLinkStill({ tx, now }: Context, user: UserRow): Promise<boolean> {
  return user.state === 'invited' && !(await hasOpenInvitation(tx, user.id, now))
}

function assertMayCome(user: UserRow, needsLink: boolean): void {
  if (user.state === 'deactivated') {
    throw new Refusal(
      'wrong_state',
      `${user.email} is deactivated in this tenant. Someone who may has to reactivate the user first.`,
    )
  }
  if (user.membership === null || needsLink) return
  throw new Refusal(
    'wrong_state',
    user.state === 'invited'
      ? `${user.email} is invited already. Renew the invitation for a new link.`
      : `${user.email} is a member of this account already.`,
  )
}
