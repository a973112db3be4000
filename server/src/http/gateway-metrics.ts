/** The gateway's numbers as metrics: read from it when somebody asks, never pushed on the call's path. */
import { Gauge, type Registry } from 'prom-client'
import type { Gateway, GatewayStats } from '../gateway/gateway.ts'

/** Name without its prefix, what it means, and where it is found. Counted since the start. */
const numbers: readonly (readonly [string, string, (stats: GatewayStats) => number])[] = [
  ['requests', 'Calls that came in.', (s) => s.requests],
  ['in_flight', 'Calls that are running.', (s) => s.inFlight],
  ['attempts', 'Attempts at providers.', (s) => s.attempts],
  ['failovers', 'Attempts that another target took over.', (s) => s.failovers],
  ['revoked', 'Calls that were ended because access was withdrawn.', (s) => s.revoked],
  ['unknown_outcomes', 'Attempts charged at their worst case.', (s) => s.unknownOutcomes],
  ['over_holds', 'Attempts that cost more than was held.', (s) => s.overHolds],
  ['shipped', 'Outcomes applied to the database.', (s) => s.shipped],
  [
    'tenants_failing_to_ship',
    'Tenants whose usage can not be applied now.',
    (s) => s.tenantsFailingToShip,
  ],
  [
    'request_log_dropped',
    'Entries of request logs that were dropped and not written.',
    (s) => s.requestLog.dropped,
  ],
  [
    'journal_open',
    '1 while the journal takes new calls.',
    (s) => (s.journalState === 'open' ? 1 : 0),
  ],
  [
    'snapshot_age_ms',
    'How long ago the snapshot was confirmed, in ms.',
    (s) => s.snapshot.confirmedAgoMs,
  ],
]

export function registerGatewayMetrics(registry: Registry, gateway: Pick<Gateway, 'stats'>): void {
  for (const [name, help, read] of numbers) {
    new Gauge({
      name: `commonhold_gateway_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read(gateway.stats()))
      },
    })
  }
  new Gauge({
    name: 'commonhold_gateway_refused',
    help: 'Calls that were refused, by code.',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      for (const [code, count] of Object.entries(gateway.stats().refused)) this.set({ code }, count)
    },
  })
}
