/** Clears away what has expired, tenant by tenant. */
import { deleteExpired } from '../store/expired.ts'
import { deleteExpiredOperatorSessions } from '../store/operator-session.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { eachTenant } from './each-tenant.ts'
import type { Job } from './repeat.ts'
import type { WorkerServices } from './services.ts'

const name = 'delete-expired'

export function deleteExpiredJob(services: WorkerServices): Job {
  return {
    name,
    everySeconds: 60 * 60,
    run: async (signal) => {
      await services.database.withControlPlane(deleteExpiredOperatorSessions)
      await eachTenant(services, name, signal, async (tx, tenantId) => {
        // Deleting a session deletes its credential, which is a change of policy: in turn, then.
        await lockTenant(tx, tenantId)
        await deleteExpired(tx)
      })
    },
  }
}
