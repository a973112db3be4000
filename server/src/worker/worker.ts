/**
 * The background jobs of a deployment. Any number of workers may run: jobs do no harm when done
 * twice, and none keeps anything in memory that matters.
 */
import { formatId } from '@commonhold/core'
import { mailChannel } from '../store/mail.ts'
import { closeInvoicesJob } from './close-invoices.ts'
import { deleteExpiredJob } from './delete-expired.ts'
import { forgetAccessUseJob } from './forget-access-use.ts'
import { forgetRequestsJob } from './forget-requests.ts'
import { removeCheckTenantsJob } from './remove-check-tenants.ts'
import { type Repeating, repeat } from './repeat.ts'
import { sendMailJob } from './send-mail.ts'
import type { WorkerServices } from './services.ts'

export interface RunningWorker {
  /** Lets each job that is going on end. */
  stop(): Promise<void>
}

export async function startWorker(services: WorkerServices): Promise<RunningWorker> {
  const { log } = services
  const jobs = [
    deleteExpiredJob(services),
    closeInvoicesJob(services),
    forgetAccessUseJob(services),
    forgetRequestsJob(services),
    removeCheckTenantsJob(services),
  ].map((job) => repeat(job, log))
  const mail = services.smtp && (await startMail(services, services.smtp))
  return {
    stop: async () => {
      await mail?.stop()
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}

/** Mail goes out when it is written; the sweep only makes up for what failed or was missed. */
async function startMail(
  services: WorkerServices,
  smtp: { readonly url: string; readonly from: string },
): Promise<Pick<Repeating, 'stop'>> {
  const job = sendMailJob(services, smtp)
  const sweep = repeat(job, services.log)
  const listening = await services.database.listen(
    mailChannel,
    (tenantUuid) => void job.sendFor(formatId('tnt', tenantUuid)),
    () => sweep.wake(),
  )
  return {
    stop: async () => {
      await listening.close()
      await sweep.stop()
      await job.stop()
    },
  }
}
