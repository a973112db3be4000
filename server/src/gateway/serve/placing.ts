/**
 * What has to be in place before a provider is called: the worst case, held in every limit that applies or
 * in none; and where that does not fit, the same with less output, for a caller who said that it may be.
 */
import type { Hold, PriceVersion, UsageBounds } from '@commonhold/core'
import { worstCase } from '../admission/bounds.ts'
import type { Caller } from '../admission/caller.ts'
import type { JsonBody } from '../admission/json-body.ts'
import { shareOf } from '../admission/target.ts'
import { Failure } from '../call/failure.ts'
import type { AttemptFacts, AttemptResult } from '../ledger/attempt.ts'
import { spendFailure, unknownPriceFailure } from '../limits/refusal.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { knownLimits } from './known-limits.ts'
import type { MeteredCall } from './metered-call.ts'
import type { GatewayParts } from './parts.ts'
import { type Plan, planOf } from './plan.ts'
import { closeHold } from './settle.ts'
import { shortened } from './shorten.ts'

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

/** What is to be held, and for what. */
export interface Wanted {
  readonly model: ModelEntry
  readonly price: PriceVersion | null
  readonly bounds: UsageBounds
  readonly nowMs: number
}

export interface Placed {
  readonly hold: Hold
  readonly facts: AttemptFacts
}

/**
 * The same with less output, for a caller who said that it may be less.
 * @throws the refusal, where nobody said so or it does not help
 */
export async function placeShortened(
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
