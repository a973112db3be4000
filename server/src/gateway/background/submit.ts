/**
 * POST /v1/responses with `background`: what it may cost at most is held in every limit that applies, in
 * the database and not in this process, before the provider hears of it, and stays held until the result
 * is known. The provider keeps the response; here it is kept whose it is.
 */
import { type Id, type UsageBounds, uuidOf } from '@commonhold/core'
import { newId } from '../../crypto/new-id.ts'
import {
  type BackgroundResponse,
  insertResponse,
  saveTaken,
} from '../../store/background-response.ts'
import { worstCase } from '../admission/bounds.ts'
import type { Caller } from '../admission/caller.ts'
import {
  editedBody,
  type JsonBody,
  type JsonObject,
  parseJsonBody,
} from '../admission/json-body.ts'
import { refuseUnpricedBackground, responsesBounds } from '../admission/response-bounds.ts'
import { findUsable, shareOf } from '../admission/target.ts'
import { ownerOf } from '../batches/files.ts'
import { notTaken } from '../batches/follow.ts'
import { askForObject, upstreamIdIn } from '../batches/upstream.ts'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import { type AttemptFacts, countedLimits } from '../ledger/attempt.ts'
import { type AppliedLimit, limitsOf } from '../limits/applying.ts'
import { enforcedHolds, refuseWhereFull } from '../limits/own-holds.ts'
import { unknownPriceFailure } from '../limits/refusal.ts'
import { findProvider } from '../providers/index.ts'
import { journalFailure } from '../serve/attempt.ts'
import { type ModelEntry, priceAt } from '../snapshot/entries.ts'
import { estimateResponsesInput } from '../wire/estimate.ts'
import { type BackgroundParts, findResponse } from './parts.ts'
import { isOver, settleFrom, settleNothing, settleUnknown } from './settle.ts'
import { shown } from './shown.ts'

const json = { 'content-type': 'application/json' }

/** @throws Failure before anything is held, or where the provider would not have it */
export async function submitResponse(
  parts: BackgroundParts,
  caller: Caller,
  call: GatewayCall,
  body: JsonBody,
  bodyBytes: number,
): Promise<void> {
  const { gateway } = parts
  if (gateway.isStopping()) throw journalFailure()
  refuseUnpricedBackground(body)
  const model = modelFor(caller, String(body.value.model))
  const previous = await previousOf(parts, caller, body, model)
  const nowMs = gateway.now()
  const { budgets, applied } = limitsOf(caller, model, nowMs)
  const price = priceAt(model, nowMs)
  const unpriced = price === null ? unknownPriceFailure(budgets) : null
  if (unpriced) throw unpriced
  const bounds = boundsOf(body, bodyBytes, model, previous)
  const markupPpm = shareOf(caller, model)?.markupPpm ?? 0n
  const wanted = worstCase(bounds, price, markupPpm, 1n)
  const id = newId('resp')
  const facts: AttemptFacts = {
    ...factsOf(caller, model, bounds, applied),
    requestId: uuidOf(id),
    atMs: nowMs,
    priceId: price?.id ?? null,
    markupPpm: markupPpm.toString(),
    heldNanos: wanted.nanos.toString(),
  }
  const response: BackgroundResponse = {
    id,
    providerAccountId: model.provider.id,
    modelId: model.id,
    previousId: previous?.id ?? null,
    facts,
    inputTokens: (await estimateResponsesInput(body.value)) + (previous?.usedTokens ?? 0),
    upstreamId: null,
    usedTokens: null,
    createdAt: new Date(nowMs),
    isSettled: false,
    isDeleted: false,
  }
  const enforced = enforcedHolds(applied, wanted)
  const holds = enforced.map(({ hold }) => hold)
  const owner = ownerOf(caller)
  await parts.database.withTenant(owner.tenantId, async (tx) =>
    refuseWhereFull(enforced, await insertResponse(tx, owner, response, holds), nowMs),
  )
  parts.follower.noteOpen(owner.tenantId)
  await begin(parts, call, response, model, sentBody(body, model, previous))
}

/** @throws Failure as any call of the model would, and where its provider keeps no responses */
function modelFor(caller: Caller, name: string): ModelEntry {
  const model = findUsable(caller, name)
  if (model.type !== 'model') {
    throw differs('A response in the background is for a model, and not for a virtual one.')
  }
  const provider = findProvider(model.provider.provider)
  const isServed =
    provider?.hasBackground && provider.routeFor('responses', model.upstreamModel) === 'responses'
  if (model.modelType === 'chat' && isServed) return model
  throw differs(`The model '${name}' does not serve responses in the background.`)
}

function differs(message: string): Failure {
  return new Failure('model_type_differs', message, { param: 'model', shouldRetry: false })
}

/**
 * The response that this one goes on from: the caller's own, over, and kept under the same key.
 * @throws Failure object_not_found for any other
 */
async function previousOf(
  parts: BackgroundParts,
  caller: Caller,
  { value }: JsonBody,
  model: ModelEntry,
): Promise<BackgroundResponse | null> {
  const { previous_response_id: id } = value
  if (typeof id !== 'string') return null
  const previous = await findResponse(parts, ownerOf(caller), id)
  const param = 'previous_response_id'
  if (previous.providerAccountId !== model.provider.id) {
    const message = 'That response is kept by another provider account: go on with a model of it.'
    throw new Failure('invalid_request', message, { param, shouldRetry: false })
  }
  if (!previous.isSettled || previous.upstreamId === null) {
    const message = 'That response is not over yet: ask for it until it is.'
    throw new Failure('invalid_request', message, { param, shouldRetry: false })
  }
  return previous
}

/** Whoever goes on from a response has it read again: all that it used is input now. */
function boundsOf(
  body: JsonBody,
  bodyBytes: number,
  model: ModelEntry,
  previous: BackgroundResponse | null,
): UsageBounds {
  const own = responsesBounds(body, bodyBytes, model)
  if (previous === null) return own
  const before = previous.usedTokens ?? model.contextTokensMax
  const inputTokensMax = Math.min(own.inputTokensMax + before, model.contextTokensMax)
  return { ...own, inputTokensMax }
}

function sentBody(body: JsonBody, model: ModelEntry, previous: BackgroundResponse | null): string {
  const provider = findProvider(model.provider.provider)!
  const own = parseJsonBody(Buffer.from(provider.ownBody(body, model, 'responses')))
  const edits = new Map([['store', 'true']])
  if (previous) edits.set('previous_response_id', JSON.stringify(previous.upstreamId))
  return editedBody(own, edits)
}

function factsOf(
  caller: Caller,
  model: ModelEntry,
  { inputTokensMax, outputTokensMax }: UsageBounds,
  applied: readonly AppliedLimit[],
) {
  const { snapshot, token, principal, teams } = caller
  return {
    epoch: 1,
    tenantId: snapshot.tenant.id,
    accountId: token.accountId,
    attempt: 1,
    principalId: principal.id,
    principalKind: principal.kind,
    principalName: principal.name,
    tokenId: token.id,
    teamIds: teams.map(({ id }) => id),
    modelId: model.id as Id<'mdl'>,
    modelName: model.name,
    providerAccountId: model.provider.id,
    shareId: shareOf(caller, model)?.id ?? null,
    route: 'background:responses',
    heldInputTokens: inputTokensMax,
    heldOutputTokens: outputTokensMax,
    heldRequests: 1,
    limits: countedLimits(applied, token.accountId),
  }
}

/** @throws Failure where the provider would not have it, and then nothing is held any more */
async function begin(
  parts: BackgroundParts,
  call: GatewayCall,
  response: BackgroundResponse,
  model: ModelEntry,
  body: string,
): Promise<void> {
  const { tenantId, accountId } = response.facts as AttemptFacts
  const question = { route: 'responses', method: 'POST', body } as const
  let upstream: JsonObject
  let upstreamId: string
  try {
    upstream = await askForObject(parts.gateway, model, tenantId, question)
    upstreamId = upstreamIdIn(upstream)
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'internal_error'
    if (notTaken.has(code)) await settleNothing(parts, response, code)
    else {
      call.noteBilled?.()
      await settleUnknown(parts, response, code)
    }
    throw error
  }
  // Whatever comes now: it runs, and will be billed.
  call.noteBilled?.()
  await parts.database.withTenant(tenantId, (tx) =>
    saveTaken(tx, accountId, response.id, upstreamId),
  )
  if (isOver(upstream)) await settleFrom(parts, response, model, upstream)
  call.answer(json, JSON.stringify(shown(response, upstream)))
}
