/**
 * Tokens, roles, grants and shares, for a gateway's snapshot. What the keys of the schema tie together
 * is tied together once more: see facts.ts.
 */
import type { LifecycleState, ObjectKey } from '@commonhold/core'
import { principalId } from './caller.ts'
import { type Tx, typed } from './database.ts'
import { storedPermissions } from './facts.ts'
import { resourceIdOf } from './resource-id.ts'
import { among, asksForNothing, type Only } from './snapshot-only.ts'
import type { RowOf } from './snapshot-rows.ts'

/** Grants come in pages, so that a large tenant does not stop the process while it is read. */
const grantsAtOnce = 20_000

export async function loadTokens(tx: Tx, only: Only): Promise<RowOf<'tokens'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('token')
    .innerJoin('principal', 'principal.id', 'token.principalId')
    .select(['token.id', 'accountId', 'principalId', 'name', 'state', 'scopes', 'ipAllowlist'])
    .select(['expiresAt', 'principal.kind'])
    .where(among('token.id', only))
    .execute()
  return rows.map((row) => ({
    id: typed('tok', row.id),
    accountId: typed('acct', row.accountId),
    principalId: principalId(row.kind, row.principalId),
    name: row.name,
    state: row.state as LifecycleState,
    scopes: row.scopes && storedPermissions(row.scopes),
    ipAllowlist: row.ipAllowlist,
    expiresAtMs: row.expiresAt?.getTime() ?? null,
  }))
}

/** @param only of the tokens */
export async function loadCredentials(tx: Tx, only: Only): Promise<RowOf<'credentials'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('credential')
    .select(['hash', 'tokenId', 'expiresAt'])
    .where('tokenId', 'is not', null)
    .where(among('credential.tokenId', only))
    .execute()
  return rows.map((row) => ({
    hash: row.hash.toString('hex'),
    tokenId: typed('tok', row.tokenId!),
    expiresAtMs: row.expiresAt?.getTime() ?? null,
  }))
}

export async function loadRoles(tx: Tx, only: Only): Promise<RowOf<'roles'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('role')
    .select(['id', 'permissions'])
    .where(among('role.id', only))
    .execute()
  return rows.map((row) => ({
    id: typed('role', row.id),
    permissions: storedPermissions(row.permissions),
  }))
}

export async function loadGrants(tx: Tx, rootUuid: string, only: Only): Promise<RowOf<'grants'>[]> {
  if (asksForNothing(only)) return []
  const found: RowOf<'grants'>[] = []
  for (let after: string | null = null; ; ) {
    let asked = tx
      .selectFrom('grant')
      .leftJoin('principal', 'principal.id', 'grant.principalId')
      .leftJoin('resource', 'resource.id', 'grant.resourceId')
      .innerJoin('role', 'role.id', 'grant.roleId')
      .select(['grant.id', 'grant.accountId', 'principalId', 'teamId', 'objectType', 'objectKind'])
      .select(['resourceId', 'roleId', 'expiresAt'])
      .select(['principal.kind as principalKind', 'resource.kind as resourceKind'])
      .where((where) =>
        where('role.accountId', 'in', [where.ref('grant.accountId'), where.val(rootUuid)]),
      )
      .where(among('grant.id', only))
      .orderBy('grant.id')
      .limit(grantsAtOnce)
    if (after !== null) asked = asked.where('grant.id', '>', after)
    const rows = await asked.execute()
    for (const row of rows) {
      found.push({
        id: typed('grant', row.id),
        accountId: typed('acct', row.accountId),
        subjectId: row.teamId
          ? typed('team', row.teamId)
          : principalId(row.principalKind!, row.principalId!),
        object: objectKey(row.objectType, row.objectKind, row.resourceKind, row.resourceId),
        roleId: typed('role', row.roleId),
        expiresAtMs: row.expiresAt?.getTime() ?? null,
      })
    }
    if (rows.length < grantsAtOnce) return found
    after = rows.at(-1)!.id
  }
}

export async function loadShares(tx: Tx, rootUuid: string, only: Only): Promise<RowOf<'shares'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('share')
    .innerJoin('resource', 'resource.id', 'share.resourceId')
    .select(['share.id', 'resourceId', 'toAccountId', 'permissions', 'markupPpm', 'resource.kind'])
    .where('share.rootAccountId', '=', rootUuid)
    .whereRef('resource.accountId', '=', 'share.rootAccountId')
    .where(among('share.id', only))
    .execute()
  return rows.map((row) => ({
    id: typed('share', row.id),
    resourceId: resourceIdOf(row.kind, row.resourceId),
    toAccountId: typed('acct', row.toAccountId),
    permissions: storedPermissions(row.permissions),
    markupPpm: row.markupPpm,
  }))
}

function objectKey(
  type: string,
  kind: string | null,
  resourceKindName: string | null,
  resourceUuid: string | null,
): ObjectKey {
  if (type === 'account') return 'account'
  if (type === 'kind') return `kind:${kind}` as ObjectKey
  return resourceIdOf(resourceKindName!, resourceUuid!)
}
