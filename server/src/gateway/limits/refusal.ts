/** From what lacks to what to tell: which limit, how full it is, when it resets, whether to retry. */
import {
  type Budget,
  freeIn,
  gravestRefusal,
  type Lack,
  maxOf,
  minOf,
  type Quantities,
  refusalOf,
  refusalSentence,
  roomIn,
  type SpendLimit,
  type SpendRefusal,
  unknownPriceRefusal,
} from '@commonhold/core'
import { fillOf, type LeaseAnswer } from '../../store/pool.ts'
import { Failure, type SpendRoom } from '../call/failure.ts'
import type { AppliedLimit } from './applying.ts'
import type { LeaseEntry, NamedRefusal } from './lease-entry.ts'

/**
 * How full a pool is, as this process sees it: what it has spent and the database not yet heard of
 * is settled already, so that "used up" is not told as "try again".
 */
export function refusalsOf(
  applied: readonly AppliedLimit[],
  entries: readonly LeaseEntry[],
  lacks: readonly Lack[],
  answers: ReadonlyMap<string, LeaseAnswer>,
  wanted: Quantities,
): NamedRefusal[] {
  const nowMs = Date.now()
  return lacks.map(({ key }) => {
    const index = entries.findIndex(({ lease }) => lease.key === key)
    const { limit, name, counter } = applied[index]!
    const { lease } = entries[index]!
    const answer = answers.get(key)
    const want = wanted[counter.measure]
    const told = answer && fillOf(answer)
    const amount = told?.limit ?? counter.limit
    const unheard = lease.spent - (answer?.lease.settled ?? 0n)
    const settled = (told?.settled ?? 0n) + unheard
    const held = (told?.held ?? lease.held + lease.spent) - unheard
    const current = withAmount(limit, amount)
    const fill = { limit: amount, settled, held }
    const refusal = refusalOf(current, fill, want, nowMs) ?? inPassing(current, want, nowMs)
    const fallbackModelId = 'amountNanos' in limit ? (limit.fallbackModelId ?? null) : null
    const room = (answer ? roomIn(answer.pool) : 0n) + maxOf(0n, freeIn(lease))
    return { refusal, name, period: counter.period, room, fallbackModelId }
  })
}

/** Room came free between the pool's answer and now, and somebody else has it: try again. */
function inPassing(limit: SpendLimit, want: bigint, nowMs: number): SpendRefusal {
  const amount = 'amountNanos' in limit ? limit.amountNanos : limit.amount
  return refusalOf(limit, { limit: amount, settled: 0n, held: amount }, want, nowMs)!
}

function withAmount(limit: SpendLimit, amount: bigint): SpendLimit {
  return 'amountNanos' in limit ? { ...limit, amountNanos: amount } : { ...limit, amount }
}

/** What a refused call is answered: the gravest of its refusals, with the limit's name. */
export function spendFailure(refusals: readonly NamedRefusal[]): Failure {
  const gravest = gravestRefusal(refusals.map(({ refusal }) => refusal))!
  const { name } = refusals.find(({ refusal }) => refusal === gravest)!
  const { retryAfterMs, shouldRetry } = gravest
  const kind = gravest.measure === 'nanos' ? 'Budget' : 'Usage limit'
  const message = `${kind} '${name}' (${gravest.level}): ${refusalSentence(gravest)}`
  const fallback = refusals.find(({ fallbackModelId }) => fallbackModelId)?.fallbackModelId
  return new Failure(gravest.code, message, {
    retryAfterMs,
    shouldRetry,
    ...roomOf(refusals),
    ...(fallback ? { fallbackModelId: fallback } : {}),
  })
}

/** Nothing where less output would not help: of requests and of places there is none left. */
function roomOf(refusals: readonly NamedRefusal[]): { room?: SpendRoom } {
  const least: Record<'nanos' | 'tokens', bigint | null> = { nanos: null, tokens: null }
  for (const { refusal, room } of refusals) {
    const { measure } = refusal
    if (room === undefined || (measure !== 'nanos' && measure !== 'tokens')) return {}
    least[measure] = minOf(least[measure] ?? room, room)
  }
  return { room: least }
}

/** A model whose price nobody declared, where a money budget is in force; else null. */
export function unknownPriceFailure(budgets: readonly Budget[]): Failure | null {
  const refusal = unknownPriceRefusal(budgets)
  if (!refusal?.enforced) return null
  return new Failure('price_unknown', refusalSentence(refusal), {
    param: 'model',
    shouldRetry: false,
  })
}
