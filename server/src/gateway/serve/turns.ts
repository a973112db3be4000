/**
 * The attempts of one call, one after another, until one has answered: again at the same target where its
 * virtual model says so, then at the next. The client has seen nothing until then, so nobody gets two answers.
 * Each attempt is held, journalled and billed on its own, and before each but the first the caller is
 * asked about again: what he could do a moment ago is no answer for now.
 */
import { mayFailOver, retryDelayMs, upstreamFailures } from '@commonhold/core'
import { type Caller, callerOf } from '../admission/caller.ts'
import { mayUse, modelNotFound } from '../admission/target.ts'
import { asFailure, Failure } from '../call/failure.ts'
import type { VirtualModelEntry } from '../snapshot/entries.ts'
import type { RelayEnd } from '../upstream/relay.ts'
import { type AttemptEnd, attempt } from './attempt.ts'
import { cheaperModel } from './cheaper-model.ts'
import type { MeteredCall } from './metered-call.ts'
import { meters } from './meters.ts'
import type { GatewayParts } from './parts.ts'
import { type Candidate, onlyCandidate, type Route } from './route.ts'

/** With less time left than this, no attempt begins: it would only leave an outcome that nobody knows. */
export const attemptMsMin = 50

/** What the attempts of one call have come to. */
interface Course {
  readonly virtual: VirtualModelEntry | null
  /** As he was when he was last asked about. */
  caller: Caller
  /** When an answer has to have begun (performance.now()). */
  readonly untilMs: number
  refusal: Failure | null
}

/** The client was answered (null: completely), another target is to be tried, or nothing more is. */
type Step = { readonly broken: Failure | null } | 'next' | 'stop'

/**
 * @param instead the refusal in whose place a cheaper model is tried: it stands where that fails too
 * @returns why a stream broke that had begun, and has told its client; null where all went well
 * @throws Failure where nothing was answered
 */
export async function tryInTurn(
  parts: GatewayParts,
  metered: MeteredCall,
  caller: Caller,
  { virtual, candidates }: Route,
  instead: Failure | null = null,
): Promise<Failure | null> {
  const limitMs = virtual?.timeLimitMs ?? null
  const untilMs = limitMs === null ? Number.POSITIVE_INFINITY : performance.now() + limitMs
  const course: Course = { virtual, caller, untilMs, refusal: null }
  for (const candidate of candidates.length === 1 ? candidates : turnsOf(parts, candidates)) {
    const step = await tryOne(parts, metered, course, candidate)
    if (step === 'stop') break
    if (step !== 'next') return step.broken
  }
  const refusal = course.refusal ?? new Failure('internal_error', 'No model was tried.')
  const cheaper =
    instead === null && metered.endedBy === null
      ? cheaperModel(
          course.caller,
          refusal,
          meters[metered.route].modelType,
          candidates.map(({ model }) => model),
        )
      : null
  if (cheaper === null) throw metered.endedBy ?? instead ?? refusal
  const route = { virtual: null, candidates: [onlyCandidate(cheaper)] }
  return tryInTurn(parts, metered, course.caller, route, refusal)
}

/** A model whose circuit has opened since the order was made, or that another call probes now, is tried last. */
function* turnsOf({ health, counters }: GatewayParts, candidates: readonly Candidate[]) {
  const later: Candidate[] = []
  for (const [at, candidate] of candidates.entries()) {
    if (at > 0 && !health.isInTurn(candidate.modelId, performance.now())) later.push(candidate)
    else {
      if (at > 0) counters.failovers++
      yield candidate
    }
  }
  for (const candidate of later) {
    counters.failovers++
    yield candidate
  }
}

async function tryOne(
  parts: GatewayParts,
  metered: MeteredCall,
  course: Course,
  candidate: Candidate,
): Promise<Step> {
  const { virtual, untilMs } = course
  const { health } = parts
  for (let retry = 0; ; retry++) {
    if (isLate(untilMs, 0)) return 'stop'
    let isProbe = false
    let ended: AttemptEnd
    try {
      const now = metered.attempts === 0 ? candidate : askedAgain(parts, metered, course, candidate)
      if (virtual !== null) isProbe = health.begun(candidate.modelId, performance.now())
      ended = await attempt(parts, metered, course.caller, now, untilMs)
    } catch (error) {
      if (isProbe) health.undecided(candidate.modelId)
      // Another target may be cheaper, or counted elsewhere; the first refusal is the one to tell.
      course.refusal ??= asFailure(error)
      if (!(error instanceof Failure)) parts.log.error({ error }, 'An attempt failed unexpectedly.')
      return metered.endedBy ? 'stop' : 'next'
    }
    const { end } = ended
    noteHealth(parts, candidate, end, isProbe)
    if (virtual?.strategy === 'latency') noteLatency(parts, metered, candidate, ended)
    if (end.failure === null) {
      if (end.whole) metered.call.answer(end.whole.headers, end.whole.body)
      return { broken: null }
    }
    if (end.hasBegun) return { broken: metered.endedBy ?? end.refusal }
    course.refusal = end.refusal
    const fallbackOn = virtual?.fallbackOn ?? null
    if (end.aborted || !mayFailOver(end.failure, end.hasBegun, end.status, fallbackOn))
      return 'stop'
    const delayMs = retry < (virtual?.retries ?? 0) ? delayOf(end.failure, end, retry) : null
    if (delayMs === null || isLate(untilMs, delayMs)) return 'next'
    parts.counters.retries++
    await waited(metered, delayMs)
    if (metered.endedBy) return 'stop'
  }
}

/**
 * The caller and the model, by what is known now.
 * @throws Failure where he may not use it any more
 */
function askedAgain(
  parts: GatewayParts,
  { call }: MeteredCall,
  course: Course,
  candidate: Candidate,
): Candidate {
  const { hash, token } = course.caller
  course.caller = callerOf(parts.admission, hash, call.address, parts.now())
  const model = course.caller.snapshot.catalogue.find(token.accountId, candidate.modelId)
  if (model?.type !== 'model' || !mayUse(course.caller, model)) {
    throw modelNotFound(candidate.model.name)
  }
  return model === candidate.model ? candidate : { ...candidate, model }
}

/** @returns null where the same target is not asked again */
function delayOf(
  failure: keyof typeof upstreamFailures,
  { refusal }: RelayEnd,
  retry: number,
): number | null {
  const retryAfterMs = refusal?.details.retryAfterMs ?? null
  return upstreamFailures[failure].tryAgain
    ? retryDelayMs(retry, retryAfterMs, Math.random())
    : null
}

/** Ends early when the call is ended. */
async function waited(metered: MeteredCall, ms: number): Promise<void> {
  if (metered.endedBy) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  metered.wake = resolve
  await promise
  metered.wake = null
  clearTimeout(timer)
}

/** @param inMs from now */
function isLate(untilMs: number, inMs: number): boolean {
  if (untilMs === Number.POSITIVE_INFINITY) return false
  return performance.now() + inMs + attemptMsMin >= untilMs
}

/** @param isProbe whether others wait for what this one finds out */
function noteHealth(
  { health }: GatewayParts,
  { modelId }: Candidate,
  end: RelayEnd,
  isProbe: boolean,
): void {
  const { failure, aborted, refusal } = end
  if (failure === null && health.isClear) return
  const nowMs = performance.now()
  if (failure === null || (aborted && end.hasBegun)) health.succeeded(modelId, nowMs)
  else if (aborted || !upstreamFailures[failure].speaksOfProvider) {
    if (isProbe) health.undecided(modelId)
  } else {
    const retryAfterMs = failure === 'rate_limited' ? refusal?.details.retryAfterMs : null
    if (typeof retryAfterMs === 'number') health.parked(modelId, retryAfterMs, nowMs)
    else health.failed(modelId, failure, nowMs)
  }
}

/** Who did not answer in time was as slow as that; of other failures nobody learns how fast a model is. */
function noteLatency(
  { latencies }: GatewayParts,
  { body, headAtMs }: MeteredCall,
  { modelId }: Candidate,
  { end, result, startedAtMs }: AttemptEnd,
): void {
  const nowMs = performance.now()
  const isStream = body.value.stream === true
  if (end.failure === 'timed_out' && !end.hasBegun) {
    const sample = { firstByteMs: nowMs - startedAtMs, msPerToken: null }
    latencies.observe(modelId, isStream, sample, nowMs)
  } else if (end.failure === null && headAtMs > 0) {
    const { outputTokens } = result
    const msPerToken = isStream && outputTokens > 0 ? (nowMs - headAtMs) / outputTokens : null
    latencies.observe(modelId, isStream, { firstByteMs: headAtMs - startedAtMs, msPerToken }, nowMs)
  }
}
