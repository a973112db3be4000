/** Who a credential stands for, read inside its tenant in the transaction that will decide. */
import {
  type AccountId,
  type Id,
  isPermission,
  type LifecycleState,
  type PermissionSet,
  type PrincipalId,
  permissionSet,
  type SessionId,
  type TenantId,
  type TokenId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'

export interface TenantFacts {
  readonly id: TenantId
  readonly name: string
  readonly displayName: string
  readonly state: 'active' | 'suspended' | 'deleted'
  readonly plan: string
  readonly rootAccountId: AccountId
  readonly createdAt: Date
  /** When a throw-away tenant of a check ends by itself; null for every other (store/check-tenant.ts). */
  readonly checkUntil: Date | null
}

export interface Caller {
  readonly tenant: TenantFacts
  readonly principal: {
    readonly id: PrincipalId
    readonly kind: 'user' | 'virtual-account'
    /** E-mail of a user, name of a virtual account. */
    readonly name: string
    readonly displayName: string
    readonly email: string | null
    readonly state: LifecycleState
  }
  readonly session: {
    readonly id: SessionId
    readonly expiresAt: Date
    readonly lastSeenAt: Date
  } | null
  readonly token: {
    readonly id: TokenId
    readonly accountId: AccountId
    readonly state: LifecycleState
    readonly scopes: PermissionSet | null
    readonly ipAllowlist: readonly string[] | null
    readonly lastSeenAt: Date | null
  } | null
}

/** A session that nobody used for this long has ended. How long it lasts at most: begin-session.ts. */
export const sessionIdleHoursMax = 24
const hourMs = 60 * 60 * 1_000

export type CredentialProblem = 'unknown' | 'expired'

/**
 * @param hash the keyed hash of the presented text, 32 bytes
 * @returns the caller, or what is wrong with the credential
 */
export async function loadCaller(
  tx: Tx,
  tenantId: TenantId,
  hash: Buffer,
  now: Date,
): Promise<Caller | CredentialProblem> {
  const credential = await tx
    .selectFrom('credential')
    .leftJoin('session', 'session.id', 'credential.sessionId')
    .leftJoin('token', 'token.id', 'credential.tokenId')
    .leftJoin('tokenUse', 'tokenUse.tokenId', 'token.id')
    .select([
      'credential.expiresAt as credentialExpiresAt',
      'credential.invitationId',
      'session.id as sessionId',
      'session.userId',
      'session.expiresAt as sessionExpiresAt',
      'session.lastSeenAt',
      'token.id as tokenId',
      'tokenUse.lastUsedAt',
      'token.accountId',
      'token.principalId',
      'token.state as tokenState',
      'token.expiresAt as tokenExpiresAt',
      'token.scopes',
      'token.ipAllowlist',
    ])
    .where('credential.hash', '=', hash)
    .executeTakeFirst()
  if (!credential || credential.invitationId !== null) return 'unknown'
  const ends = [
    credential.credentialExpiresAt,
    credential.sessionExpiresAt,
    credential.tokenExpiresAt,
    credential.lastSeenAt &&
      new Date(credential.lastSeenAt.getTime() + sessionIdleHoursMax * hourMs),
  ]
  if (ends.some((end) => end !== null && end <= now)) return 'expired'
  const tenant = await loadTenant(tx, tenantId)
  const principal = await loadPrincipal(tx, credential.userId ?? credential.principalId!)
  if (tenant === null || principal === null) return 'unknown'
  if (tenant.checkUntil !== null && tenant.checkUntil <= now) return 'expired'
  return {
    tenant,
    principal,
    session: credential.sessionId
      ? {
          id: typed('sess', credential.sessionId),
          expiresAt: credential.sessionExpiresAt!,
          lastSeenAt: credential.lastSeenAt!,
        }
      : null,
    token: credential.tokenId
      ? {
          id: typed('tok', credential.tokenId),
          accountId: typed('acct', credential.accountId!),
          state: credential.tokenState as LifecycleState,
          scopes: credential.scopes && permissionSet(credential.scopes.filter(isPermission)),
          ipAllowlist: credential.ipAllowlist,
          lastSeenAt: credential.lastUsedAt,
        }
      : null,
  }
}

export async function loadTenant(tx: Tx, id: TenantId): Promise<TenantFacts | null> {
  const row = await tx
    .selectFrom('tenant')
    .selectAll()
    .where('id', '=', uuid(id))
    .executeTakeFirst()
  if (!row) return null
  return {
    id,
    name: row.name,
    displayName: row.displayName,
    state: row.state as TenantFacts['state'],
    plan: row.plan,
    rootAccountId: typed('acct', row.rootAccountId),
    createdAt: row.createdAt,
    checkUntil: row.checkUntil,
  }
}

/** A user or a virtual account, whichever the id (a UUID) is of. */
export async function loadPrincipal(
  tx: Tx,
  principalUuid: string,
): Promise<Caller['principal'] | null> {
  const row = await tx
    .selectFrom('principal')
    .leftJoin('user', 'user.id', 'principal.id')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'principal.id')
    .select([
      'principal.id',
      'principal.kind',
      'user.email',
      sql<string>`coalesce("user".email, virtual_account.name)`.as('name'),
      sql<string>`coalesce("user".display_name, virtual_account.display_name)`.as('displayName'),
      sql<LifecycleState>`coalesce("user".state, virtual_account.state)`.as('state'),
    ])
    .where('principal.id', '=', principalUuid)
    .executeTakeFirst()
  if (!row) return null
  const kind = row.kind as 'user' | 'virtual-account'
  const { name, displayName, email, state } = row
  return { id: principalId(kind, row.id), kind, name, displayName, email, state }
}

/** The typed id of a principal: its prefix says which of the two it is. */
export function principalId(kind: string, principalUuid: string): PrincipalId {
  const prefix = kind === 'user' ? 'user' : 'va'
  return typed(prefix, principalUuid) as Id<'user'> | Id<'va'>
}
