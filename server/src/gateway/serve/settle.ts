/** From how an attempt ended to what it is billed, and where the numbers came from. */
import {
  costOf,
  type Hold,
  inputTokensOf,
  type PriceVersion,
  releaseHold,
  settleHold,
  type TokenUsage,
  type UnitCount,
  upstreamFailures,
} from '@commonhold/core'
import type { JsonBody } from '../admission/json-body.ts'
import { type AttemptFacts, type AttemptResult, unknownResult } from '../ledger/attempt.ts'
import type { ClientGonePolicy, MeteredRoute } from '../providers/provider.ts'
import type { RelayEnd } from '../upstream/relay.ts'
import { countTokens } from '../wire/estimate.ts'
import { meters } from './meters.ts'
import { toldUnits, unitBillOf } from './settle-units.ts'

export interface Attempted {
  readonly facts: AttemptFacts
  readonly hold: Hold
  readonly price: PriceVersion | null
  readonly route: MeteredRoute
  readonly body: JsonBody
  readonly policy: ClientGonePolicy
  /** What was held beside tokens; absent where only tokens are sold. */
  readonly units?: readonly UnitCount[]
}

/**
 * @returns what to book. It never rejects: an attempt whose bill can't be computed is unknown, which is
 *   charged at its worst case
 */
export async function resultOf(
  attempted: Attempted,
  end: RelayEnd,
  durationMs: number,
): Promise<AttemptResult> {
  const { facts } = attempted
  if (end.usage?.kind === 'unreadable') {
    return unknownResult(facts, 'The provider reported a usage that is not one.', durationMs)
  }
  if (end.usage === null && consumedNothing(attempted, end)) {
    return charged(attempted, end, noUsage, 'estimate', durationMs)
  }
  if (attempted.units !== undefined) return chargedUnits(attempted, end, durationMs)
  if (end.usage?.kind === 'reported') {
    return charged(attempted, end, end.usage.usage, 'provider', durationMs)
  }
  // A broken connection before any output leaves open what the provider did; so does one without an
  // answer in time. After some output, or where we ended it, what was seen can be counted.
  const canCount = end.failure === null || end.aborted !== null || end.hasBegun
  if (!canCount) return unknownResult(facts, end.failure ?? 'unknown', durationMs)
  const usage = await estimate(attempted, end)
  return charged(attempted, end, usage, 'estimate', durationMs)
}

/** Where nobody knows what it was, it is what was held, as long as the provider may have done the work. */
function chargedUnits(attempted: Attempted, end: RelayEnd, durationMs: number): AttemptResult {
  const { facts, price, units = [] } = attempted
  const isKnown = end.failure === null || end.aborted !== null || end.hasBegun
  const bill = isKnown || end.usage !== null ? unitBillOf(price, units, end) : null
  if (bill === null) return unknownResult(facts, end.failure ?? 'no usage told', durationMs)
  const result = charged(attempted, end, bill.usage, bill.numbersFrom, durationMs, bill.units)
  return { ...result, metadata: { ...result.metadata, ...toldUnits(bill.units) } }
}

const noUsage: TokenUsage = {
  freshInputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
}

/** Proof, or the declared policy for clients that left. */
function consumedNothing({ policy }: Attempted, end: RelayEnd): boolean {
  if (!end.wasSent) return true
  if (end.aborted) return policy === 'bill_estimate_after_output' && !end.hasBegun
  return (
    end.failure !== null && !end.hasBegun && upstreamFailures[end.failure].provesNothingConsumed
  )
}

async function estimate({ route, body }: Attempted, end: RelayEnd): Promise<TokenUsage> {
  const { hasOutput, estimateInput } = meters[route]
  const output = hasOutput ? await countTokens(end.written.text) : 0
  const outputTokens = Math.ceil(output * end.written.scale)
  // What the provider has counted is better than what we would count.
  if (end.begunWith) return { ...end.begunWith, outputTokens }
  return { ...noUsage, freshInputTokens: await estimateInput(body.value), outputTokens }
}

function charged(
  { facts, price }: Attempted,
  end: RelayEnd,
  usage: TokenUsage,
  numbersFrom: AttemptResult['numbersFrom'],
  durationMs: number,
  units: readonly UnitCount[] = [],
): AttemptResult {
  const isNothing = usage === noUsage
  const costNanos =
    price === null || isNothing
      ? 0n
      : costOf(price, usage, BigInt(facts.markupPpm), units).costNanos
  const why = end.aborted?.code ?? end.failure
  return {
    status: end.aborted ? 'cancelled' : end.failure === null ? 'ok' : 'error',
    numbersFrom,
    inputTokens: inputTokensOf(usage),
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    costNanos: costNanos.toString(),
    countedRequests: isNothing ? 0 : facts.heldRequests,
    overHold: costNanos > BigInt(facts.heldNanos),
    durationMs,
    metadata: { ...(why === null ? {} : { why }), ...writtenToCache(usage) },
  }
}

/** Kept where there was any, so that the charge can be computed again (core/src/correction.ts). */
function writtenToCache({ cacheWriteTokens }: TokenUsage) {
  return cacheWriteTokens > 0 ? { cacheWriteTokens } : none
}

const none = {}

/** Turns the hold into what the attempt cost, in every lease that it is in. */
export function closeHold(hold: Hold, result: AttemptResult): void {
  const costNanos = BigInt(result.costNanos)
  const tokens = BigInt(result.inputTokens + result.outputTokens)
  if (result.countedRequests === 0 && costNanos === 0n && tokens === 0n) {
    releaseHold(hold, 'rejected_by_provider')
    return
  }
  const requests = BigInt(result.countedRequests)
  settleHold(hold, { nanos: costNanos, requests, tokens, concurrency: 0n })
}
