/** What a running gateway consists of. Made once in gateway.ts and passed to whatever serves a request. */

import type { AdmissionContext, Caller } from '../admission/caller.ts'
import type { JsonBody } from '../admission/json-body.ts'
import type { AnswerCache } from '../answer-cache/answer-cache.ts'
import type { GatewayCall } from '../call/call.ts'
import type { GatewayLog } from '../call/log.ts'
import type { Journal } from '../journal/journal.ts'
import type { Shipper } from '../ledger/shipper.ts'
import type { LeaseBook } from '../limits/lease-book.ts'
import type { ProviderContext } from '../providers/provider.ts'
import type { RequestLog } from '../request-log/request-log.ts'
import type { SpendingKeys } from '../spending-keys/spending-keys.ts'
import type { Meters } from '../telemetry/meters.ts'
import type { Tracing } from '../telemetry/tracing.ts'
import type { Health } from '../upstream/health.ts'
import type { Latencies } from '../upstream/latencies.ts'
import type { InFlight } from './in-flight.ts'

export interface Timeouts {
  /** How long a provider may take until its answer begins, in ms. */
  readonly headMs: number
  /** How long an answer may pause, in ms. */
  readonly idleMs: number
}

export interface GatewayParts {
  readonly admission: AdmissionContext
  readonly leases: LeaseBook
  readonly journal: Journal
  readonly shipper: Shipper
  readonly inFlight: InFlight
  readonly providers: ProviderContext
  readonly health: Health
  readonly latencies: Latencies
  readonly requestLog: RequestLog
  readonly answerCache: AnswerCache
  readonly spendingKeys: SpendingKeys
  /** A response that is to outlive this process. @throws Failure where nothing was begun */
  inBackground(caller: Caller, call: GatewayCall, body: JsonBody, bodyBytes: number): Promise<void>
  readonly timeouts: Timeouts
  readonly counters: Counters
  readonly meters: Meters
  /** Null where nobody asked for traces. */
  readonly tracing: Tracing | null
  readonly log: GatewayLog
  /** Epoch milliseconds. */
  now(): number
  isStopping(): boolean
}

/** Counted since the start; the metrics of the process are made from these. */
export interface Counters {
  requests: number
  refused: Map<string, number>
  attempts: number
  failovers: number
  /** Attempts at the same target once more. */
  retries: number
  unknownOutcomes: number
  overHolds: number
  revoked: number
}

export function newCounters(): Counters {
  return {
    requests: 0,
    refused: new Map(),
    attempts: 0,
    failovers: 0,
    retries: 0,
    unknownOutcomes: 0,
    overHolds: 0,
    revoked: 0,
  }
}
