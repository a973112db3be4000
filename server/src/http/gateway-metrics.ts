/**
 * The gateway's numbers as metrics: read from it when somebody asks, never pushed on the call's path.
 * Every name stands here, and docs/grafana asks for no other (a test compares).
 */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { FailureCode } from '../gateway/call/failure.ts'
import type { Gateway, GatewayStats } from '../gateway/gateway.ts'
import { type Histogram, secondsBounds } from '../gateway/telemetry/meters.ts'
import { gatewayStatuses } from './gateway.ts'

type Labels = Readonly<Record<string, string>>
type Value = readonly [Labels, number]
/** How the numbers of several processes become one. */
type Together = 'sum' | 'max' | 'min'

interface Told {
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
  readonly together?: Together
  read(stats: GatewayStats): Value[]
}

const one = (value: number): Value[] => [[{}, value]]
const nanosPerUsd = 1e9

const counters: readonly Told[] = [
  {
    name: 'requests_total',
    help: 'Calls, by route and by how they were answered: a class of statuses.',
    labels: ['route', 'status'],
    read: ({ routes }) =>
      routes.flatMap(({ route, outcomes }) =>
        summed([...outcomes].map(([code, n]): [string, number] => [statusClass(code), n])).map(
          ([status, n]): Value => [{ route, status }, n],
        ),
      ),
  },
  {
    name: 'refusals_total',
    help: 'Calls that were refused or failed, by route and by the code of the error.',
    labels: ['route', 'code'],
    read: ({ routes }) =>
      routes.flatMap(({ route, outcomes }) =>
        [...outcomes]
          .filter(([code]) => code !== 'ok')
          .map(([code, n]): Value => [{ route, code }, n]),
      ),
  },
  {
    name: 'attempts_total',
    help: 'Attempts at providers, by how they are billed.',
    labels: ['route', 'provider', 'status'],
    read: ({ series }) =>
      series.flatMap(({ route, provider, statuses }) =>
        [...statuses].map(([status, n]): Value => [{ route, provider, status }, n]),
      ),
  },
  {
    name: 'tokens_total',
    help: 'Tokens of attempts that have ended. Cached ones are among the input.',
    labels: ['route', 'provider', 'direction'],
    read: ({ series }) =>
      series.flatMap((one): Value[] => {
        const { route, provider } = one
        return [
          [{ route, provider, direction: 'input' }, one.inputTokens],
          [{ route, provider, direction: 'cached_input' }, one.cachedInputTokens],
          [{ route, provider, direction: 'output' }, one.outputTokens],
        ]
      }),
  },
  {
    name: 'cost_usd_total',
    help: 'What attempts cost, in US dollars. For trends: the bill is exact, a float is not.',
    labels: ['route', 'provider'],
    read: ({ series }) =>
      series.map(({ route, provider, costUsd }): Value => [{ route, provider }, costUsd]),
  },
  {
    name: 'failovers_total',
    help: 'Attempts that another target took over.',
    read: ({ failovers }) => one(failovers),
  },
  {
    name: 'retries_total',
    help: 'Attempts at the same target once more, as its virtual model has it.',
    read: ({ retries }) => one(retries),
  },
  {
    name: 'circuits_opened_total',
    help: 'How often a model failed so often that it is tried last for a while.',
    read: ({ health }) => one(health.opened),
  },
  {
    name: 'revoked_total',
    help: 'Calls that were ended because access was withdrawn.',
    read: ({ revoked }) => one(revoked),
  },
  {
    name: 'unknown_outcomes_total',
    help: 'Attempts that are charged at their worst case.',
    read: ({ unknownOutcomes }) => one(unknownOutcomes),
  },
  {
    name: 'over_holds_total',
    help: 'Attempts that cost more than was held.',
    read: ({ overHolds }) => one(overHolds),
  },
  {
    name: 'outcomes_shipped_total',
    help: 'Outcomes that were applied to the database.',
    read: ({ shipped }) => one(shipped),
  },
  {
    name: 'lease_refills_total',
    help: 'Questions to the database for more of a budget.',
    read: ({ refills }) => one(refills),
  },
  {
    name: 'journal_records_total',
    help: 'Records that were written and flushed.',
    read: ({ journal }) => one(journal.records),
  },
  {
    name: 'journal_bytes_total',
    help: 'Bytes that were written and flushed.',
    read: ({ journal }) => one(journal.bytes),
  },
  {
    name: 'journal_flushes_total',
    help: 'Flushes to the disk: one for a group of records.',
    read: ({ journal }) => one(journal.groups),
  },
  {
    name: 'journal_flush_seconds_total',
    help: 'Time that writing and flushing took, in seconds.',
    read: ({ journal }) => one(journal.flushMs / 1_000),
  },
  {
    name: 'answer_cache_hits_total',
    help: 'Questions that the cache knew an answer to.',
    read: ({ answerCache }) => one(answerCache.hits),
  },
  {
    name: 'request_log_dropped_total',
    help: 'Entries of request logs that were dropped and not written.',
    read: ({ requestLog }) => one(requestLog.dropped),
  },
  {
    name: 'snapshot_swaps_total',
    help: 'Changes of tenants that were taken over.',
    read: ({ snapshot }) => one(snapshot.swaps),
  },
]

const gauges: readonly Told[] = [
  { name: 'in_flight', help: 'Calls that are running.', read: ({ inFlight }) => one(inFlight) },
  {
    name: 'models_failing',
    help: 'Models that are not tried in their turn, by why: open, half_open, parked.',
    labels: ['state'],
    read: ({ health: { states } }) =>
      (['open', 'half_open', 'parked'] as const).map((state): Value => [{ state }, states[state]]),
  },
  {
    name: 'leases',
    help: 'Parts of budgets and limits that are leased.',
    read: ({ leases }) => one(leases),
  },
  {
    name: 'held',
    help: 'What calls in flight hold: US dollars, requests, tokens.',
    labels: ['measure'],
    read: ({ held }) => measures(held),
  },
  {
    name: 'leased_free',
    help: 'What is leased and nobody holds: US dollars, requests, tokens.',
    labels: ['measure'],
    read: ({ free }) => measures(free),
  },
  {
    name: 'journal_backlog_bytes',
    help: 'Outcomes that wait for the database, about.',
    read: ({ journal }) => one(journal.backlogChars),
  },
  {
    name: 'journal_open',
    help: '1 while the journal takes new calls.',
    together: 'min',
    read: ({ journalState }) => one(journalState === 'open' ? 1 : 0),
  },
  {
    name: 'tenants_failing_to_ship',
    help: 'Tenants whose usage can not be applied now.',
    together: 'max',
    read: ({ tenantsFailingToShip }) => one(tenantsFailingToShip),
  },
  {
    name: 'snapshot_age_seconds',
    help: 'How long ago it was confirmed that what is known is all there is.',
    together: 'max',
    read: ({ snapshot }) => one(snapshot.confirmedAgoMs / 1_000),
  },
  {
    name: 'snapshot_tenants_behind',
    help: 'Tenants of which something newer is being loaded.',
    together: 'max',
    read: ({ snapshot }) => one(snapshot.behind),
  },
  {
    name: 'snapshot_tenants',
    help: 'Tenants that are known.',
    together: 'max',
    read: ({ snapshot }) => one(snapshot.tenants),
  },
]

interface ToldHistogram {
  readonly name: string
  readonly help: string
  read(stats: GatewayStats): (readonly [Labels, Histogram])[]
}

const histograms: readonly ToldHistogram[] = [
  {
    name: 'request_seconds',
    help: 'From a call to the end of its answer.',
    read: ({ routes }) => routes.map(({ route, seconds }) => [{ route }, seconds]),
  },
  {
    name: 'provider_seconds',
    help: 'From sending to a provider to the end of its answer.',
    read: ({ series }) =>
      series.map(({ route, provider, seconds }) => [{ route, provider }, seconds]),
  },
  {
    name: 'provider_first_byte_seconds',
    help: 'From sending to a provider to the beginning of its answer.',
    read: ({ series }) =>
      series.map(({ route, provider, firstByteSeconds }) => [
        { route, provider },
        firstByteSeconds,
      ]),
  },
]

const prefix = 'commonhold_gateway_'

/** Each name as it can be asked for. */
export const gatewayMetricNames: readonly string[] = [
  ...[...counters, ...gauges].map(({ name }) => prefix + name),
  ...histograms.flatMap(({ name }) =>
    ['_bucket', '_sum', '_count'].map((part) => prefix + name + part),
  ),
]

export function registerGatewayMetrics(registry: Registry, gateway: Pick<Gateway, 'stats'>): void {
  const common = ({ name, help, labels = [], together = 'sum' }: Told) => ({
    name: prefix + name,
    help,
    labelNames: [...labels],
    aggregator: together,
    registers: [registry],
  })
  for (const told of counters) {
    new Counter({
      ...common(told),
      collect() {
        this.reset()
        for (const [labels, value] of told.read(gateway.stats())) this.inc({ ...labels }, value)
      },
    })
  }
  for (const told of gauges) {
    new Gauge({
      ...common(told),
      collect() {
        this.reset()
        for (const [labels, value] of told.read(gateway.stats())) this.set({ ...labels }, value)
      },
    })
  }
  for (const { name, help, read } of histograms) {
    const full = prefix + name
    const get = async () => ({
      name: full,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: read(gateway.stats()).flatMap(([labels, histogram]) =>
        histogramValues(full, labels, histogram),
      ),
    })
    // The registry asks for no more than this; its own histogram would be pushed to on every call.
    registry.registerMetric({ name: full, get } as unknown as Gauge)
  }
}

function histogramValues(name: string, labels: Labels, { counts, sum }: Histogram) {
  let count = 0
  const buckets = [...counts].map((n, at) => {
    count += n
    const le = secondsBounds[at] ?? '+Inf'
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

function statusClass(code: FailureCode | 'ok'): string {
  return code === 'ok' ? '2xx' : `${String(gatewayStatuses[code])[0]}xx`
}

function summed(values: readonly (readonly [string, number])[]): [string, number][] {
  const sums = new Map<string, number>()
  for (const [key, value] of values) sums.set(key, (sums.get(key) ?? 0) + value)
  return [...sums]
}

function measures(amounts: GatewayStats['held']): Value[] {
  return [
    [{ measure: 'usd' }, Number(amounts.nanos) / nanosPerUsd],
    [{ measure: 'requests' }, Number(amounts.requests)],
    [{ measure: 'tokens' }, Number(amounts.tokens)],
    [{ measure: 'concurrency' }, Number(amounts.concurrency)],
  ]
}
