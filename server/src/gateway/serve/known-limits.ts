/**
 * What limits a token's calls of a model stays the same until the tenant changes or a period ends. So it
 * is found once, and kept under the tenant's revision and the time in which it holds: with any other
 * revision, or at any other time, it is found anew, and nothing has to invalidate it (decision 19 says the
 * same of verdicts). It is gone with the token or the model.
 */
import type { Caller } from '../admission/caller.ts'
import { shareOf } from '../admission/target.ts'
import { type CountedLimit, countedLimits } from '../ledger/attempt.ts'
import { type LimitsOfCall, limitsOf } from '../limits/applying.ts'
import type { ModelEntry, TokenEntry } from '../snapshot/entries.ts'
import type { ShareEntry } from '../snapshot/shares.ts'

export interface KnownLimits extends LimitsOfCall {
  /** The same limits as the journal and the books have them. */
  readonly counted: readonly CountedLimit[]
  readonly share: ShareEntry | null
}

interface Kept {
  readonly revision: number
  readonly fromMs: number
  readonly untilMs: number
  readonly limits: KnownLimits
}

const kept = new WeakMap<TokenEntry, WeakMap<ModelEntry, Kept>>()

/** @returns what `limitsOf` does, and what follows from it */
export function knownLimits(caller: Caller, model: ModelEntry, nowMs: number): KnownLimits {
  const { revision, snapshot, token } = caller
  // A caller who was read before the last change is no measure for those who come after it.
  if (revision !== snapshot.revision) return find(caller, model, nowMs)
  const ofToken = kept.get(token) ?? new WeakMap<ModelEntry, Kept>()
  const before = ofToken.get(model)
  if (before?.revision === revision && isWithin(before, nowMs)) return before.limits
  const limits = find(caller, model, nowMs)
  const periods = limits.applied.map(({ counter }) => counter.period)
  const fromMs = Math.max(0, ...periods.map(({ startsAtMs }) => startsAtMs))
  const untilMs = Math.min(...periods.map(({ endsAtMs }) => endsAtMs ?? Number.POSITIVE_INFINITY))
  kept.set(token, ofToken.set(model, { revision, fromMs, untilMs, limits }))
  return limits
}

function find(caller: Caller, model: ModelEntry, nowMs: number): KnownLimits {
  const found = limitsOf(caller, model, nowMs)
  const counted = countedLimits(found.applied, caller.token.accountId)
  return { ...found, counted, share: shareOf(caller, model) }
}

/** A clock may also go back. */
function isWithin({ fromMs, untilMs }: Kept, nowMs: number): boolean {
  return nowMs >= fromMs && nowMs < untilMs
}
