/**
 * Sends what waits in a table, at least once, tenant by tenant. A message is taken (its next try put
 * off), sent outside of any transaction, and its outcome noted. Who dies in between leaves it to be
 * sent again, with the same id, by which receivers know a copy.
 */
import type { TenantId } from '@commonhold/core'
import { listTenantIds } from '../store/tenant.ts'
import { type Job, type Repeating, repeat } from './repeat.ts'
import type { WorkerServices } from './services.ts'

/** Between looks at every tenant; what is written is told at once, by a channel of its own. */
export const outboxSweepSeconds = 5 * 60

export interface OutboxJob extends Job {
  /** Sends what this tenant has due, and comes back for what failed. Never fails itself. */
  sendFor(tenantId: TenantId): Promise<void>
  /** Lets what is being sent end, and comes back for nothing more. */
  stop(): Promise<void>
}

interface OutboxParts<Message extends { readonly attempts: number }> {
  readonly name: string
  /** How many are taken at a time. */
  readonly atOnceMax: number
  /** Whether those that were taken together are sent at the same time. */
  readonly inParallel: boolean
  retrySeconds(attempts: number): number
  take(tenantId: TenantId): Promise<readonly Message[]>
  /** @returns whether to come back for it */
  send(tenantId: TenantId, message: Message): Promise<boolean>
  close(): Promise<void> | void
}

export function createOutbox<Message extends { readonly attempts: number }>(
  { database, log }: Pick<WorkerServices, 'database' | 'log'>,
  parts: OutboxParts<Message>,
): OutboxJob {
  const sending = new Set<Promise<void>>()
  const retries = new Set<NodeJS.Timeout>()
  let stopped = false

  async function sendDue(tenantId: TenantId): Promise<void> {
    const due = await parts.take(tenantId)
    if (parts.inParallel) await Promise.all(due.map((message) => sendOne(tenantId, message)))
    else for (const message of due) await sendOne(tenantId, message)
    if (due.length === parts.atOnceMax && !stopped) await sendDue(tenantId)
  }

  async function sendOne(tenantId: TenantId, message: Message): Promise<void> {
    if (await parts.send(tenantId, message)) retryLater(tenantId, message.attempts)
  }

  function sendFor(tenantId: TenantId): Promise<void> {
    const sent = sendDue(tenantId)
      .catch((error: Error) =>
        log.error({ job: parts.name, tenantId, error: error.message }, 'nothing was sent'),
      )
      .finally(() => sending.delete(sent))
    sending.add(sent)
    return sent
  }

  function retryLater(tenantId: TenantId, attempts: number): void {
    if (stopped) return
    const timer = setTimeout(() => {
      retries.delete(timer)
      sendFor(tenantId)
    }, parts.retrySeconds(attempts) * 1_000)
    retries.add(timer.unref())
  }

  return {
    name: parts.name,
    everySeconds: outboxSweepSeconds,
    sendFor,
    run: async (signal) => {
      for (const tenantId of await database.withControlPlane(listTenantIds)) {
        if (signal.aborted) return
        await sendFor(tenantId)
      }
    },
    stop: async () => {
      stopped = true
      for (const timer of retries) clearTimeout(timer)
      await Promise.all(sending)
      await parts.close()
    },
  }
}

/**
 * Runs it: at once for what is told on the channel, and for all tenants now and then.
 * @param tenantOf the tenant that a notice on the channel is about
 */
export async function startOutbox(
  { database, log }: Pick<WorkerServices, 'database' | 'log'>,
  job: OutboxJob,
  channel: string,
  tenantOf: (notice: string) => TenantId,
): Promise<Pick<Repeating, 'stop'>> {
  const sweep = repeat(job, log)
  const listening = await database.listen(
    channel,
    (notice) => void job.sendFor(tenantOf(notice)),
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
