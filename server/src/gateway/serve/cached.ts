/**
 * Calls that may be answered from the cache: an answer that is there is held, journalled and settled like
 * an attempt at a provider, at the price that the model declares for it. A model whose price says nothing
 * of it is never answered from the cache: unknown is not free.
 */
import { cacheHitPrice } from '@commonhold/core'
import { newUuid } from '../../crypto/new-id.ts'
import type { Caller } from '../admission/caller.ts'
import { type CachedAnswer, keyOf } from '../answer-cache/answer-cache.ts'
import type { GatewayCall } from '../call/call.ts'
import type { Failure } from '../call/failure.ts'
import { type AttemptFacts, AttemptRecords, type AttemptResult } from '../ledger/attempt.ts'
import type { ObservedCall } from '../request-log/observed-call.ts'
import { type ModelEntry, priceAt } from '../snapshot/entries.ts'
import { journalIntent } from './attempt.ts'
import type { MeteredCall } from './metered-call.ts'
import type { GatewayParts } from './parts.ts'
import { noCost, placeAttempt } from './placing.ts'
import { closeHold } from './settle.ts'

export const cacheHeader = 'x-commonhold-cache'

/** What providers are told of a request's headers: part of the question. */
const toldHeaders = ['anthropic-version', 'anthropic-beta'] as const

const nothingUsed = { inputTokensMax: 0, outputTokensMax: 0, choices: 1 }

/**
 * Answers from the cache, or lets `serve` answer and keeps that.
 * @param models that may serve the call, each allowed
 * @returns what `serve` does
 */
export async function serveCachable(
  parts: GatewayParts,
  metered: MeteredCall,
  observed: ObservedCall,
  caller: Caller,
  models: readonly ModelEntry[],
  serve: () => Promise<Failure | null>,
): Promise<Failure | null> {
  const key = keyFor(metered, observed, caller, models, parts.now())
  if (key === null) return serve()
  const { answerCache, now } = parts
  const ttlMs = observed.setting.cache.ttlSeconds * 1_000
  const found = answerCache.find(key, now(), ttlMs)
  const model = found && models.find(({ id }) => id === found.modelId)
  if (found && model && priceOf(model, now()) !== null) {
    observed.cache = 'hit'
    await answerAgain(parts, metered, caller, model, found)
    return null
  }
  observed.cache = 'miss'
  const broken = await serve()
  const body = observed.wholeAnswer
  if (broken !== null || body === null || observed.isGone || metered.model === null) return broken
  // Who asks next may be given the whole of it.
  if (metered.shortenedTo !== null) return null
  answerCache.keep(key, {
    modelId: metered.model.id,
    headers: observed.answerHeaders,
    body,
    isStream: observed.isStream,
    keptAtMs: now(),
  })
  return null
}

/** @returns null where nobody asked, or nothing may be kept */
function keyFor(
  { call, route, body }: MeteredCall,
  { setting }: ObservedCall,
  { snapshot, token: { accountId } }: Caller,
  models: readonly ModelEntry[],
  nowMs: number,
): string | null {
  if (setting.cache.mode === 'off' || call.header(cacheHeader) !== 'use') return null
  if (!models.some((model) => priceOf(model, nowMs) !== null)) return null
  const headers = toldHeaders.map((name) => call.header(name))
  return keyOf({ snapshot, accountId, route, body, headers })
}

function priceOf(model: ModelEntry, nowMs: number) {
  const price = priceAt(model, nowMs)
  return price && cacheHitPrice(price)
}

async function answerAgain(
  parts: GatewayParts,
  metered: MeteredCall,
  caller: Caller,
  model: ModelEntry,
  answer: CachedAnswer,
): Promise<void> {
  const nowMs = parts.now()
  const wanted = { model, price: priceOf(model, nowMs), bounds: nothingUsed, nowMs }
  const { hold, facts } = await placeAttempt(parts, metered, caller, wanted)
  const records = new AttemptRecords(newUuid(), facts)
  await journalIntent(parts, records, hold)
  // While it was written, the caller may have lost what he asked with: then nothing is given.
  const { endedBy } = metered
  if (endedBy === null) replay(metered.call, answer)
  const durationMs = Math.max(0, Math.round(parts.now() - nowMs))
  const result = endedBy === null ? resultOf(facts, durationMs) : notGiven(endedBy, durationMs)
  closeHold(hold, result)
  metered.isCounted = true
  parts.shipper.book(records.outcome(result))
  if (endedBy !== null) throw endedBy
}

/** What was held is what it costs: the price of an answer from the cache knows no tokens. */
function resultOf({ heldNanos, heldRequests }: AttemptFacts, durationMs: number): AttemptResult {
  return {
    status: 'ok',
    numbersFrom: 'cache',
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    costNanos: heldNanos,
    countedRequests: heldRequests,
    overHold: false,
    durationMs,
    metadata: {},
  }
}

function notGiven({ code }: Failure, durationMs: number): AttemptResult {
  return {
    ...noCost,
    status: 'cancelled',
    numbersFrom: 'cache',
    durationMs,
    metadata: { why: code },
  }
}

function replay(call: GatewayCall, { headers, body, isStream }: CachedAnswer): void {
  if (!isStream) {
    call.answer(headers, body)
    return
  }
  call.begin(headers)
  call.write(body)
  call.end()
}
