/** How a gateway is doing, read from its parts when somebody asks: nothing is pushed on a call's path. */
import type { GatewayParts } from './serve/parts.ts'

export type GatewayStats = ReturnType<typeof statsOf>

/** @returns why calls that cost are not admitted now; null where they are */
export function problemOf({ journal, admission, isStopping, now }: GatewayParts): string | null {
  if (isStopping()) return 'The gateway is stopping.'
  if (journal.state === 'failed') return 'The journal failed: check the disk, then restart.'
  if (journal.state === 'full') return 'The journal has no room; it waits for the database.'
  const confirmedAgoMs = now() - admission.feed.stats.confirmedAtMs
  return confirmedAgoMs > admission.stalenessMsMax
    ? 'The gateway has not heard from the database for too long.'
    : null
}

export function statsOf({
  counters,
  inFlight,
  leases,
  shipper,
  journal,
  admission,
  requestLog,
  meters,
  answerCache,
  health,
  now,
}: GatewayParts) {
  const { confirmedAtMs, ...snapshot } = admission.feed.stats
  return {
    ...counters,
    refused: Object.fromEntries(counters.refused),
    inFlight: inFlight.size,
    ...leases.stats,
    shipped: shipper.stats.applied,
    tenantsFailingToShip: shipper.stats.failing,
    journalState: journal.state,
    requestLog: requestLog.stats,
    journal: journal.stats,
    routes: [...meters.routes.values()],
    series: meters.attempts,
    answerCache: answerCache.stats,
    health: health.stats(performance.now()),
    snapshot: { ...snapshot, confirmedAgoMs: now() - confirmedAtMs },
  }
}
