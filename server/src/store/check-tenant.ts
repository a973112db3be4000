/**
 * Throw-away tenants, in which an install checks its own isolation. They are tenants like all others,
 * but: nobody signs in to one by name (tenant.ts), no mail leaves it (mail.ts), no job serves it, its
 * credentials end with its time (caller.ts), and nothing of it stays.
 */
import type { TenantId } from '@commonhold/core'
import { isForeignKeyViolation } from './constraint.ts'
import { type Database, type Tx, typed, uuid } from './database.ts'
import { countTenantRows, type TableRows } from './residue.ts'
import { updateTenant } from './tenant.ts'
import { endTenant } from './tenant-end.ts'
import { lockTenant } from './tenant-revision.ts'

/** How many there are. In a transaction of the control plane. */
export async function countCheckTenants(tx: Tx): Promise<number> {
  const rows = await tx
    .selectFrom('tenant')
    .select('id')
    .where('checkUntil', 'is not', null)
    .where('state', '<>', 'deleted')
    .execute()
  return rows.length
}

/** Those whose time is over by then. In a transaction of the control plane. */
export async function endedCheckTenants(tx: Tx, now: Date): Promise<TenantId[]> {
  const rows = await tx.selectFrom('tenant').select('id').where('checkUntil', '<=', now).execute()
  return rows.map(({ id }) => typed('tnt', id))
}

export interface Left {
  /** Of a tenant that is deleted as every tenant is. */
  readonly afterDeletion: TableRows[]
  /** Once the tombstone and the records are removed as well. */
  readonly afterRemoval: TableRows[]
}

/**
 * Deletes a throw-away tenant, first as every tenant is deleted and then wholly, and counts each time
 * what is left. Doing it again, or twice at once, does no harm.
 */
export async function endCheckTenant(database: Database, tenantId: TenantId): Promise<Left> {
  const afterDeletion = await database.withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId)
    await endTenant(tx, tenantId)
    await updateTenant(tx, tenantId, { state: 'deleted' })
    return countTenantRows(tx)
  })
  await database
    .withTenant(tenantId, (tx) => removeRow(tx, tenantId))
    .catch((error) => {
      // Whoever used a model in it has made a bill, and no bill is ever deleted: it stays as that of any
      // deleted tenant does.
      if (!isForeignKeyViolation(error)) throw error
    })
  return { afterDeletion, afterRemoval: await database.withTenant(tenantId, countTenantRows) }
}

/** By cascade every row that names the tenant goes with its own. */
async function removeRow(tx: Tx, tenantId: TenantId): Promise<void> {
  await tx
    .deleteFrom('tenant')
    .where('id', '=', uuid(tenantId))
    .where('checkUntil', 'is not', null)
    .execute()
}
