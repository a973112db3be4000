/** Tenants: the one noun that the control plane sees across. Its transactions see these rows alone. */
import { type AccountId, isId, type TenantId, uuidOf } from '@commonhold/core'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { TenantFacts } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'
import type { Schema } from './schema.generated.ts'
import { containing } from './search.ts'

function fromRow(row: Selectable<Schema['tenant']>): TenantFacts {
  return {
    id: typed('tnt', row.id),
    name: row.name,
    displayName: row.displayName,
    state: row.state as TenantFacts['state'],
    plan: row.plan,
    rootAccountId: typed('acct', row.rootAccountId),
    createdAt: row.createdAt,
    checkUntil: row.checkUntil,
  }
}

/** Inserts the tenant with its revision and settings; the root account has to follow at once. */
export async function insertTenant(
  tx: Tx,
  tenant: {
    id: TenantId
    name: string
    displayName: string
    rootAccountId: AccountId
    checkUntil?: Date | undefined
  },
): Promise<void> {
  const tenantId = uuid(tenant.id)
  await tx
    .insertInto('tenant')
    .values({ ...tenant, id: tenantId, rootAccountId: uuid(tenant.rootAccountId) })
    .execute()
  await tx.insertInto('tenantRevision').values({ tenantId }).execute()
  await tx.insertInto('tenantSetting').values({ tenantId }).execute()
}

/** @param reference a name or an id; deleted tenants are found too */
export async function findTenant(tx: Tx, reference: string): Promise<TenantFacts | null> {
  const query = tx.selectFrom('tenant').selectAll()
  const row = await (isId(reference, 'tnt')
    ? query.where('id', '=', uuidOf(reference))
    : query.where('name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** Which tenant a sign-in names: no throw-away tenant of a check, which has no door but its links. */
export async function findSignInTenant(tx: Tx, reference: string): Promise<TenantFacts | null> {
  const tenant = await findTenant(tx, reference)
  return tenant?.checkUntil === null ? tenant : null
}

/** The only tenant that is not deleted, or null where there is none or more than one. */
export async function findOnlyTenant(tx: Tx): Promise<TenantFacts | null> {
  const rows = await tx
    .selectFrom('tenant')
    .selectAll()
    .where('state', '<>', 'deleted')
    .where('checkUntil', 'is', null)
    .limit(2)
    .execute()
  return rows.length === 1 ? fromRow(rows[0]!) : null
}

/** Those that are not deleted, without those of a check. */
export async function countTenants(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('tenant')
    .select(sql<bigint>`count(*)`.as('count'))
    .where('state', '<>', 'deleted')
    .where('checkUntil', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Every tenant that is not deleted, oldest first; without those of a check, which no job serves. */
export async function listTenantIds(tx: Tx): Promise<TenantId[]> {
  const rows = await tx
    .selectFrom('tenant')
    .select('id')
    .where('state', '<>', 'deleted')
    .where('checkUntil', 'is', null)
    .orderBy('createdAt')
    .execute()
  return rows.map((row) => typed('tnt', row.id))
}

export async function listTenants(tx: Tx, request: PageRequest) {
  let query = tx.selectFrom('tenant')
  if (request.q) query = query.where('name', 'like', containing(request.q))
  if (request.filter.state) query = query.where('state', '=', request.filter.state)
  const page = await fetchPage(
    query.selectAll(),
    request,
    {
      name: { column: 'tenant.name', type: 'text' },
      createdAt: { column: 'tenant.created_at', type: 'timestamptz' },
    },
    'tenant.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

export async function updateTenant(
  tx: Tx,
  id: TenantId,
  changes: { displayName?: string; state?: TenantFacts['state'] },
): Promise<void> {
  await tx
    .updateTable('tenant')
    .set({ ...changes, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}
