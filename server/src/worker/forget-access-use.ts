/** Forgets uses of power that are too long ago for any review, tenant by tenant. */
import { forgetOldAccessUse } from '../store/access-use.ts'
import { eachTenant } from './each-tenant.ts'
import type { Job } from './repeat.ts'
import type { WorkerServices } from './services.ts'

const name = 'forget-access-use'

export function forgetAccessUseJob(services: WorkerServices): Job {
  return {
    name,
    everySeconds: 24 * 60 * 60,
    // Use is no policy: nobody is kept waiting, and no gateway is told.
    run: (signal) =>
      eachTenant(services, name, signal, async (tx) => void (await forgetOldAccessUse(tx))),
  }
}
