/**
 * What a start makes sure of. A self-hosted deployment without a tenant gets one, so that the first
 * thing that a person sees is a sign-in and not a form about tenancy. Until somebody has become its
 * first admin, each start gives out a new one-time link, and those given out before stop working.
 */
import { Refusal } from '@commonhold/contract'
import type { TenantId } from '@commonhold/core'
import { hashPassword } from '../crypto/password.ts'
import { StartupError } from '../startup-error.ts'
import { findBuiltInRole } from '../store/built-in-role.ts'
import { loadTenant } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import { deleteOpenInvitationsOf } from '../store/invitation.ts'
import { listTenantIds } from '../store/tenant.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { emailToChoose, findSignIn, updateUser } from '../store/user.ts'
import { auditAct, bySystem } from './audit-open.ts'
import { giveInvitation, type Writer } from './invite.ts'
import { makeTenant, refreshEveryTenant } from './new-tenant.ts'
import { assertGoodPassword } from './password-rules.ts'
import type { Services } from './services.ts'

export const firstTenantDefaultName = 'commonhold'

export interface FirstStart {
  /** For a start without a person at the console: this admin needs no link. */
  readonly firstAdmin: { readonly email: string; readonly password: string } | null
  readonly firstTenantName: string | null
}

interface FirstAdmin {
  readonly email: string
  readonly passwordHash: string
}

/**
 * @returns a link under which somebody becomes the first admin and chooses the e-mail; null once
 * there is one
 * @throws StartupError when the given password is one that is guessed first
 */
export async function ensureFirstTenant(
  services: Services,
  { firstAdmin, firstTenantName }: FirstStart,
): Promise<{ oneTimeLink: string | null }> {
  const { database } = services
  await refreshEveryTenant(services)
  if (services.mode === 'hosted') return { oneTimeLink: null }
  const [tenantId] = await database.withControlPlane(listTenantIds)
  if (tenantId === undefined) {
    const admin = firstAdmin && (await withHash(firstAdmin))
    return { oneTimeLink: await makeFirst(services, firstTenantName, admin) }
  }
  if (!(await database.withTenant(tenantId, hasOpenPlace))) return { oneTimeLink: null }
  const admin = firstAdmin && (await withHash(firstAdmin))
  return {
    oneTimeLink: await database.withTenant(tenantId, (tx) => renew(tx, services, tenantId, admin)),
  }
}

async function makeFirst(
  services: Services,
  givenName: string | null,
  admin: FirstAdmin | null,
): Promise<string | null> {
  const name = givenName ?? firstTenantDefaultName
  const displayName = name[0]!.toUpperCase() + name.slice(1)
  const wanted = {
    name,
    displayName,
    admin: admin ?? { email: emailToChoose, displayName: 'First admin' },
  }
  const maker = { actor: bySystem, operation: 'first-start', now: new Date(), call: null }
  try {
    const { invitation } = await makeTenant(services, wanted, maker)
    return invitation?.link ?? null
  } catch (error) {
    // Another process, started at the same moment, has just made it and prints the link.
    if (error instanceof Refusal && error.code === 'name_taken') return null
    throw error
  }
}

/** Whether nobody has become the first admin yet. */
async function hasOpenPlace(tx: Tx): Promise<boolean> {
  return (await findSignIn(tx, emailToChoose)) !== null
}

async function renew(
  tx: Tx,
  services: Services,
  tenantId: TenantId,
  admin: FirstAdmin | null,
): Promise<string | null> {
  await lockTenant(tx, tenantId)
  const user = await findSignIn(tx, emailToChoose)
  if (user === null) return null
  const tenant = (await loadTenant(tx, tenantId))!
  const now = new Date()
  const accountId = tenant.rootAccountId
  await deleteOpenInvitationsOf(tx, user.id)
  let link: string | null = null
  if (admin !== null) {
    await updateUser(tx, user.id, { ...admin, state: 'active' })
  } else {
    const writer: Writer = { tx, services, tenantId, accountId, createdBy: bySystem.id, now }
    const to = { tenantName: tenant.displayName, roleId: (await findBuiltInRole(tx, 'admin')).id }
    link = (await giveInvitation(writer, user, to)).link
  }
  const target = { kind: 'user', id: user.id, name: admin?.email ?? user.email }
  const act = { tenantId, accountId, actor: bySystem, operation: 'first-start', now, call: null }
  const after = admin === null ? { newOneTimeLink: true } : { state: 'active' }
  await auditAct(tx, act, [{ target, after }])
  return link
}

async function withHash({ email, password }: { email: string; password: string }) {
  try {
    assertGoodPassword(password, email)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new StartupError(`COMMONHOLD_ADMIN_PASSWORD can’t be used. ${error.detail}`)
  }
  return { email, passwordHash: await hashPassword(password) }
}
