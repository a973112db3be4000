/**
 * Invitations. The one in force of a person is a password for all that the person can do, so a new
 * link needs all of that; who accepts is bound to the e-mail and the tenant of the row, never to what
 * the link or the body says (case A65). Only the one-time link of the very first admin leaves the
 * e-mail open: store/user.ts, `emailToChoose`.
 */
import { invitation as contract, Refusal } from '@commonhold/contract'
import type { TenantId, UserId } from '@commonhold/core'
import { hashPassword } from '../crypto/password.ts'
import { findAccount } from '../store/account.ts'
import { loadTenant, type TenantFacts } from '../store/caller.ts'
import { isUniqueViolation } from '../store/constraint.ts'
import type { Tx } from '../store/database.ts'
import {
  deleteInvitation,
  deleteOpenInvitationsOf,
  findInvitation,
  findInvitationByHash,
  type InvitationRow,
  listInvitations,
  useInvitation,
} from '../store/invitation.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { emailToChoose, findUser, type UserRow, updateUser } from '../store/user.ts'
import { auditAct } from './audit-open.ts'
import { beginSession } from './begin-session.ts'
import { type Context, implement, implementOpen, type OpenContext } from './context.ts'
import { giveInvitation, type NewInvitation, type Writer, writerIn } from './invite.ts'
import { listAnswer, pageRequest } from './list.ts'
import { assertGoodPassword } from './password-rules.ts'
import { requirePowerEverywhere } from './power-everywhere.ts'
import { notFound } from './resolve.ts'
import type { Services } from './services.ts'

const unknownLink = () =>
  new Refusal('not_found', 'This link does not work, or no longer. Ask for a new invitation.')

export function presentInvitation(
  row: Pick<InvitationRow, 'id' | 'accountId' | 'userId' | 'email' | 'createdAt' | 'createdBy'> & {
    readonly expiresAt: Date
    readonly usedAt: Date | null
  },
  now: Date,
) {
  const { id, accountId, userId, email, createdBy } = row
  const state = row.usedAt ? 'used' : row.expiresAt > now ? 'open' : 'expired'
  return {
    id,
    kind: 'invitation' as const,
    account: accountId,
    user: userId,
    email,
    state: state as 'open' | 'used' | 'expired',
    createdAt: row.createdAt.toISOString(),
    createdBy,
    expiresAt: row.expiresAt.toISOString(),
  }
}

/** As it is shown once, with its link. */
export function presentNewInvitation(
  { accountId, createdBy, now }: Writer,
  user: { id: UserId; email: string },
  { id, link, expiresAt }: NewInvitation,
) {
  const by = { accountId, createdAt: now, createdBy }
  const row = { id, ...by, userId: user.id, email: user.email, expiresAt, usedAt: null }
  return { ...presentInvitation(row, now), link }
}

const list = implement(contract.list, async (c) =>
  listAnswer(c, await listInvitations(c.tx, c.account.id, pageRequest(c)), (row) =>
    presentInvitation(row, c.now),
  ),
)

async function resolveInvitation(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  reference: string,
): Promise<InvitationRow> {
  const row = await findInvitation(tx, account.id, reference)
  if (row === null) throw notFound('invitation')
  return row
}

const renew = implement(contract.renew, async (c) => {
  const row = await resolveInvitation(c, c.params.invitation)
  const user = (await findUser(c.tx, c.account.id, row.userId))!
  if (row.usedAt !== null || user.state !== 'invited') {
    throw new Refusal('wrong_state', `${user.email} has accepted an invitation already.`)
  }
  await requirePowerEverywhere(c, user.id)

  await deleteOpenInvitationsOf(c.tx, user.id)
  const to = { tenantName: c.caller.tenant.displayName, roleId: null }
  const writer = writerIn(c, c.account.id)
  const made = await giveInvitation(writer, user, to)
  c.audit({
    target: { kind: 'invitation', id: made.id, name: user.email },
    before: { id: row.id },
    after: { id: made.id, expiresAt: made.expiresAt.toISOString() },
  })
  return presentNewInvitation(writer, user, made)
})

const remove = implement(contract.delete, async (c) => {
  const row = await resolveInvitation(c, c.params.invitation)
  c.loses({ what: 'invitation', id: row.id, sentence: `The link of ${row.email} stops working.` })
  await deleteInvitation(c.tx, row.id)
  c.audit({ target: { kind: 'invitation', id: row.id, name: row.email } })
})

interface Opened {
  readonly tenant: TenantFacts
  readonly invitation: InvitationRow
  readonly user: UserRow
  readonly account: { readonly displayName: string; readonly isRoot: boolean }
}

/** @throws not_found, in the same words whatever is wrong with the link */
async function open(tx: Tx, tenantId: TenantId, hash: Buffer, now: Date): Promise<Opened> {
  const invitation = await findInvitationByHash(tx, hash)
  if (!invitation || invitation.usedAt !== null || invitation.expiresAt <= now) throw unknownLink()
  const tenant = await loadTenant(tx, tenantId)
  const account = await findAccount(tx, invitation.accountId)
  const user = await findUser(tx, invitation.accountId, invitation.userId)
  if (tenant?.state !== 'active' || account?.state !== 'active' || user === null) {
    throw unknownLink()
  }
  return { tenant, invitation, user, account }
}

async function placeOfLink(services: Services, secret: string) {
  const hash = services.hasher.hash(secret)
  const tenantId = await services.database.tenantOfCredential(hash)
  if (tenantId === null) throw unknownLink()
  return { hash, tenantId }
}

const inspect = implementOpen(contract.inspect, async ({ services, body, now }) => {
  const { hash, tenantId } = await placeOfLink(services, body.secret)
  return services.database.withTenant(tenantId, async (tx) => {
    const { tenant, user, account } = await open(tx, tenantId, hash, now)
    return {
      body: {
        email: user.email === emailToChoose ? null : user.email,
        displayName: user.displayName,
        tenant: { name: tenant.name, displayName: tenant.displayName },
        account: { displayName: account.displayName, isRoot: account.isRoot },
        hasPassword: user.hasPassword,
      },
    }
  })
})

type Accept = OpenContext<typeof contract.accept>

const accept = implementOpen(contract.accept, async (c) => {
  const { services, body, now } = c
  const { database } = services
  const { hash, tenantId } = await placeOfLink(services, body.secret)
  // Looked at twice, so that neither a slow hash is made for a link that does not work, nor the
  // tenant is locked while one is made.
  const seen = await database.withTenant(tenantId, (tx) => open(tx, tenantId, hash, now))
  assertGoodPassword(body.password, emailOf(c, seen.user))
  const passwordHash = await hashPassword(body.password)
  return database.withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId)
    return become(tx, c, await open(tx, tenantId, hash, now), passwordHash)
  })
})

/** @throws invalid_input or refused_by_rule */
function emailOf({ body }: Accept, user: UserRow): string {
  if (user.email !== emailToChoose) {
    if (body.email === undefined || body.email.toLowerCase() === user.email.toLowerCase()) {
      return user.email
    }
    throw new Refusal('refused_by_rule', `This invitation is for ${user.email} alone.`, {
      errors: [{ pointer: '/email', rule: 'fixed', message: 'is fixed by the invitation' }],
    })
  }
  if (body.email !== undefined) return body.email
  throw new Refusal('invalid_input', 'Say which e-mail you will sign in with.', {
    errors: [{ pointer: '/email', rule: 'required', message: 'is needed for the first admin' }],
  })
}

async function become(tx: Tx, c: Accept, opened: Opened, passwordHash: string) {
  const { tenant, invitation, user } = opened
  if (user.state !== 'invited') {
    throw new Refusal('wrong_state', 'The invitation has been accepted already. Sign in.')
  }
  const email = emailOf(c, user)
  const displayName = c.body.displayName ?? user.displayName
  await useInvitation(tx, invitation.id, c.now)
  await deleteOpenInvitationsOf(tx, user.id)
  try {
    await updateUser(tx, user.id, { email, displayName, passwordHash, state: 'active' })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Refusal('refused_by_rule', 'Somebody here has this e-mail already.')
  }
  const actor = { id: user.id, name: email }
  const { accountId } = invitation
  const operation = contract.accept.id
  const { now, call } = c
  await auditAct(tx, { tenantId: tenant.id, accountId, actor, operation, now, call }, [
    { target: { kind: 'user', id: user.id, name: email }, after: { state: 'active' } },
  ])
  const signedIn = { id: user.id, email, displayName }
  return beginSession(tx, c.services, { tenant, user: signedIn, call, now })
}

export const invitationImplementations = [list, renew, remove, inspect, accept]
