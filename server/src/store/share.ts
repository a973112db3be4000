/** Shares of root's resources: what is shared, to which account, and the most it may do there. */
import {
  type AccountId,
  isId,
  type Permission,
  type PermissionSet,
  type ResourceId,
  type ResourceKind,
  type ShareId,
  type TenantId,
  uuidOf,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { resourceIdOf } from './resource-id.ts'

export interface ShareRow {
  readonly id: ShareId
  readonly rootAccountId: AccountId
  readonly resource: {
    readonly id: ResourceId
    readonly kind: ResourceKind
    /** `parent/name` for what has a parent. */
    readonly name: string
  }
  readonly to: { readonly id: AccountId; readonly name: string }
  readonly permissions: PermissionSet
  readonly markupPpm: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly updatedAt: Date
  readonly revision: number
}

/** Whose shares: those made to this account, or for root (null) all of them. */
export type ShareViewer = AccountId | null

function selectShare(tx: Tx, viewer: ShareViewer) {
  const query = tx
    .selectFrom('share')
    .innerJoin('resource', 'resource.id', 'share.resourceId')
    .leftJoin('resource as parent', 'parent.id', 'resource.parentId')
    .innerJoin('account', 'account.id', 'share.toAccountId')
    .selectAll('share')
    .select([
      'resource.kind as resourceKind',
      'resource.name as resourceName',
      'parent.name as parentName',
      'account.name as toName',
    ])
  return viewer === null ? query : query.where('share.toAccountId', '=', uuid(viewer))
}

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectShare>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): ShareRow {
  const { createdAt, createdBy, updatedAt, parentName, resourceName } = row
  return {
    id: typed('share', row.id),
    rootAccountId: typed('acct', row.rootAccountId),
    resource: {
      id: resourceIdOf(row.resourceKind, row.resourceId),
      kind: row.resourceKind as ResourceKind,
      name: parentName === null ? resourceName : `${parentName}/${resourceName}`,
    },
    to: { id: typed('acct', row.toAccountId), name: row.toName },
    permissions: storedPermissions(row.permissions),
    markupPpm: Number(row.markupPpm),
    createdAt,
    createdBy,
    updatedAt,
    revision: Number(row.revision),
  }
}

/** @param reference an id: a share has no name */
export async function findShare(
  tx: Tx,
  viewer: ShareViewer,
  reference: string,
): Promise<ShareRow | null> {
  if (!isId(reference, 'share')) return null
  const row = await selectShare(tx, viewer)
    .where('share.id', '=', uuidOf(reference))
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

/** What each filter means, already resolved; absent does not filter. */
export interface ShareFilter {
  readonly to?: AccountId
  readonly resource?: ResourceId
  readonly kind?: string
}

export async function listShares(
  tx: Tx,
  viewer: ShareViewer,
  filter: ShareFilter,
  request: PageRequest,
) {
  let query = selectShare(tx, viewer)
  if (filter.to) query = query.where('share.toAccountId', '=', uuid(filter.to))
  if (filter.resource) query = query.where('share.resourceId', '=', uuid(filter.resource))
  if (filter.kind) query = query.where('resource.kind', '=', filter.kind)
  const page = await fetchPage(
    query as never,
    request,
    { createdAt: { column: 'share.created_at', type: 'timestamptz' } },
    'share.id',
  )
  return { ...page, rows: (page.rows as DatabaseRow[]).map(fromRow) }
}

/** The shares to an account that cover a resource: of itself, then of what it is in. */
export async function sharesCovering(
  tx: Tx,
  accountId: AccountId,
  path: readonly ResourceId[],
): Promise<ShareRow[]> {
  if (path.length === 0) return []
  const rows = await selectShare(tx, accountId)
    .where('share.resourceId', 'in', path.map(uuid))
    .execute()
  return rows.map(fromRow).sort((a, b) => path.indexOf(a.resource.id) - path.indexOf(b.resource.id))
}

export async function insertShare(
  tx: Tx,
  share: {
    tenantId: TenantId
    rootAccountId: AccountId
    id: ShareId
    resourceId: ResourceId
    toAccountId: AccountId
    permissions: readonly Permission[]
    markupPpm: number
    createdBy: string
  },
): Promise<void> {
  await tx
    .insertInto('share')
    .values({
      tenantId: uuid(share.tenantId),
      rootAccountId: uuid(share.rootAccountId),
      id: uuid(share.id),
      resourceId: uuid(share.resourceId),
      toAccountId: uuid(share.toAccountId),
      permissions: [...share.permissions],
      markupPpm: BigInt(share.markupPpm),
      createdBy: share.createdBy,
    })
    .execute()
}

export async function updateShare(
  tx: Tx,
  id: ShareId,
  changes: { permissions: readonly Permission[]; markupPpm: number },
): Promise<void> {
  await tx
    .updateTable('share')
    .set({
      permissions: [...changes.permissions],
      markupPpm: BigInt(changes.markupPpm),
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', uuid(id))
    .execute()
}

export async function deleteShare(tx: Tx, id: ShareId): Promise<void> {
  await tx.deleteFrom('share').where('id', '=', uuid(id)).execute()
}

/** How many grants the receiving account has made under a share: they go with it. */
export async function grantsUnderShare(tx: Tx, share: ShareRow): Promise<number> {
  const { count } = await tx
    .selectFrom('grant')
    .select(sql<bigint>`count(*)`.as('count'))
    .where('accountId', '=', uuid(share.to.id))
    .where('viaResourceId', '=', uuid(share.resource.id))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Budgets and usage limits that hang on a share. */
export async function limitsOfShare(
  tx: Tx,
  id: ShareId,
): Promise<{ id: string; what: 'budget' | 'usage-limit'; name: string }[]> {
  const budgets = await tx
    .selectFrom('budget')
    .select(['id', 'name'])
    .where('shareId', '=', uuid(id))
    .orderBy('name')
    .execute()
  const limits = await tx
    .selectFrom('usageLimit')
    .select(['id', 'name'])
    .where('shareId', '=', uuid(id))
    .orderBy('name')
    .execute()
  return [
    ...budgets.map((row) => ({
      id: typed('bud', row.id),
      what: 'budget' as const,
      name: row.name,
    })),
    ...limits.map((row) => ({
      id: typed('lim', row.id),
      what: 'usage-limit' as const,
      name: row.name,
    })),
  ]
}

/** What the receiving account owns inside a shared resource: its own workspaces in a cluster. */
export async function ownWithinShare(tx: Tx, share: ShareRow): Promise<string[]> {
  const rows = await tx
    .selectFrom('resource')
    .select('name')
    .where('parentId', '=', uuid(share.resource.id))
    .where('accountId', '=', uuid(share.to.id))
    .orderBy('name')
    .execute()
  return rows.map((row) => row.name)
}
