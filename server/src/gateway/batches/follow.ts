/**
 * What becomes of a batch: its provider is asked, and when it is over its result is read and billed, once.
 * Asking costs nothing, however often it is done and by whomever (cases T51, T53).
 */
import { batchPrice, costOf, type Id, type PriceVersion, type TokenUsage } from '@commonhold/core'
import { newId, newUuid } from '../../crypto/new-id.ts'
import {
  type Batch,
  type BatchOwner,
  type Heard,
  type NewFile,
  ownBatches,
  saveHeard,
  settleBatch,
} from '../../store/batch.ts'
import type { JsonObject } from '../admission/json-body.ts'
import { Failure } from '../call/failure.ts'
import {
  type AttemptFacts,
  AttemptRecords,
  type AttemptResult,
  appliedOutcome,
  unknownResult,
} from '../ledger/attempt.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { notFound } from './files.ts'
import { type Results, readResults } from './results.ts'
import type { BatchParts } from './serve.ts'
import { askForObject, modelOf, upstreamIdIn } from './upstream.ts'

/** After this nobody waits for a result any more: providers end a batch within a day. */
export const batchMsMax = 72 * 3_600_000
const over: ReadonlySet<unknown> = new Set(['completed', 'failed', 'expired', 'cancelled'])
const fileFields = ['output_file_id', 'error_file_id'] as const
const durationMsMax = 2_147_483_647

/** @returns the batch as its owner sees it. @throws Failure object_not_found, or what the provider said */
export async function followBatch(
  parts: BatchParts,
  owner: BatchOwner,
  id: Id<'batch'>,
): Promise<object> {
  const [batch] = await parts.database.withTenant(owner.tenantId, (tx) => ownBatches(tx, owner, id))
  if (!batch) throw notFound('batch', id)
  if (batch.isSettled) return batch.answer
  return (await askAbout(parts, owner, batch)).answer
}

/** Asks the provider, and settles what is over. @throws Failure */
export async function askAbout(parts: BatchParts, owner: BatchOwner, batch: Batch): Promise<Batch> {
  const { gateway } = parts
  const model = modelOf(gateway, owner.tenantId, batch.modelId)
  const isLate = gateway.now() - batch.createdAt.getTime() > batchMsMax
  if (model === null || batch.upstreamId === null) {
    // Who could tell is gone. The work may have been done.
    if (isLate)
      await settleUnknown(parts, owner, batch, 'Nobody can tell what became of the batch.')
    return batch
  }
  const question = { route: 'batches', method: 'GET', rest: `/${batch.upstreamId}` } as const
  const upstream = await askForObject(gateway, model, owner.tenantId, question).catch(
    async (error: unknown) => {
      if (isLate) await settleUnknown(parts, owner, batch, 'The provider does not tell any more.')
      throw error
    },
  )
  const heard = await hear(parts, owner, batch.id, upstream)
  if (!over.has(upstream.status)) {
    if (isLate) await settleUnknown(parts, owner, batch, 'The provider never ended the batch.')
    return heard
  }
  const results = await readResults(gateway, model, owner.tenantId, upstream, factsIn(batch))
  await settle(parts, owner, heard, model, results)
  return heard
}

/** Takes in what the provider says, with ids of ours for its own. */
export function hear(
  { database }: Pick<BatchParts, 'database'>,
  owner: BatchOwner,
  id: Id<'batch'>,
  upstream: JsonObject,
): Promise<Batch> {
  return database.withTenant(owner.tenantId, (tx) =>
    saveHeard(tx, owner, id, (stored) => heardOf(stored, upstream)),
  )
}

function heardOf(stored: Batch, upstream: JsonObject): Heard {
  const files: NewFile[] = []
  const { id, modelId, providerAccountId, answer } = stored
  const { input_file_id, metadata, endpoint } = answer
  const own: Record<string, unknown> = { id, input_file_id, metadata, endpoint }
  for (const field of fileFields) {
    own[field] = answer[field] ?? null
    if (own[field] !== null || typeof upstream[field] !== 'string') continue
    const file: NewFile = {
      id: newId('file'),
      providerAccountId,
      modelId,
      upstreamId: upstreamIdIn({ id: upstream[field] }),
      batchId: id,
      purpose: 'batch_output',
      filename: `${id}_${field.replace('_file_id', '')}.jsonl`,
      bytes: 0,
      route: factsIn(stored).route,
      lines: 0,
      inputTokensMax: 0,
      outputTokensMax: 0,
    }
    files.push(file)
    own[field] = file.id
  }
  const { commonhold_batch: _, ...told } = upstream
  return { upstreamId: upstreamIdIn(upstream), answer: { ...told, ...own }, files }
}

const factsIn = ({ facts }: Batch) => facts as AttemptFacts

async function settle(
  parts: BatchParts,
  owner: BatchOwner,
  batch: Batch,
  model: ModelEntry,
  results: Results | null,
): Promise<void> {
  const facts = factsIn(batch)
  const price = priceOf(model, facts)
  if (results === null || price === undefined) {
    await settleUnknown(parts, owner, batch, 'The provider did not tell what the batch used.')
    return
  }
  const { usage, done } = results
  const all = price && { ...price, perRequestNanos: price.perRequestNanos * BigInt(done) }
  const cost = all && done > 0 ? costOf(all, usage, BigInt(facts.markupPpm)).costNanos : 0n
  const isOk = batch.answer.status === 'completed'
  await book(parts, owner, batch, {
    status: isOk ? 'ok' : batch.answer.status === 'cancelled' ? 'cancelled' : 'error',
    numbersFrom: 'provider',
    inputTokens: inputOf(usage),
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    costNanos: cost.toString(),
    countedRequests: done,
    overHold: cost > BigInt(facts.heldNanos),
    durationMs: durationOf(parts, facts),
    metadata: { batch: batch.id, lines: facts.heldRequests, done },
  })
}

export const inputOf = (usage: TokenUsage) =>
  usage.freshInputTokens + usage.cachedInputTokens + usage.cacheWriteTokens

/** The price that was held by; null where there was none, undefined where it is not known any more. */
function priceOf(model: ModelEntry, { priceId }: AttemptFacts): PriceVersion | null | undefined {
  if (priceId === null) return null
  const found = model.prices.find(({ price }) => price?.id === priceId)?.price
  return found ? batchPrice(found) : undefined
}

export function durationOf(
  { gateway }: Pick<BatchParts, 'gateway'>,
  { atMs }: AttemptFacts,
): number {
  return Math.max(0, Math.min(Math.round(gateway.now() - atMs), durationMsMax))
}

async function settleUnknown(
  parts: BatchParts,
  owner: BatchOwner,
  batch: Batch,
  why: string,
): Promise<void> {
  const facts = factsIn(batch)
  await book(parts, owner, batch, unknownResult(facts, why, durationOf(parts, facts)))
}

async function book(
  parts: BatchParts,
  owner: BatchOwner,
  batch: Batch,
  result: AttemptResult,
): Promise<void> {
  const { record } = new AttemptRecords(newUuid(), factsIn(batch)).outcome(result)
  const outcome = appliedOutcome({ record, epoch: 1, sequence: 1 })
  await parts.database.withTenant(owner.tenantId, (tx) => settleBatch(tx, owner, batch.id, outcome))
}

/** Failures after which it is certain that the provider has not begun. */
export const notTaken: ReadonlySet<string> = new Set([
  'provider_refused_request',
  'provider_auth_failed',
  'provider_rate_limited',
  'provider_unreachable',
  'model_type_differs',
])

/**
 * A batch that could not be started. Where it is not certain that the provider has none, it is charged.
 * @returns whether it was
 */
export async function refuseBatch(
  parts: BatchParts,
  owner: BatchOwner,
  id: Id<'batch'>,
  error: unknown,
): Promise<boolean> {
  const [batch] = await parts.database.withTenant(owner.tenantId, (tx) => ownBatches(tx, owner, id))
  if (!batch || batch.isSettled) return true
  const code = error instanceof Failure ? error.code : 'internal_error'
  if (!notTaken.has(code)) {
    await settleUnknown(parts, owner, batch, code)
    return true
  }
  const facts = factsIn(batch)
  const nothing = {
    ...unknownResult(facts, code, durationOf(parts, facts)),
    status: 'error',
  } as const
  await book(parts, owner, batch, {
    ...nothing,
    numbersFrom: 'estimate',
    inputTokens: 0,
    outputTokens: 0,
    costNanos: '0',
    countedRequests: 0,
  })
  return false
}
