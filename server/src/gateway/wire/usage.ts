/** Usage as providers report it, in the one form that bills are made of. */
import { type TokenUsage, type UnitCount, usageProblem } from '@commonhold/core'
import type { UsageCounts } from './answer.ts'

export type ReportedUsage =
  | {
      readonly kind: 'reported'
      readonly usage: TokenUsage
      /** What is sold besides tokens. */
      readonly units?: readonly UnitCount[]
    }
  /** Only what is sold besides tokens. */
  | { readonly kind: 'units'; readonly units: readonly UnitCount[] }
  /** Something that can't be a count: what it means is unknown. */
  | { readonly kind: 'unreadable' }

/** @returns the counts, or null for what can't be one */
export function checkedCounts(counts: UsageCounts): UsageCounts | null {
  const { reasoningTokens, ...usage } = counts
  if (usageProblem(usage) !== null) return null
  const isCount = reasoningTokens !== null && Number.isSafeInteger(reasoningTokens)
  return { ...usage, reasoningTokens: isCount ? reasoningTokens : null }
}

export function reportedOf(counts: UsageCounts | null): ReportedUsage {
  if (counts === null) return { kind: 'unreadable' }
  const { reasoningTokens: _, ...usage } = counts
  return { kind: 'reported', usage }
}

/** Zero where a provider leaves a count out. NaN, which is no count, where it is something else. */
export function countIn(value: unknown): number {
  if (value === undefined || value === null) return 0
  return typeof value === 'number' ? value : Number.NaN
}
