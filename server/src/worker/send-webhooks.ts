/**
 * Sends messages to webhooks, at least once (outbox.ts). What a receiver does not take is tried again
 * ever later, for a day; then it has failed, and stays to be seen and sent anew.
 */
import type { TenantId } from '@commonhold/core'
import { openWebhookSender, statusGone, type WebhookOutcome } from '../outgoing/post-webhook.ts'
import { signedHeaders } from '../outgoing/webhook-signature.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import { type DueDelivery, noteDelivery, takeDueDeliveries } from '../store/webhook-delivery.ts'
import { createOutbox, type OutboxJob } from './outbox.ts'
import type { WorkerServices } from './services.ts'

export const deliveriesAtOnceMax = 20
/** With the waits in between, over `deliveryHoursMax`. */
export const deliveryAttemptsMax = 10
export const deliveryHoursMax = 24
/** Longer than an attempt may take, so that no other worker takes it meanwhile. */
const retrySecondsMin = 15
const retryFactor = 4
const retrySecondsMax = 4.5 * 3_600

/** 15 s, 1 min, 4 min, 16 min, about an hour … at most four and a half. */
export function deliveryRetrySeconds(attempts: number): number {
  return Math.min(retrySecondsMin * retryFactor ** (attempts - 1), retrySecondsMax)
}

export function sendWebhooksJob(
  services: Pick<WorkerServices, 'database' | 'vault' | 'log' | 'allowPrivateUpstreams'>,
): OutboxJob {
  const { database, vault, log, allowPrivateUpstreams } = services
  const sender = openWebhookSender({ allowPrivate: allowPrivateUpstreams })

  async function send(tenantId: TenantId, message: DueDelivery): Promise<boolean> {
    const { id, address, body, secrets, attempts } = message
    const atSeconds = Math.floor(Date.now() / 1_000)
    const outcome = await sender.post(address, signedHeaders(secrets, id, atSeconds, body), body)
    const state = stateAfter(outcome, attempts)
    await database.withTenant(tenantId, (tx) => noteDelivery(tx, id, { state, ...outcome }))
    if (outcome.error !== null) {
      const { status, error } = outcome
      log.info({ delivery: id, attempts, status, error }, 'a webhook did not take a message')
    }
    return state === 'pending'
  }

  return createOutbox(services, {
    name: 'send-webhooks',
    atOnceMax: deliveriesAtOnceMax,
    inParallel: true,
    retrySeconds: deliveryRetrySeconds,
    take: (tenantId) =>
      database.withTenant(tenantId, async (tx) => {
        const key = await loadTenantKey(tx, vault, tenantId)
        return takeDueDeliveries(tx, key, new Date(), deliveriesAtOnceMax, deliveryRetrySeconds)
      }),
    send,
    close: () => sender.close(),
  })
}

function stateAfter({ status, error }: WebhookOutcome, attempts: number) {
  if (error === null) return 'delivered'
  return status === statusGone || attempts >= deliveryAttemptsMax ? 'failed' : 'pending'
}
