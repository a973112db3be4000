/**
 * What becomes of a response in the background: its provider is asked, by its owner or by the follower, and
 * when it is over it is billed, once. Asking costs nothing, however often it is done (case T53).
 */
import type { AccountId, TenantId } from '@commonhold/core'
import type { BackgroundResponse } from '../../store/background-response.ts'
import type { JsonObject } from '../admission/json-body.ts'
import { askForObject, askProvider, modelOf } from '../batches/upstream.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { type BackgroundParts, factsIn } from './parts.ts'
import { isOver, settleFrom, settleUnknown } from './settle.ts'

/** After this nobody waits for a result any more, and what was held is charged. */
export const responseMsMax = 24 * 3_600_000
/** After this a response of which the provider never gave an id was lost with the gateway that sent it. */
export const takenMsMax = 15 * 60_000

/** The model that it was made for, and the provider's key with it; null where it is gone. */
export function modelFor(
  { gateway }: BackgroundParts,
  response: BackgroundResponse,
): ModelEntry | null {
  return modelOf(gateway, factsIn(response).tenantId, response.modelId)
}

/** @returns the response as its provider tells it, settled where it is over. @throws Failure */
export async function hear(
  parts: BackgroundParts,
  response: BackgroundResponse,
  model: ModelEntry,
  question: { readonly method: 'GET' | 'POST'; readonly rest: string; readonly body?: string },
): Promise<JsonObject> {
  const { tenantId } = factsIn(response)
  const upstream = await askForObject(parts.gateway, model, tenantId, {
    route: 'responses',
    ...question,
  })
  if (!response.isSettled && isOver(upstream)) await settleFrom(parts, response, model, upstream)
  return upstream
}

/** Nobody is left who could ask about what the account has begun. */
export function isAccountGone(
  { gateway }: Pick<BackgroundParts, 'gateway'>,
  tenantId: TenantId,
  accountId: AccountId,
): boolean {
  const account = gateway.admission.feed.book.tenant(tenantId)?.account(accountId)
  return account === undefined || account.state === 'deleted'
}

/**
 * For the follower: settles what is over, and what nobody can tell of any more. What its owner has deleted
 * or lost with his account is ended, and taken away from where it ran.
 * @throws Failure where the provider can't be asked now
 */
export async function follow(
  parts: BackgroundParts,
  accountId: AccountId,
  response: BackgroundResponse,
): Promise<void> {
  const { gateway } = parts
  const { tenantId } = factsIn(response)
  const ageMs = gateway.now() - response.createdAt.getTime()
  const model = modelFor(parts, response)
  if (model === null || response.upstreamId === null) {
    const msMax = response.upstreamId === null ? takenMsMax : responseMsMax
    if (ageMs > msMax) await settleUnknown(parts, response, 'Nobody can tell what became of it.')
    return
  }
  const isUnwanted = response.isDeleted || isAccountGone(parts, tenantId, accountId)
  const rest = `/${response.upstreamId}`
  const question = isUnwanted
    ? ({ method: 'POST', rest: `${rest}/cancel` } as const)
    : ({ method: 'GET', rest } as const)
  try {
    const upstream = await hear(parts, response, model, question)
    if (isOver(upstream)) {
      if (isUnwanted) await takeAway(parts, response, model)
      return
    }
  } catch (error) {
    if (ageMs <= responseMsMax) throw error
  }
  if (ageMs > responseMsMax) await settleUnknown(parts, response, 'The provider never ended it.')
}

/** Deletes it where it ran. @throws Failure where the provider can't be asked now */
export async function takeAway(
  { gateway }: BackgroundParts,
  response: BackgroundResponse,
  model: ModelEntry,
): Promise<void> {
  const { tenantId } = factsIn(response)
  const rest = `/${response.upstreamId}`
  const question = { route: 'responses', method: 'DELETE', rest } as const
  const answered = await askProvider(gateway, model, tenantId, question)
  await answered.body.dump()
}
