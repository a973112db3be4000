/** Does something for one tenant after the other, each in its own transaction. */
import type { TenantId } from '@commonhold/core'
import type { Tx } from '../store/database.ts'
import { listTenantIds } from '../store/tenant.ts'
import type { WorkerServices } from './services.ts'

/** One tenant's failure is logged and does not keep the others waiting. */
export async function eachTenant(
  { database, log }: Pick<WorkerServices, 'database' | 'log'>,
  job: string,
  signal: AbortSignal,
  work: (tx: Tx, tenantId: TenantId) => Promise<void>,
): Promise<void> {
  for (const tenantId of await database.withControlPlane(listTenantIds)) {
    if (signal.aborted) return
    try {
      await database.withTenant(tenantId, (tx) => work(tx, tenantId))
    } catch (error) {
      log.error({ job, tenantId, error: (error as Error).message }, 'a job failed for a tenant')
    }
  }
}
