/** Removes throw-away tenants whose time is over: who made one may have died before deleting it. */
import { endCheckTenant, endedCheckTenants } from '../store/check-tenant.ts'
import type { Job } from './repeat.ts'
import type { WorkerServices } from './services.ts'

const name = 'remove-check-tenants'

/** Doing it again changes nothing: what is gone is not found. */
export async function reconcile(
  { database, log }: Pick<WorkerServices, 'database' | 'log'>,
  now: Date,
): Promise<void> {
  for (const tenantId of await database.withControlPlane((tx) => endedCheckTenants(tx, now))) {
    const { afterRemoval } = await endCheckTenant(database, tenantId)
    // One with a bill stays, as a tombstone, and is found again.
    if (afterRemoval.length > 0) continue
    log.info({ tenantId }, 'a throw-away tenant was left behind and is removed')
  }
}

export function removeCheckTenantsJob(services: WorkerServices): Job {
  return { name, everySeconds: 60, run: () => reconcile(services, new Date()) }
}
