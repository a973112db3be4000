/**
 * Begins a session: the row, its credential, the cookie. The text is 256 random bits that are kept
 * nowhere; the CSRF token follows from the session's id (crypto/credential-hash.ts).
 */
import type { SessionId, UserId } from '@commonhold/core'
import { newSecretText } from '../crypto/credential-hash.ts'
import { newId } from '../crypto/new-id.ts'
import type { TenantFacts } from '../store/caller.ts'
import { insertCredential } from '../store/credential.ts'
import type { Tx } from '../store/database.ts'
import { deleteCredentialsOfSession, insertSession } from '../store/session.ts'
import type { Call, SessionCookie } from './call.ts'
import type { Services } from './services.ts'

/** However much it is used, a session ends then. How long it may be idle: store/caller.ts. */
export const sessionDaysMax = 14
const dayMs = 24 * 60 * 60 * 1_000

export interface SignedIn {
  readonly id: UserId
  readonly email: string
  readonly displayName: string
}

/** What `session.create` and its like answer with. */
export async function beginSession(
  tx: Tx,
  services: Services,
  signedIn: { tenant: TenantFacts; user: SignedIn; call: Call; now: Date },
) {
  const { tenant, user, call, now } = signedIn
  const id = newId('sess')
  const expiresAt = new Date(now.getTime() + sessionDaysMax * dayMs)
  await insertSession(tx, {
    tenantId: tenant.id,
    id,
    userId: user.id,
    createdAt: now,
    expiresAt,
    address: call.address,
    userAgent: call.userAgent,
  })
  const cookie = await giveCookie(tx, services, tenant, id, expiresAt)
  return { cookie, body: presentSession(services, { tenant, user, id, expiresAt }) }
}

/** Puts a new secret in place of the session's old one, which stops working at once. */
export async function rotateSession(
  tx: Tx,
  services: Services,
  tenant: TenantFacts,
  session: { readonly id: SessionId; readonly expiresAt: Date },
): Promise<SessionCookie> {
  await deleteCredentialsOfSession(tx, session.id)
  return giveCookie(tx, services, tenant, session.id, session.expiresAt)
}

async function giveCookie(
  tx: Tx,
  services: Services,
  tenant: TenantFacts,
  sessionId: SessionId,
  expiresAt: Date,
): Promise<SessionCookie> {
  const text = newSecretText('sess')
  const credential = { tenantId: tenant.id, text, of: { sessionId }, expiresAt }
  await insertCredential(tx, services.hasher, credential)
  return { realm: 'tenant', text, expiresAt }
}

export function presentSession(
  services: Services,
  session: { tenant: TenantFacts; user: SignedIn; id: SessionId; expiresAt: Date },
) {
  const { tenant, user, id, expiresAt } = session
  return {
    user: { id: user.id, email: user.email, displayName: user.displayName },
    tenant: { id: tenant.id, name: tenant.name, displayName: tenant.displayName },
    csrfToken: services.hasher.csrfToken(id),
    expiresAt: expiresAt.toISOString(),
  }
}
