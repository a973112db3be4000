/**
 * Closes the invoices of months that are over, in order, once no gateway holds money of theirs any
 * more. What is shipped later still is not lost: the next invoice carries it over (store/invoice.ts).
 */
import { formatUsd, type TenantId } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { insertAuditEvents } from '../store/audit-event.ts'
import { systemActor } from '../store/built-in-role.ts'
import type { Tx } from '../store/database.ts'
import {
  accountsToInvoice,
  closeInvoice,
  hasOpenLeases,
  monthAt,
  openMonths,
} from '../store/invoice.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { eachTenant } from './each-tenant.ts'
import type { Job } from './repeat.ts'
import type { WorkerServices } from './services.ts'

const name = 'close-invoices'

/** A month stays open this long after its end: calls that began in it end and are shipped. */
export const closeAfterMs = 60 * 60 * 1_000

/** Doing it again changes nothing: a month has one closed invoice at most. */
export async function reconcile(
  services: Pick<WorkerServices, 'database' | 'log'>,
  now: Date,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  await eachTenant(services, name, signal, (tx, tenantId) => closeInvoicesOf(tx, tenantId, now))
}

async function closeInvoicesOf(tx: Tx, tenantId: TenantId, now: Date): Promise<void> {
  // A month is over for invoices when it was over `closeAfterMs` ago.
  const running = monthAt(now.getTime() - closeAfterMs)
  if ((await accountsToInvoice(tx, running.from)).length === 0) return
  await lockTenant(tx, tenantId)
  // Another worker may have been first, so ask again under the lock.
  for (const accountId of await accountsToInvoice(tx, running.from)) {
    for (const month of await openMonths(tx, accountId, running.from.getTime())) {
      if (month.id === running.id || (await hasOpenLeases(tx, accountId, month, now))) break
      const invoice = await closeInvoice(tx, tenantId, accountId, month, now)
      await insertAuditEvents(tx, [
        {
          id: newId('aud'),
          tenantId,
          accountId,
          at: now,
          actorId: systemActor,
          actorName: systemActor,
          tokenId: null,
          sessionId: null,
          operation: 'invoice.close',
          targetKind: 'invoice',
          targetId: invoice.id,
          targetName: month.id,
          before: null,
          after: { totalUsd: formatUsd(invoice.totalNanos) },
          requestId: newId('req'),
          address: null,
        },
      ])
    }
  }
}

export function closeInvoicesJob(services: WorkerServices): Job {
  return {
    name,
    everySeconds: 60 * 60,
    run: (signal) => reconcile(services, new Date(), signal),
  }
}
