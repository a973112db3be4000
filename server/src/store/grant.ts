/** Grants. The keys refuse what an account could never reach (schema.sql); this only says it kindly. */
import {
  type AccountId,
  type GrantId,
  isId,
  type PermissionBit,
  type PrincipalId,
  type ResourceId,
  type ResourceKind,
  type RoleId,
  type TeamId,
  type TenantId,
  uuidOf,
} from '@commonhold/core'
import { sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { resourceIdOf } from './resource-id.ts'

export type GrantSubject =
  | { readonly type: 'user' | 'virtual-account'; readonly id: PrincipalId }
  | { readonly type: 'team'; readonly id: TeamId }

export type GrantObject =
  | { readonly type: 'account' }
  | { readonly type: 'kind'; readonly kind: ResourceKind }
  | {
      readonly type: 'resource'
      readonly kind: ResourceKind
      readonly id: ResourceId
      /** What was shared: the resource or its parent. Null for the account's own. */
      readonly via: ResourceId | null
    }

const selectGrant = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('grant')
    .innerJoin('role', 'role.id', 'grant.roleId')
    .leftJoin('user', 'user.id', 'grant.principalId')
    .leftJoin('virtualAccount', 'virtualAccount.id', 'grant.principalId')
    .leftJoin('team', 'team.id', 'grant.teamId')
    .leftJoin('resource', 'resource.id', 'grant.resourceId')
    .leftJoin('resource as parent', 'parent.id', 'resource.parentId')
    .where('grant.accountId', '=', uuid(accountId))
    .selectAll('grant')
    .select([
      'role.name as roleName',
      'role.builtIn as roleBuiltIn',
      'role.permissions as rolePermissions',
      'user.id as userId',
      'resource.kind as resourceKind',
      'resource.name as resourceName',
      'resource.accountId as resourceAccountId',
      'parent.name as parentName',
      sql<string>`coalesce("user".email, virtual_account.name, team.name)`.as('subjectName'),
    ])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectGrant>['executeTakeFirstOrThrow']>>
export type GrantRow = ReturnType<typeof fromRow>

function fromRow(row: DatabaseRow) {
  const kind = (row.objectKind ?? row.resourceKind) as ResourceKind | null
  const subjectType =
    row.teamId !== null ? 'team' : row.userId !== null ? 'user' : 'virtual-account'
  return {
    id: typed('grant', row.id),
    subject: {
      type: subjectType as 'team' | 'user' | 'virtual-account',
      id:
        row.teamId === null
          ? principalId(subjectType, row.principalId!)
          : (typed('team', row.teamId) as TeamId),
      name: row.subjectName,
    },
    object: {
      type: row.objectType as 'account' | 'kind' | 'resource',
      kind,
      id: row.resourceId === null ? null : resourceIdOf(row.resourceKind!, row.resourceId),
      name: row.resourceName === null ? null : [row.parentName, row.resourceName],
      shared: row.viaResourceId !== null,
    },
    role: {
      id: typed('role', row.roleId),
      name: row.roleName,
      builtIn: row.roleBuiltIn,
      permissions: storedPermissions(row.rolePermissions),
    },
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
  }
}

export async function insertGrant(
  tx: Tx,
  grant: {
    tenantId: TenantId
    accountId: AccountId
    id: GrantId
    subject: GrantSubject
    object: GrantObject
    roleId: RoleId
    expiresAt: Date | null
    createdBy: string
  },
): Promise<void> {
  const { subject, object } = grant
  await tx
    .insertInto('grant')
    .values({
      tenantId: uuid(grant.tenantId),
      accountId: uuid(grant.accountId),
      id: uuid(grant.id),
      principalId: subject.type === 'team' ? null : uuid(subject.id),
      teamId: subject.type === 'team' ? uuid(subject.id) : null,
      objectType: object.type,
      objectKind: object.type === 'account' ? null : object.kind,
      resourceId: object.type === 'resource' ? uuid(object.id) : null,
      viaResourceId: object.type === 'resource' && object.via !== null ? uuid(object.via) : null,
      roleId: uuid(grant.roleId),
      expiresAt: grant.expiresAt,
      createdBy: grant.createdBy,
    })
    .execute()
}

/**
 * Removes a grant of the same role on the same object to the same subject that has expired: it
 * carries nothing, and must not stand in the way of a new one.
 */
export async function deleteExpiredTwin(
  tx: Tx,
  grant: { accountId: AccountId; subject: GrantSubject; object: GrantObject; roleId: RoleId },
  now: Date,
): Promise<void> {
  const { subject, object } = grant
  let twin = tx
    .deleteFrom('grant')
    .where('accountId', '=', uuid(grant.accountId))
    .where('roleId', '=', uuid(grant.roleId))
    .where('expiresAt', '<=', now)
    .where(subject.type === 'team' ? 'teamId' : 'principalId', '=', uuid(subject.id))
    .where('objectType', '=', object.type)
  if (object.type === 'kind') twin = twin.where('objectKind', '=', object.kind)
  if (object.type === 'resource') twin = twin.where('resourceId', '=', uuid(object.id))
  await twin.execute()
}

export async function findGrant(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<GrantRow | null> {
  if (!isId(reference, 'grant')) return null
  const row = await selectGrant(tx, accountId)
    .where('grant.id', '=', uuidOf(reference))
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function countGrantsTo(
  tx: Tx,
  accountId: AccountId,
  subject: PrincipalId | TeamId,
): Promise<number> {
  const row = await tx
    .selectFrom('grant')
    .select(sql<bigint>`count(*)`.as('count'))
    .where('accountId', '=', uuid(accountId))
    .where(isId(subject, 'team') ? 'teamId' : 'principalId', '=', uuid(subject))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function deleteGrant(tx: Tx, id: GrantId): Promise<void> {
  await tx.deleteFrom('grant').where('id', '=', uuid(id)).execute()
}

/** Every grant of the account to this subject (a principal or a team). */
export async function grantsTo(
  tx: Tx,
  accountId: AccountId,
  subject: PrincipalId | TeamId,
): Promise<GrantRow[]> {
  const column = isId(subject, 'team') ? 'grant.teamId' : 'grant.principalId'
  const rows = await selectGrant(tx, accountId).where(column, '=', uuid(subject)).execute()
  return rows.map(fromRow)
}

/** Those of them that carry a permission on a resource, on what it is in, on its kind or on the account. */
export async function carryingGrants(
  tx: Tx,
  accountId: AccountId,
  subjects: readonly (PrincipalId | TeamId)[],
  { permission, kind }: PermissionBit,
  path: readonly ResourceId[],
  now: Date,
): Promise<GrantRow[]> {
  if (subjects.length === 0) return []
  const given = subjects.map(uuid)
  const rows = await selectGrant(tx, accountId)
    .where((where) =>
      where.or([where('grant.principalId', 'in', given), where('grant.teamId', 'in', given)]),
    )
    .where(sql<boolean>`${permission} = any (role.permissions)`)
    .where(
      sql<boolean>`("grant".object_type = 'account'
        or "grant".object_type = 'kind' and "grant".object_kind = ${kind}
        or "grant".resource_id = any (${path.map(uuid)}::uuid[]))`,
    )
    .where((where) =>
      where.or([where('grant.expiresAt', 'is', null), where('grant.expiresAt', '>', now)]),
    )
    .orderBy('grant.createdAt')
    .orderBy('grant.id')
    .execute()
  return rows.map(fromRow)
}

/** What each filter means, already resolved to ids; absent does not filter. */
export interface GrantFilter {
  /** Each of them has to be the subject: more than one is nobody. */
  readonly principals: readonly PrincipalId[]
  readonly team?: TeamId
  readonly resource?: ResourceId
  readonly role?: RoleId
}

export async function listGrants(
  tx: Tx,
  accountId: AccountId,
  filter: GrantFilter,
  request: PageRequest,
) {
  let query = selectGrant(tx, accountId)
  for (const id of filter.principals) query = query.where('grant.principalId', '=', uuid(id))
  if (filter.team) query = query.where('grant.teamId', '=', uuid(filter.team))
  if (filter.resource) query = query.where('grant.resourceId', '=', uuid(filter.resource))
  if (filter.role) query = query.where('grant.roleId', '=', uuid(filter.role))
  const page = await fetchPage(
    query as never,
    request,
    { createdAt: { column: 'grant.created_at', type: 'timestamptz' } },
    'grant.id',
  )
  return { ...page, rows: (page.rows as DatabaseRow[]).map(fromRow) }
}
