/**
 * Roles: the tenant's live in the root account, built-in ones among them, and every account may have
 * some of its own. What an account sees is both.
 */
import {
  type AccountId,
  isId,
  type Permission,
  type PermissionSet,
  type ResourceId,
  type ResourceKind,
  type RoleId,
  type TenantId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { resourceIdOf } from './resource-id.ts'
import { containing } from './search.ts'

export interface RoleRow extends ObjectRow {
  readonly id: RoleId
  readonly accountId: AccountId
  readonly description: string
  readonly builtIn: boolean
  readonly permissions: PermissionSet
}

/** Where a role may come from, seen from an account: the account itself, and root. */
export interface RoleScope {
  readonly accountId: AccountId
  readonly rootAccountId: AccountId
}

export const selectRole = (tx: Tx, { accountId, rootAccountId }: RoleScope) =>
  tx
    .selectFrom('role')
    .where('role.accountId', 'in', [uuid(accountId), uuid(rootAccountId)])
    .selectAll()

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectRole>['executeTakeFirstOrThrow']>>

export function roleFromRow(row: DatabaseRow): RoleRow {
  return {
    ...objectRow(row, typed('role', row.id)),
    accountId: typed('acct', row.accountId),
    description: row.description,
    builtIn: row.builtIn,
    permissions: storedPermissions(row.permissions),
  }
}

/**
 * @param reference a name or an id
 * @returns for a name that both have, the account's own
 */
export async function findRole(
  tx: Tx,
  scope: RoleScope,
  reference: string,
): Promise<RoleRow | null> {
  const query = selectRole(tx, scope)
  const rows = await (isId(reference, 'role')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference)
  ).execute()
  const row = rows.find((one) => one.accountId === uuid(scope.accountId)) ?? rows[0]
  return row ? roleFromRow(row) : null
}

export async function listRoles(tx: Tx, scope: RoleScope, request: PageRequest) {
  let query = selectRole(tx, scope)
  if (request.q) query = query.where('name', 'like', containing(request.q))
  const { builtIn } = request.filter
  if (builtIn) query = query.where('builtIn', '=', builtIn === 'true')
  const page = await fetchPage(
    query,
    request,
    {
      name: { column: 'role.name', type: 'text' },
      createdAt: { column: 'role.created_at', type: 'timestamptz' },
    },
    'role.id',
  )
  return { ...page, rows: page.rows.map(roleFromRow) }
}

export async function insertRole(
  tx: Tx,
  role: {
    tenantId: TenantId
    accountId: AccountId
    id: RoleId
    name: string
    displayName: string
    description: string
    permissions: readonly Permission[]
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, permissions, ...rest } = role
  await tx
    .insertInto('role')
    .values({
      ...rest,
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      id: uuid(id),
      permissions: [...permissions],
    })
    .execute()
}

export async function updateRole(
  tx: Tx,
  id: RoleId,
  changes: {
    name?: string
    displayName?: string
    description?: string
    permissions?: readonly Permission[]
  },
): Promise<void> {
  const { permissions, ...rest } = changes
  await tx
    .updateTable('role')
    .set({
      ...rest,
      ...(permissions ? { permissions: [...permissions] } : {}),
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', uuid(id))
    .execute()
}

export async function deleteRole(tx: Tx, id: RoleId): Promise<void> {
  await tx.deleteFrom('role').where('id', '=', uuid(id)).execute()
}

/** How many grants of one account carry a role. */
export interface RoleHolders {
  readonly accountId: AccountId
  readonly accountName: string
  readonly grants: number
}

/** The accounts in which a role is granted: only root's roles are in more than one. */
export async function roleHolders(tx: Tx, id: RoleId): Promise<RoleHolders[]> {
  const rows = await tx
    .selectFrom('grant')
    .innerJoin('account', 'account.id', 'grant.accountId')
    .where('grant.roleId', '=', uuid(id))
    .groupBy(['account.id', 'account.name'])
    .select(['account.id', 'account.name', sql<bigint>`count(*)`.as('grants')])
    .orderBy('account.name')
    .execute()
  return rows.map((row) => ({
    accountId: typed('acct', row.id),
    accountName: row.name,
    grants: Number(row.grants),
  }))
}

/** What a role is granted on, or an open invitation would grant it on. */
export interface RoleObject {
  readonly accountId: AccountId
  readonly type: 'account' | 'kind' | 'resource'
  /** Null for the account. */
  readonly kind: ResourceKind | null
  readonly resourceId: ResourceId | null
}

/** Each object once, however many have the role on it. */
export async function roleObjects(tx: Tx, id: RoleId, now: Date): Promise<RoleObject[]> {
  const { rows } = await sql<{
    accountId: string
    type: RoleObject['type']
    kind: string | null
    resourceId: string | null
  }>`
    select distinct g.account_id as "accountId", g.object_type as type,
      coalesce(g.object_kind, r.kind) as kind, g.resource_id as "resourceId"
    from "grant" g left join resource r on r.id = g.resource_id
    where g.role_id = ${uuid(id)} and (g.expires_at is null or g.expires_at > ${now})
    union select account_id, 'account', null, null from invitation
    where role_id = ${uuid(id)} and used_at is null and expires_at > ${now}`.execute(tx)
  return rows.map(({ accountId, type, kind, resourceId }) => ({
    accountId: typed('acct', accountId),
    type,
    kind: kind as ResourceKind | null,
    resourceId: resourceId === null ? null : resourceIdOf(kind!, resourceId),
  }))
}

/** The names of those who have a role in one account, the first `limit` of them. */
export async function roleHolderNames(
  tx: Tx,
  id: RoleId,
  accountId: AccountId,
  limit: number,
): Promise<string[]> {
  const name = sql<string>`coalesce("user".email, virtual_account.name, team.name)`
  const rows = await tx
    .selectFrom('grant')
    .leftJoin('user', 'user.id', 'grant.principalId')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'grant.principalId')
    .leftJoin('team', 'team.id', 'grant.teamId')
    .where('grant.roleId', '=', uuid(id))
    .where('grant.accountId', '=', uuid(accountId))
    .select(name.as('name'))
    .distinct()
    .orderBy(name)
    .limit(limit)
    .execute()
  return rows.map((row) => row.name)
}

/** How many invitations that can still be accepted name the role. */
export async function countOpenInvitations(tx: Tx, id: RoleId, now: Date): Promise<number> {
  const { count } = await tx
    .selectFrom('invitation')
    .select(sql<bigint>`count(*)`.as('count'))
    .where('roleId', '=', uuid(id))
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirstOrThrow()
  return Number(count)
}
