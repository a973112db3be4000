/**
 * The background jobs of a deployment. Any number of workers may run: jobs do no harm when done
 * twice, and none keeps anything in memory that matters.
 */
import { formatId } from '@commonhold/core'
import { mailChannel } from '../store/mail.ts'
import { deliveryChannel } from '../store/webhook-delivery.ts'
import { closeInvoicesJob } from './close-invoices.ts'
import { deleteExpiredJob } from './delete-expired.ts'
import { forgetAccessUseJob } from './forget-access-use.ts'
import { forgetRequestsJob } from './forget-requests.ts'
import { startOutbox } from './outbox.ts'
import { removeCheckTenantsJob } from './remove-check-tenants.ts'
import { repeat } from './repeat.ts'
import { sendMailJob } from './send-mail.ts'
import { sendWebhooksJob } from './send-webhooks.ts'
import type { WorkerServices } from './services.ts'
import { startTelling } from './tell-alerts.ts'

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
  const tenantOf = (uuid: string) => formatId('tnt', uuid)
  const { smtp } = services
  const sending = [
    startTelling(services),
    startOutbox(services, sendWebhooksJob(services), deliveryChannel, tenantOf),
    // Mail goes out when it is written; the sweep only makes up for what failed or was missed.
    ...(smtp ? [startOutbox(services, sendMailJob(services, smtp), mailChannel, tenantOf)] : []),
  ]
  const outboxes = await Promise.all(sending)
  return {
    stop: async () => {
      await Promise.all(outboxes.map((outbox) => outbox.stop()))
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}
