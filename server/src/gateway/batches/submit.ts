/**
 * POST /v1/batches: what all lines may cost at most is held in every limit that applies, in the database and
 * not in this process, before the provider hears of the batch. It stays held until the result is known.
 */
import { batchPrice, type PriceVersion, uuidOf, worstCaseOf } from '@commonhold/core'
import { newId } from '../../crypto/new-id.ts'
import { type BatchFile, insertBatch } from '../../store/batch.ts'
import type { Caller } from '../admission/caller.ts'
import { type JsonObject, parseJsonBody } from '../admission/json-body.ts'
import { findUsable, shareOf } from '../admission/target.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { type AttemptFacts, countedLimits } from '../ledger/attempt.ts'
import { type AppliedLimit, limitsOf } from '../limits/applying.ts'
import { enforcedHolds, refuseWhereFull } from '../limits/own-holds.ts'
import { unknownPriceFailure } from '../limits/refusal.ts'
import { journalFailure } from '../serve/attempt.ts'
import { type ModelEntry, priceAt } from '../snapshot/entries.ts'
import { findFile, ownerOf } from './files.ts'
import { followBatch, refuseBatch } from './follow.ts'
import { isPathOf } from './lines.ts'
import type { BatchParts } from './serve.ts'
import { askForObject } from './upstream.ts'

export const batchBodyBytesMax = 64 * 1024
const json = { 'content-type': 'application/json' }

export async function submitBatch(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
): Promise<void> {
  if (parts.gateway.isStopping()) throw journalFailure()
  const { value } = parseJsonBody(await call.readBody(batchBodyBytesMax))
  const owner = ownerOf(caller)
  const file = await findFile(parts, owner, String(value.input_file_id))
  if (file.purpose !== 'batch')
    throw invalid('input_file_id', 'This file is the result of a batch.')
  if (!isPathOf(value.endpoint, file.route)) {
    throw invalid(
      'endpoint',
      `The lines of this file are for ${file.route}: name the url that they have.`,
    )
  }
  const model = findUsable(caller, file.modelId)
  if (model.type !== 'model') throw invalid('input_file_id', 'Its model is gone.')
  const nowMs = parts.gateway.now()
  const { budgets, applied } = limitsOf(caller, model, nowMs)
  const price = priceAt(model, nowMs)
  const unpriced = price === null ? unknownPriceFailure(budgets) : null
  if (unpriced) throw unpriced
  const id = newId('batch')
  const markupPpm = shareOf(caller, model)?.markupPpm ?? 0n
  const heldNanos = price === null ? 0n : heldFor(file, price, markupPpm)
  const facts = factsOf(caller, model, file, { id, nowMs, price, heldNanos, markupPpm, applied })
  const answer = firstAnswer(id, file, value, nowMs)
  const batch = { id, providerAccountId: file.providerAccountId, modelId: model.id, facts, answer }
  const wanted = {
    nanos: heldNanos,
    requests: BigInt(file.lines),
    tokens: BigInt(file.inputTokensMax + file.outputTokensMax),
  }
  // A batch runs when the provider likes, so it is not one of the calls that run at once.
  const enforced = enforcedHolds(applied, wanted)
  const holds = enforced.map(({ hold }) => hold)
  await parts.database.withTenant(owner.tenantId, async (tx) =>
    refuseWhereFull(enforced, await insertBatch(tx, owner, batch, holds), nowMs),
  )
  parts.follower.noteOpen(owner.tenantId)
  await start(parts, caller, call, model, file, { id, value })
  // Whatever comes now: it runs, and will be billed.
  call.noteBilled?.()
  const shown = await followBatch(parts, owner, id)
  call.answer(json, JSON.stringify(shown))
}

/** Whatever the lines are, together: nothing of a batch is tiered by the size of one line. */
function heldFor(file: BatchFile, price: PriceVersion, markupPpm: bigint): bigint {
  const { inputTokensMax, outputTokensMax, lines } = file
  const part = batchPrice(price)
  const all = { ...part, perRequestNanos: part.perRequestNanos * BigInt(lines) }
  return worstCaseOf(all, { inputTokensMax, outputTokensMax, choices: 1 }, markupPpm)
}

interface Held {
  readonly id: ReturnType<typeof newId<'batch'>>
  readonly nowMs: number
  readonly price: PriceVersion | null
  readonly heldNanos: bigint
  readonly markupPpm: bigint
  readonly applied: readonly AppliedLimit[]
}

function factsOf(caller: Caller, model: ModelEntry, file: BatchFile, held: Held): AttemptFacts {
  return {
    epoch: 1,
    tenantId: caller.snapshot.tenant.id,
    accountId: caller.token.accountId,
    requestId: uuidOf(held.id),
    attempt: 1,
    atMs: held.nowMs,
    principalId: caller.principal.id,
    principalKind: caller.principal.kind,
    principalName: caller.principal.name,
    tokenId: caller.token.id,
    teamIds: caller.teams.map(({ id }) => id),
    modelId: model.id,
    modelName: model.name,
    providerAccountId: model.provider.id,
    shareId: shareOf(caller, model)?.id ?? null,
    route: `batch:${file.route}`,
    priceId: held.price?.id ?? null,
    markupPpm: held.markupPpm.toString(),
    heldNanos: held.heldNanos.toString(),
    heldInputTokens: file.inputTokensMax,
    heldOutputTokens: file.outputTokensMax,
    heldRequests: file.lines,
    limits: countedLimits(held.applied, caller.token.accountId),
  }
}

function firstAnswer(id: string, file: BatchFile, value: JsonObject, nowMs: number): object {
  return {
    id,
    object: 'batch',
    endpoint: value.endpoint,
    errors: null,
    input_file_id: file.id,
    completion_window: value.completion_window ?? '24h',
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: Math.floor(nowMs / 1_000),
    request_counts: { total: file.lines, completed: 0, failed: 0 },
    metadata: value.metadata ?? null,
  }
}

/** @throws Failure where the provider would not have it, and then nothing is held any more */
async function start(
  parts: BatchParts,
  caller: Caller,
  call: GatewayCall,
  model: ModelEntry,
  file: BatchFile,
  { id, value }: { readonly id: Held['id']; readonly value: JsonObject },
): Promise<void> {
  const owner = ownerOf(caller)
  const body = JSON.stringify({
    input_file_id: file.upstreamId,
    endpoint: value.endpoint,
    completion_window: value.completion_window ?? '24h',
    metadata: { commonhold_batch: id },
  })
  try {
    const question = { route: 'batches', method: 'POST', body } as const
    const upstream = await askForObject(parts.gateway, model, owner.tenantId, question)
    await parts.heard(owner, id, upstream)
  } catch (error) {
    if (await refuseBatch(parts, owner, id, error)) call.noteBilled?.()
    throw error
  }
}

function invalid(param: string, message: string): Failure {
  return new Failure('invalid_request', message, { param, shouldRetry: false })
}
