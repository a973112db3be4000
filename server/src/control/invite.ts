/**
 * How a person comes into an account: made if the tenant does not know the e-mail, else just added.
 * The link sets the person's password, so it is a credential for all that the person can do anywhere
 * in the tenant. It is only given out for somebody who can do nothing yet but what comes with it, or
 * by who holds all of it (held-power.ts): else an account's admin could invite an invited admin of
 * the tenant, keep the link, and be that admin.
 */
import type { AccountId, Id, RoleId, TenantId, UserId } from '@commonhold/core'
import { newSecretText } from '../crypto/credential-hash.ts'
import { newId } from '../crypto/new-id.ts'
import { insertCredential } from '../store/credential.ts'
import type { Tx } from '../store/database.ts'
import { grantsTo, insertGrant } from '../store/grant.ts'
import { insertInvitation } from '../store/invitation.ts'
import { insertMail } from '../store/mail.ts'
import { insertMembership } from '../store/membership.ts'
import { emailToChoose, insertUser } from '../store/user.ts'
import type { Context } from './context.ts'
import type { Services } from './services.ts'

export const invitationDaysMax = 7
const dayMs = 24 * 60 * 60 * 1_000

/** Where something is written, by whom, when. */
export interface Writer {
  readonly tx: Tx
  readonly services: Services
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly createdBy: string
  readonly now: Date
}

/** The caller, writing into an account: the acting one, or one that he makes or joins. */
export function writerIn(c: Context, accountId: AccountId): Writer {
  const { tx, services, tenantId, now, caller } = c
  return { tx, services, tenantId, accountId, createdBy: caller.principal.id, now }
}

export function linkFor(services: Services, secret: string): string {
  return `${services.publicUrl}/accept#${secret}`
}

/** Makes a user who is nobody's member yet. */
export async function makeUser(
  writer: Writer,
  person: { email: string; displayName?: string | undefined; passwordHash?: string },
): Promise<UserId> {
  const id = newId('user')
  const { email, displayName = email.split('@')[0]!, passwordHash = null } = person
  const state = passwordHash === null ? 'invited' : 'active'
  const { tx, tenantId, createdBy } = writer
  await insertUser(tx, { tenantId, id, email, displayName, state, passwordHash, createdBy })
  return id
}

/** Does nothing twice. @param roleId a role on the whole account, or none */
export async function addMember(
  writer: Writer,
  userId: UserId,
  roleId: RoleId | null,
): Promise<void> {
  const { tx, tenantId, accountId, createdBy } = writer
  await insertMembership(tx, { tenantId, accountId, principalId: userId, createdBy })
  if (roleId === null) return
  const grants = await grantsTo(tx, accountId, userId)
  if (grants.some(({ role, object }) => role.id === roleId && object.type === 'account')) return
  await insertGrant(tx, {
    tenantId,
    accountId,
    id: newId('grant'),
    subject: { type: 'user', id: userId },
    object: { type: 'account' },
    roleId,
    expiresAt: null,
    createdBy,
  })
}

export interface NewInvitation {
  readonly id: Id<'inv'>
  /** Works as a password: shown once, mailed, kept nowhere. */
  readonly link: string
  readonly expiresAt: Date
}

/** @param user already a member of the writer's account, and still invited */
export async function giveInvitation(
  writer: Writer,
  user: { id: UserId; email: string },
  to: { tenantName: string; roleId: RoleId | null },
): Promise<NewInvitation> {
  const { tx, services, tenantId, accountId, createdBy, now } = writer
  const id = newId('inv')
  const expiresAt = new Date(now.getTime() + invitationDaysMax * dayMs)
  const { roleId } = to
  const keys = { tenantId, accountId, id, userId: user.id, roleId }
  await insertInvitation(tx, { ...keys, createdBy, createdAt: now, expiresAt })
  const text = newSecretText('inv')
  const of = { invitationId: id }
  await insertCredential(tx, services.hasher, { tenantId, text, of, expiresAt })
  const link = linkFor(services, text)
  if (services.mails && user.email !== emailToChoose) {
    await insertMail(tx, services.vault, tenantId, invitationMail(user.email, to.tenantName, link))
  }
  return { id, link, expiresAt }
}

function invitationMail(recipient: string, tenantName: string, link: string) {
  return {
    recipient,
    subject: `You are invited to ${tenantName}`,
    body:
      `You are invited to ${tenantName} on Commonhold.\n\n` +
      `Open this link to choose a password and sign in. It works once, for ${invitationDaysMax} days:\n\n` +
      `${link}\n\nIf you did not expect this, you can ignore it: nothing happens until it is opened.\n`,
  }
}
