/** Deletes what the request log has kept for its time, account by account, in batches. */
import { gatewaySettingDefault } from '../store/gateway-setting.ts'
import { deleteOldRequestLog } from '../store/request-log-entry.ts'
import { listTenantIds } from '../store/tenant.ts'
import type { Job } from './repeat.ts'
import type { WorkerServices } from './services.ts'

const name = 'forget-requests'

/** Each batch is a transaction of its own: nobody waits long for its locks. */
export const batchEntriesMax = 2_000

/** Doing it again changes nothing: what is gone is not found. */
export async function reconcile(
  { database, log }: Pick<WorkerServices, 'database' | 'log'>,
  now: Date,
  signal: AbortSignal = new AbortController().signal,
  batchMax: number = batchEntriesMax,
): Promise<void> {
  const { retentionDays } = gatewaySettingDefault.requestLog
  for (const tenantId of await database.withControlPlane(listTenantIds)) {
    try {
      let deleted = batchMax
      while (deleted === batchMax && !signal.aborted) {
        deleted = await database.withTenant(tenantId, (tx) =>
          deleteOldRequestLog(tx, now, retentionDays, batchMax),
        )
      }
    } catch (error) {
      log.error(
        { job: name, tenantId, error: (error as Error).message },
        'a job failed for a tenant',
      )
    }
  }
}

export function forgetRequestsJob(services: WorkerServices): Job {
  return {
    name,
    everySeconds: 60 * 60,
    run: (signal) => reconcile(services, new Date(), signal),
  }
}
