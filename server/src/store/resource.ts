/**
 * Resources of every kind. What an account may ever see is decided here in SQL, always the same way:
 * what it owns, and what is root's and shared to it (itself or its parent). Nothing else has a row.
 */
import type { AccessTarget, AccountId, ResourceId, ResourceKind, TenantId } from '@commonhold/core'
import { isId, resourceKind, uuidOf } from '@commonhold/core'
import { type ExpressionBuilder, sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { parentIdOf, resourceIdOf } from './resource-id.ts'
import type { Schema } from './schema.generated.ts'

export interface ResourceRow extends ObjectRow {
  readonly id: ResourceId
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly kind: ResourceKind
  readonly parentId: ResourceId | null
  readonly parentName: string | null
  readonly spec: Record<string, unknown>
}

/** What `decide` is asked about when it is about this resource. */
export function targetOf(row: ResourceRow): AccessTarget {
  return {
    tenantId: row.tenantId,
    ownerId: row.accountId,
    path: row.parentId === null ? [row.id] : [row.id, row.parentId],
  }
}

const selectResource = (tx: Tx) =>
  tx
    .selectFrom('resource')
    .leftJoin('resource as parent', 'parent.id', 'resource.parentId')
    .selectAll('resource')
    .select(['parent.name as parentName', 'parent.kind as parentKind'])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectResource>['executeTakeFirstOrThrow']>>

export function fromRow(row: DatabaseRow): ResourceRow {
  const id = resourceIdOf(row.kind, row.id)
  return {
    ...objectRow(row, id),
    id,
    tenantId: typed('tnt', row.tenantId),
    accountId: typed('acct', row.accountId),
    kind: row.kind as ResourceKind,
    parentId: parentIdOf(row),
    parentName: row.parentName,
    spec: row.spec as Record<string, unknown>,
  }
}

/** Owned by the account, or root's and shared to it. */
function eligible(account: { id: AccountId }) {
  return (where: ExpressionBuilder<Schema, 'resource'>) =>
    where.or([
      where('resource.accountId', '=', uuid(account.id)),
      sql<boolean>`exists (select from share s where s.to_account_id = ${uuid(account.id)}
        and s.resource_id in (resource.id, resource.parent_id)
        and s.root_account_id = resource.account_id)`,
    ])
}

/**
 * The one resolver for resources: an id, a name, `parent/name`, or `root:…` for the shared one where
 * the account has its own of the same name. A foreign one is not found, like a missing one.
 * @returns all that the reference can mean: none, one, or several (then the name is ambiguous)
 */
export async function findResources(
  tx: Tx,
  account: { id: AccountId; isRoot: boolean },
  kind: ResourceKind,
  reference: string,
): Promise<ResourceRow[]> {
  const base = selectResource(tx)
    .where('resource.kind', '=', kind)
    .where(eligible(account) as never)
  if (isId(reference, resourceKind(kind).idPrefix)) {
    const row = await base.where('resource.id', '=', uuidOf(reference)).executeTakeFirst()
    return row ? [fromRow(row)] : []
  }
  const sharedOnly = reference.startsWith('root:')
  const path = (sharedOnly ? reference.slice('root:'.length) : reference).split('/')
  if (path.length > 2) return []
  let query = base.where('resource.name', '=', path.at(-1)!)
  if (path.length === 2) query = query.where('parent.name', '=', path[0]!)
  const found = (await query.execute()).map(fromRow)
  if (sharedOnly) return account.isRoot ? found : found.filter((r) => r.accountId !== account.id)
  const own = found.filter((r) => r.accountId === account.id)
  return own.length > 0 ? own : found
}

export async function insertResource(
  tx: Tx,
  resource: {
    tenantId: TenantId
    accountId: AccountId
    id: ResourceId
    kind: ResourceKind
    parentId: ResourceId | null
    name: string
    displayName: string
    spec: Record<string, unknown>
    createdBy: string
  },
): Promise<ResourceRow> {
  await tx
    .insertInto('resource')
    .values({
      ...resource,
      tenantId: uuid(resource.tenantId),
      accountId: uuid(resource.accountId),
      id: uuid(resource.id),
      parentId: resource.parentId && uuid(resource.parentId),
      spec: JSON.stringify(resource.spec),
    })
    .execute()
  return readResource(tx, resource.id)
}

export async function updateResource(
  tx: Tx,
  id: ResourceId,
  changes: { name?: string; displayName?: string; spec?: Record<string, unknown> },
): Promise<ResourceRow> {
  const { spec, ...rest } = changes
  await tx
    .updateTable('resource')
    .set({ ...rest, ...(spec ? { spec: JSON.stringify(spec) } : {}), updatedAt: new Date() })
    .where('id', '=', uuid(id))
    .execute()
  return readResource(tx, id)
}

export async function readResource(tx: Tx, id: ResourceId): Promise<ResourceRow> {
  return fromRow(
    await selectResource(tx).where('resource.id', '=', uuid(id)).executeTakeFirstOrThrow(),
  )
}

export async function deleteResource(tx: Tx, id: ResourceId): Promise<void> {
  await tx.deleteFrom('resource').where('id', '=', uuid(id)).execute()
}
