/**
 * Sessions. Signing in answers alike, and in like time, whether the tenant, the user or the password
 * is not there, or somebody is deactivated: each path checks one password and says one sentence.
 */
import { session as contract, Refusal } from '@commonhold/contract'
import type { UserId } from '@commonhold/core'
import { isPassword } from '../crypto/password.ts'
import { loadTenant, type TenantFacts } from '../store/caller.ts'
import { deleteSession, listSessions } from '../store/session.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { findSignIn } from '../store/user.ts'
import {
  addressLimit,
  attemptsPerAddressMax,
  attemptsPerUserMax,
  countAttempt,
} from './attempt-limits.ts'
import { auditAct } from './audit-open.ts'
import { beginSession, presentSession } from './begin-session.ts'
import { type Context, implement, implementOpen, type OpenContext } from './context.ts'
import { notFound } from './resolve.ts'
import { signInTenant } from './sign-in-tenant.ts'

export const signInFailed = () =>
  new Refusal(
    'sign_in_failed',
    'The e-mail or the password is wrong, or the account is not active.',
  )

type SignIn = OpenContext<typeof contract.create>

const create = implementOpen(contract.create, async (c) => {
  const { services, call, now, body } = c
  const tenant = await services.database.withControlPlane((tx) =>
    signInTenant(tx, services, call, body.tenant),
  )
  const succeeded = countAttempt(services, limitsOf(c, tenant), now)
  const userId = await whoSignsIn(c, tenant)
  const begun = await services.database.withTenant(tenant!.id, async (tx) => {
    await lockTenant(tx, tenant!.id)
    // Deactivated, or given another password, while this one was checked: then it is not valid.
    const user = await findSignIn(tx, body.email)
    const fresh = await loadTenant(tx, tenant!.id)
    if (user?.id !== userId.id || user.passwordHash !== userId.passwordHash) throw signInFailed()
    if (user.state !== 'active' || fresh?.state !== 'active') throw signInFailed()
    const result = await beginSession(tx, services, { tenant: fresh, user, call, now })
    const actor = { id: user.id, name: user.email }
    const act = { tenantId: fresh.id, accountId: fresh.rootAccountId, actor, now, call }
    await auditAct(tx, { ...act, operation: contract.create.id }, [
      { target: { kind: 'user', id: user.id, name: user.email } },
    ])
    return result
  })
  succeeded()
  return begun
})

function limitsOf({ body, call }: SignIn, tenant: TenantFacts | null) {
  return [
    { key: `user/${tenant?.id}/${body.email.toLowerCase()}`, max: attemptsPerUserMax },
    addressLimit('sign-in', call.address, attemptsPerAddressMax),
  ]
}

/** @throws sign_in_failed, always after one check of a password */
async function whoSignsIn(
  { services, body }: SignIn,
  tenant: TenantFacts | null,
): Promise<{ id: UserId; passwordHash: string }> {
  const user =
    tenant && (await services.database.withTenant(tenant.id, (tx) => findSignIn(tx, body.email)))
  const passwordHash = user?.passwordHash ?? null
  const matches = await isPassword(body.password, passwordHash)
  if (!matches || !user || passwordHash === null) throw signInFailed()
  if (user.state !== 'active' || tenant?.state !== 'active') throw signInFailed()
  return { id: user.id, passwordHash }
}

/** Tokens act for a person, but do not see or end where that person is signed in. */
export function requireSession({ caller }: Pick<Context, 'caller'>) {
  const { session, principal } = caller
  if (session === null || principal.kind !== 'user') {
    throw new Refusal('not_allowed', 'A token can’t do this. Sign in to do it.')
  }
  const id = principal.id as UserId
  return { session, user: { id, email: principal.name, displayName: principal.displayName } }
}

const get = implement(contract.get, async (c) => {
  const { session, user } = requireSession(c)
  return presentSession(c.services, { tenant: c.caller.tenant, user, ...session })
})

const signOut = implement(contract.delete, async (c) => {
  const { session, user } = requireSession(c)
  await deleteSession(c.tx, user.id, session.id)
  c.setCookie(null)
  c.audit({ target: { kind: 'session', id: session.id, name: user.email } })
})

const list = implement(contract.list, async (c) => {
  const { session, user } = requireSession(c)
  const rows = await listSessions(c.tx, user.id)
  return {
    items: rows.map((row) => ({
      ...row,
      current: row.id === session.id,
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    })),
    nextCursor: null,
    total: rows.length,
  }
})

const revoke = implement(contract.revoke, async (c) => {
  const { session, user } = requireSession(c)
  if (!(await deleteSession(c.tx, user.id, c.params.session))) throw notFound('session')
  if (c.params.session === session.id) c.setCookie(null)
  c.audit({ target: { kind: 'session', id: c.params.session, name: user.email } })
})

export const sessionImplementations = [create, get, signOut, list, revoke]
