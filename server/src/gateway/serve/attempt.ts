/**
 * One attempt of a call at one model: hold, intent, provider, outcome. Whatever happens after the
 * intent, there is an outcome; whatever happens after the hold, it is settled or released. The outcome
 * is on its way to the disk before the client sees the end of a whole answer, and a crash before that
 * leaves an intent, which is charged at its worst case: nothing is lost and nothing is billed twice.
 */
import { type Hold, type PriceVersion, pricesUnits, type UsageBounds } from '@commonhold/core'
import { newUuid } from '../../crypto/new-id.ts'
import type { Caller } from '../admission/caller.ts'
import type { AnswerHeaders } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { AttemptRecords, type AttemptResult } from '../ledger/attempt.ts'
import { type ModelEntry, priceAt } from '../snapshot/entries.ts'
import { type AttemptSpan, operationOf } from '../telemetry/tracing.ts'
import { Relay, type RelayEnd } from '../upstream/relay.ts'
import type { MeteredCall } from './metered-call.ts'
import { meters } from './meters.ts'
import type { GatewayParts, Timeouts } from './parts.ts'
import { noCost, type Placed, placeAttempt, placeShortened } from './placing.ts'
import { asked, type Plan, planOf } from './plan.ts'
import type { Candidate } from './route.ts'
import { closeHold, resultOf } from './settle.ts'
import { maxTokensHeader } from './shorten.ts'
import { timeoutsOf } from './timeouts.ts'

export interface AttemptEnd {
  readonly end: RelayEnd
  readonly result: AttemptResult
  /** When it was sent (performance.now()). */
  readonly startedAtMs: number
}

/**
 * @param untilMs when the provider's answer has to have begun, at the latest (performance.now())
 * @throws Failure where the attempt was refused before it began
 */
export async function attempt(
  parts: GatewayParts,
  metered: MeteredCall,
  caller: Caller,
  { model, target }: Candidate,
  untilMs: number,
): Promise<AttemptEnd> {
  const nowMs = parts.now()
  const { body, bodyBytes } = target?.overrides ? asked(metered, model, target.overrides) : metered
  const whole = await planOf(parts, metered, caller, model, body)
  const bytes = Math.max(bodyBytes, whole.translatedBytes)
  const bounds = meters[metered.route].bounds(body, bytes, model)
  const price = priceFor(priceAt(model, nowMs), bounds)
  const wanted = { model, price, bounds, nowMs }
  metered.shortenedTo = null
  let plan = whole
  let placed: Placed
  try {
    placed = await placeAttempt(parts, metered, caller, wanted)
  } catch (refusal) {
    ;({ plan, placed } = await placeShortened(parts, metered, caller, { ...wanted, body }, refusal))
  }
  const { hold, facts } = placed
  const records = new AttemptRecords(newUuid(), facts)
  await journalIntent(parts, records, hold)
  parts.counters.attempts++
  const { route } = metered
  const { units } = bounds
  const attempted = {
    facts,
    hold,
    price,
    route,
    body,
    policy: plan.policy,
    ...(units && { units }),
  }
  const startedAtMs = performance.now()
  const span = parts.tracing === null ? null : traced(parts, metered, model, plan)
  const timeouts = timeoutsOf(parts.timeouts, target, untilMs - startedAtMs)
  const end = await run(metered, model, plan, timeouts, span)
  const result = await resultOf(attempted, end, Math.max(0, Math.round(parts.now() - nowMs)))
  span?.end(result, end.failure)
  closeHold(hold, result)
  if (result.countedRequests > 0) metered.isCounted = true
  if (result.status === 'unknown') parts.counters.unknownOutcomes++
  if (result.overHold) parts.counters.overHolds++
  count(parts, metered, model, result, startedAtMs)
  parts.shipper.book(records.outcome(result))
  return { end, result, startedAtMs }
}

function traced(
  { tracing }: GatewayParts,
  { call, route, attempts }: MeteredCall,
  { provider, upstreamModel }: ModelEntry,
  { endpoint }: Plan,
): AttemptSpan | null {
  return tracing!.attempt(call, {
    operation: operationOf(route),
    provider: provider.provider,
    upstreamModel,
    origin: endpoint.origin,
    attempt: attempts,
  })
}

function count(
  { meters: counts }: GatewayParts,
  { route, headAtMs }: MeteredCall,
  { provider }: ModelEntry,
  result: AttemptResult,
  startedAtMs: number,
): void {
  const seconds = (performance.now() - startedAtMs) / 1_000
  const headSeconds = headAtMs > 0 ? (headAtMs - startedAtMs) / 1_000 : null
  counts.attempted(route, provider.provider, result, seconds, headSeconds)
}

/** @throws Failure journal_unavailable: then the call does not happen */
export async function journalIntent(
  parts: GatewayParts,
  records: AttemptRecords,
  hold: Hold,
): Promise<void> {
  try {
    const { record, text } = records.intent()
    await parts.journal.append(record, { text })
  } catch (error) {
    // Nothing was sent: without its intent on the disk the call does not happen.
    closeHold(hold, noCost)
    parts.log.error({ error: String(error) }, 'The journal refused an intent.')
    throw journalFailure()
  }
}

export function journalFailure(): Failure {
  return new Failure(
    'journal_unavailable',
    'The gateway can not record usage now, so it takes no calls that cost. Try again later.',
    { retryAfterMs: 5_000 },
  )
}

/** A price that does not say what all of this costs is none. */
function priceFor(price: PriceVersion | null, { units }: UsageBounds): PriceVersion | null {
  return units === undefined || price === null || pricesUnits(price, units) ? price : null
}

function headersOf({ shortenedTo }: MeteredCall, model: ModelEntry): AnswerHeaders {
  const headers = { 'x-commonhold-model': model.name }
  return shortenedTo === null ? headers : { ...headers, [maxTokensHeader]: String(shortenedTo) }
}

function run(
  metered: MeteredCall,
  model: ModelEntry,
  { endpoint, body, path }: Plan,
  timeouts: Timeouts,
  span: AttemptSpan | null,
): Promise<RelayEnd> {
  const { call } = metered
  const headers = span === null ? endpoint.headers : { ...endpoint.headers, ...span.headers }
  const relay = new Relay({
    call,
    request: { ...endpoint, headers, body, ...timeouts },
    path,
    headers: headersOf(metered, model),
    secrets: endpoint.secrets ?? model.provider.apiKey(),
  })
  metered.relay = relay
  if (metered.endedBy) relay.abort(metered.endedBy)
  else relay.start()
  return relay.ended.finally(() => {
    metered.relay = null
    metered.headAtMs = relay.headAtMs
  })
}
