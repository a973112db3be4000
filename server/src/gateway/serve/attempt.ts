/**
 * One attempt of a call at one model: hold, intent, provider, outcome. Whatever happens after the
 * intent, there is an outcome; whatever happens after the hold, it is settled or released. The outcome
 * is on its way to the disk before the client sees the end of a whole answer, and a crash before that
 * leaves an intent, which is charged at its worst case: nothing is lost and nothing is billed twice.
 */
import {
  type Hold,
  type Id,
  type PriceVersion,
  pricesUnits,
  type UsageBounds,
} from '@commonhold/core'
import { newUuid } from '../../crypto/new-id.ts'
import { worstCase } from '../admission/bounds.ts'
import type { Caller } from '../admission/caller.ts'
import type { JsonBody } from '../admission/json-body.ts'
import { shareOf } from '../admission/target.ts'
import type { AnswerHeaders, GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { type AttemptFacts, AttemptRecords, type AttemptResult } from '../ledger/attempt.ts'
import { spendFailure, unknownPriceFailure } from '../limits/refusal.ts'
import type { MeteredRoute } from '../providers/provider.ts'
import { type ModelEntry, priceAt } from '../snapshot/entries.ts'
import { type AttemptSpan, operationOf } from '../telemetry/tracing.ts'
import { Relay, type RelayEnd } from '../upstream/relay.ts'
import { knownLimits } from './known-limits.ts'
import { meters } from './meters.ts'
import type { GatewayParts, Timeouts } from './parts.ts'
import { asked, type Plan, planOf } from './plan.ts'
import type { Candidate } from './route.ts'
import { closeHold, resultOf } from './settle.ts'
import { maxTokensHeader, shortened } from './shorten.ts'
import { timeoutsOf } from './timeouts.ts'

/** What all attempts of one call share. */
export interface MeteredCall {
  readonly call: GatewayCall
  readonly route: MeteredRoute
  readonly body: JsonBody
  readonly bodyBytes: number
  /** The virtual model that the request named, if it named one. */
  readonly virtualModelId: Id<'vmdl'> | null
  /** A UUID, which groups the attempts. */
  readonly requestId: string
  /** Why the call may not go on, since somebody ended it. */
  endedBy: Failure | null
  /** The attempt that runs, so that it can be ended. */
  relay: Relay | null
  /** Ends the wait between two attempts. */
  wake: (() => void) | null
  /** What serves it now: of a virtual model, the one behind it. */
  model: ModelEntry | null
  attempts: number
  /** When the provider's answer to the last attempt began (performance.now()); 0 where it did not. */
  headAtMs: number
  /** A request is counted once, however many attempts it takes. */
  isCounted: boolean
  /** How much output the attempt may have, where that is less than was asked for (serve/shorten.ts). */
  shortenedTo: number | null
}

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

export const noCost: AttemptResult = {
  status: 'error',
  numbersFrom: 'estimate',
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  costNanos: '0',
  countedRequests: 0,
  overHold: false,
  durationMs: 0,
  metadata: {},
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

/** What is to be held, and for what. */
interface Wanted {
  readonly model: ModelEntry
  readonly price: PriceVersion | null
  readonly bounds: UsageBounds
  readonly nowMs: number
}

interface Placed {
  readonly hold: Hold
  readonly facts: AttemptFacts
}

/**
 * The same with less output, for a caller who said that it may be less.
 * @throws the refusal, where nobody said so or it does not help
 */
async function placeShortened(
  parts: GatewayParts,
  metered: MeteredCall,
  caller: Caller,
  wanted: Wanted & { readonly body: JsonBody },
  refusal: unknown,
): Promise<{ plan: Plan; placed: Placed }> {
  const { call, route } = metered
  const { model, bounds } = wanted
  const markupPpm = shareOf(caller, model)?.markupPpm ?? 0n
  const less = shortened({ ...wanted, call, route, markupPpm }, refusal)
  if (less === null) throw refusal
  const plan = await planOf(parts, metered, caller, model, less.body)
  metered.shortenedTo = less.outputTokensMax
  const held = { ...wanted, bounds: { ...bounds, outputTokensMax: less.outputTokensMax } }
  try {
    return { plan, placed: await placeAttempt(parts, metered, caller, held) }
  } catch (error) {
    metered.shortenedTo = null
    throw error instanceof Failure && error.details.room === undefined ? error : refusal
  }
}

/** The point of no return is behind this: the worst case is held in every limit that applies. */
export async function placeAttempt(
  parts: GatewayParts,
  metered: MeteredCall,
  caller: Caller,
  { model, price, bounds, nowMs }: Wanted,
): Promise<Placed> {
  const { budgets, applied, counted, share } = knownLimits(caller, model, nowMs)
  const unpriced = price === null ? unknownPriceFailure(budgets) : null
  if (unpriced) throw unpriced
  const markupPpm = share?.markupPpm ?? 0n
  const requests = metered.isCounted ? 0n : 1n
  const wanted = worstCase(bounds, price, markupPpm, requests)
  const tenantId = caller.snapshot.tenant.id
  // Who asks for less has waited already.
  const patience = metered.shortenedTo === null ? metered : null
  let answer: Awaited<ReturnType<typeof parts.leases.hold>>
  try {
    const held = parts.leases.hold(tenantId, applied, wanted, nowMs, patience)
    answer = held instanceof Promise ? await held : held
  } catch (error) {
    parts.log.error({ tenantId, error: String(error) }, 'Limits could not be asked.')
    throw new Failure('limits_unavailable', 'Budgets can not be checked now. Try again shortly.', {
      retryAfterMs: 1_000,
    })
  }
  if (!answer.ok) throw spendFailure(answer.refusals)
  // While it waited, the caller may have lost what he asked with.
  if (metered.endedBy || metered.call.isGone) {
    closeHold(answer.hold, noCost)
    throw metered.endedBy ?? new Failure('client_gone', 'The client left.')
  }
  metered.attempts++
  metered.model = model
  const facts: AttemptFacts = {
    epoch: parts.journal.epoch,
    tenantId,
    accountId: caller.token.accountId,
    requestId: metered.requestId,
    attempt: metered.attempts,
    atMs: nowMs,
    principalId: caller.principal.id,
    principalKind: caller.principal.kind,
    principalName: caller.principal.name,
    tokenId: caller.token.id,
    teamIds: caller.teams.map(({ id }) => id),
    modelId: model.id,
    modelName: model.name,
    ...(metered.virtualModelId === null ? {} : { virtualModelId: metered.virtualModelId }),
    providerAccountId: model.provider.id,
    shareId: share?.id ?? null,
    route: metered.route,
    priceId: price?.id ?? null,
    markupPpm: markupPpm.toString(),
    heldNanos: wanted.nanos.toString(),
    heldInputTokens: bounds.inputTokensMax,
    heldOutputTokens: bounds.outputTokensMax * bounds.choices,
    heldRequests: Number(requests),
    limits: counted,
  }
  return { hold: answer.hold, facts }
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
