/** How far back a review looks, and what can be said of that time. */
import { expiringDaysDefault, unusedDaysDefault } from '@commonhold/contract'
import { accessUseKnownSince, usedEverySeconds } from '../store/access-use.ts'
import type { Context } from './context.ts'

const dayMs = 24 * 60 * 60 * 1_000

/** What the pieces of a review need of a request. */
export type Reviewing = Pick<Context, 'tx' | 'caller' | 'account' | 'now'>

export interface ReviewScope {
  readonly now: Date
  readonly unusedDays: number
  readonly expiringDays: number
  readonly windowStart: Date
  /** What is noted since may have been used in the window: a noted use stands for the minute after. */
  readonly usedSince: Date
  readonly expiringBefore: Date
  /** A use before it may have happened without anybody noting it. */
  readonly usesKnownSince: Date
}

export interface Days {
  readonly unusedDays?: number | string | undefined
  readonly expiringDays?: number | string | undefined
}

/** @param days as the query has them, or a filter, whose values are texts */
export async function readScope({ tx, now }: Reviewing, days: Days): Promise<ReviewScope> {
  const unusedDays = Number(days.unusedDays ?? unusedDaysDefault)
  const expiringDays = Number(days.expiringDays ?? expiringDaysDefault)
  const windowStart = new Date(now.getTime() - unusedDays * dayMs)
  return {
    now,
    unusedDays,
    expiringDays,
    windowStart,
    usedSince: new Date(windowStart.getTime() - usedEverySeconds * 1_000),
    expiringBefore: new Date(now.getTime() + expiringDays * dayMs),
    usesKnownSince: await accessUseKnownSince(tx, now),
  }
}

/**
 * Only what existed for the whole window, and could have been seen to be used in all of it, can be
 * called unused: silence before uses were noted says nothing.
 */
export function isUnused(
  { windowStart, usedSince, usesKnownSince }: ReviewScope,
  createdAtMs: number,
  lastUsedAt: Date | null,
): boolean {
  if (createdAtMs > windowStart.getTime() || usesKnownSince > windowStart) return false
  return lastUsedAt === null || lastUsedAt < usedSince
}
