/** From how a response in the background ended to what it is billed, once. */
import { costOf, inputTokensOf, type TokenUsage } from '@commonhold/core'
import { newUuid } from '../../crypto/new-id.ts'
import { type BackgroundResponse, settleResponse } from '../../store/background-response.ts'
import type { JsonObject } from '../admission/json-body.ts'
import { durationOf } from '../batches/follow.ts'
import {
  type AttemptFacts,
  AttemptRecords,
  type AttemptResult,
  appliedOutcome,
  unknownResult,
} from '../ledger/attempt.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { countTokens } from '../wire/estimate.ts'
import { readWholeResponse } from '../wire/openai-responses/scanner.ts'
import { readUsage } from '../wire/openai-responses/usage.ts'
import { type BackgroundParts, factsIn } from './parts.ts'

/** How the provider calls a response that is over. */
const statuses: ReadonlyMap<unknown, AttemptResult['status']> = new Map([
  ['completed', 'ok'],
  ['incomplete', 'ok'],
  ['failed', 'error'],
  ['cancelled', 'cancelled'],
])

export const isOver = ({ status }: JsonObject) => statuses.has(status)

interface Used {
  readonly usage: TokenUsage
  readonly numbersFrom: AttemptResult['numbersFrom']
}

/** @param upstream the response as the provider tells it, which is over */
export async function settleFrom(
  parts: BackgroundParts,
  response: BackgroundResponse,
  model: ModelEntry,
  upstream: JsonObject,
): Promise<void> {
  const facts = factsIn(response)
  const used = await usedBy(response, upstream)
  const price = facts.priceId === null ? null : priceOf(model, facts.priceId)
  if (used === null || price === undefined) {
    await settleUnknown(parts, response, 'The provider did not tell what the response used.')
    return
  }
  const { usage, numbersFrom } = used
  const cost = price === null ? 0n : costOf(price, usage, BigInt(facts.markupPpm)).costNanos
  await book(parts, response, {
    status: statuses.get(upstream.status)!,
    numbersFrom,
    inputTokens: inputTokensOf(usage),
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    costNanos: cost.toString(),
    countedRequests: facts.heldRequests,
    overHold: cost > BigInt(facts.heldNanos),
    durationMs: durationOf(parts, facts),
    metadata: { response: response.id },
  })
}

/** The price that was held by; undefined where it is not known any more. */
function priceOf({ prices }: ModelEntry, priceId: string) {
  return prices.find(({ price }) => price?.id === priceId)?.price ?? undefined
}

/**
 * Of a response that we ended, what was seen can be counted, as of any call whose client left; of any
 * other nobody can tell.
 */
async function usedBy(
  { inputTokens }: BackgroundResponse,
  upstream: JsonObject,
): Promise<Used | null> {
  const reported = readUsage(upstream.usage)
  if (reported?.kind === 'reported') return { usage: reported.usage, numbersFrom: 'provider' }
  if (reported !== null || upstream.status !== 'cancelled') return null
  const whole = readWholeResponse(Buffer.from(JSON.stringify(upstream)))
  const usage = {
    freshInputTokens: inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: await countTokens(whole?.written ?? ''),
  }
  return { usage, numbersFrom: 'estimate' }
}

/** It is charged at what was held: the provider may have done the work. */
export async function settleUnknown(
  parts: BackgroundParts,
  response: BackgroundResponse,
  why: string,
): Promise<void> {
  const facts = factsIn(response)
  await book(parts, response, unknownResult(facts, why, durationOf(parts, facts)))
}

/** It is certain that the provider has not begun. */
export async function settleNothing(
  parts: BackgroundParts,
  response: BackgroundResponse,
  why: string,
): Promise<void> {
  const facts = factsIn(response)
  await book(parts, response, {
    ...unknownResult(facts, why, durationOf(parts, facts)),
    status: 'error',
    numbersFrom: 'estimate',
    inputTokens: 0,
    outputTokens: 0,
    costNanos: '0',
    countedRequests: 0,
  })
}

async function book(
  { database }: BackgroundParts,
  response: BackgroundResponse,
  result: AttemptResult,
): Promise<void> {
  const facts: AttemptFacts = factsIn(response)
  const { tenantId, accountId } = facts
  const { record } = new AttemptRecords(newUuid(), facts).outcome(result)
  const outcome = appliedOutcome({ record, epoch: 1, sequence: 1 })
  const usedTokens = result.status === 'unknown' ? null : result.inputTokens + result.outputTokens
  await database.withTenant(tenantId, (tx) =>
    settleResponse(tx, tenantId, accountId, response.id, { outcome, usedTokens }),
  )
}
