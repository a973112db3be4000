/**
 * Tokens, and the credentials that prove them. A token is the object that people name, narrow and
 * revoke; a credential is one secret of it, kept as a keyed hash. A rotation gives the token a new
 * credential and the old one an end, so for a while there are two.
 */
import {
  type AccountId,
  isId,
  type Permission,
  type PermissionSet,
  type PrincipalId,
  type TenantId,
  type TokenId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export interface TokenRow extends ObjectRow {
  readonly id: TokenId
  readonly principalId: PrincipalId
  /** Null: as wide as its principal. */
  readonly scopes: PermissionSet | null
  /** CIDR ranges; null: from anywhere. */
  readonly ipAllowlist: readonly string[] | null
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  /** How many secrets are valid at the time of the question. */
  readonly secrets: number
}

/** What narrows a token below its principal. */
export interface TokenRestrictions {
  readonly scopes: readonly Permission[] | null
  readonly ipAllowlist: readonly string[] | null
  readonly expiresAt: Date | null
}

/** A secret of a token: its keyed hash, 32 bytes, and the key that made it. */
export interface TokenSecret {
  readonly hash: Buffer
  readonly pepperId: string
}

const selectToken = (tx: Tx, accountId: AccountId, now: Date) =>
  tx
    .selectFrom('token')
    .innerJoin('principal', 'principal.id', 'token.principalId')
    .leftJoin('tokenUse', 'tokenUse.tokenId', 'token.id')
    .where('token.accountId', '=', uuid(accountId))
    .where('token.state', '=', 'active')
    .selectAll('token')
    .select([
      'principal.kind as principalKind',
      'tokenUse.lastUsedAt',
      sql<bigint>`(select count(*) from credential c where c.token_id = token.id
        and (c.expires_at is null or c.expires_at > ${now}))`.as('secrets'),
    ])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectToken>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): TokenRow {
  return {
    ...objectRow(row, typed('tok', row.id)),
    principalId: principalId(row.principalKind, row.principalId),
    scopes: row.scopes && storedPermissions(row.scopes),
    ipAllowlist: row.ipAllowlist,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
    secrets: Number(row.secrets),
  }
}

/** @param reference a name or an id: of a token of this principal, bound to this account */
export async function findToken(
  tx: Tx,
  accountId: AccountId,
  principal: PrincipalId,
  reference: string,
  now: Date,
): Promise<TokenRow | null> {
  const query = selectToken(tx, accountId, now).where('token.principalId', '=', uuid(principal))
  const row = await (isId(reference, 'tok')
    ? query.where('token.id', '=', uuid(reference))
    : query.where('token.name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** Whose token it is, of those bound to this account. */
export async function ownerOfToken(
  tx: Tx,
  accountId: AccountId,
  id: TokenId,
): Promise<PrincipalId | null> {
  const row = await tx
    .selectFrom('token')
    .innerJoin('principal', 'principal.id', 'token.principalId')
    .select(['principal.id', 'principal.kind'])
    .where('token.accountId', '=', uuid(accountId))
    .where('token.id', '=', uuid(id))
    .where('token.state', '=', 'active')
    .executeTakeFirst()
  return row ? principalId(row.kind, row.id) : null
}

export async function listTokens(
  tx: Tx,
  accountId: AccountId,
  principal: PrincipalId,
  request: PageRequest,
  now: Date,
) {
  let query = selectToken(tx, accountId, now).where('token.principalId', '=', uuid(principal))
  if (request.q) query = query.where('token.name', 'like', containing(request.q))
  const page = await fetchPage(
    query,
    request,
    {
      name: { column: 'token.name', type: 'text' },
      createdAt: { column: 'token.created_at', type: 'timestamptz' },
    },
    'token.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

export async function countTokens(
  tx: Tx,
  accountId: AccountId,
  principal: PrincipalId,
): Promise<number> {
  const row = await tx
    .selectFrom('token')
    .select(sql<bigint>`count(*)`.as('count'))
    .where('accountId', '=', uuid(accountId))
    .where('principalId', '=', uuid(principal))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function insertToken(
  tx: Tx,
  token: {
    tenantId: TenantId
    accountId: AccountId
    id: TokenId
    principalId: PrincipalId
    name: string
    displayName: string
    createdBy: string
  } & TokenRestrictions,
  secret: TokenSecret,
): Promise<void> {
  const { tenantId, accountId, id, scopes, ipAllowlist, ...rest } = token
  await tx
    .insertInto('token')
    .values({
      ...rest,
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      id: uuid(id),
      principalId: uuid(token.principalId),
      scopes: scopes && [...scopes],
      ipAllowlist: ipAllowlist && [...ipAllowlist],
    })
    .execute()
  await insertSecret(tx, tenantId, id, secret)
}

async function insertSecret(
  tx: Tx,
  tenantId: TenantId,
  id: TokenId,
  secret: TokenSecret,
): Promise<void> {
  await tx
    .insertInto('credential')
    .values({ tenantId: uuid(tenantId), tokenId: uuid(id), ...secret })
    .execute()
}

export async function updateToken(
  tx: Tx,
  id: TokenId,
  changes: { name: string; displayName: string } & TokenRestrictions,
): Promise<void> {
  const { scopes, ipAllowlist, ...rest } = changes
  await tx
    .updateTable('token')
    .set({
      ...rest,
      scopes: scopes && [...scopes],
      ipAllowlist: ipAllowlist && [...ipAllowlist],
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', uuid(id))
    .execute()
}

/**
 * Gives the token a new secret. The one in force goes on until `overlapEndsAt`; an older one, left
 * from a rotation before, ends now, so that there are never more than two.
 * @param overlapEndsAt null: the old secret is gone at once
 */
export async function rotateToken(
  tx: Tx,
  tenantId: TenantId,
  id: TokenId,
  secret: TokenSecret,
  overlapEndsAt: Date | null,
): Promise<void> {
  let old = tx.deleteFrom('credential').where('tokenId', '=', uuid(id))
  if (overlapEndsAt !== null) old = old.where('expiresAt', 'is not', null)
  await old.execute()
  if (overlapEndsAt !== null) {
    await tx
      .updateTable('credential')
      .set({ expiresAt: overlapEndsAt })
      .where('tokenId', '=', uuid(id))
      .execute()
  }
  await insertSecret(tx, tenantId, id, secret)
}

/** The token and every secret of it. */
export async function deleteToken(tx: Tx, id: TokenId): Promise<void> {
  await tx.deleteFrom('token').where('id', '=', uuid(id)).execute()
}
