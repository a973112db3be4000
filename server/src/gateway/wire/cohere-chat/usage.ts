/**
 * Usage as Cohere reports it: `billed_units` are what it charges, and `tokens` what the model read and wrote,
 * with the template that Cohere adds and does not charge. Bills are made of what is charged.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { UsageCounts } from '../answer.ts'
import { checkedCounts, countIn, type ReportedUsage, reportedOf } from '../usage.ts'

const isReport = (value: unknown): value is JsonObject =>
  isObject(value) && (value.input_tokens ?? value.output_tokens) !== undefined

/** @returns undefined where nothing is told; null for what can't be counts */
export function countsIn(value: unknown): UsageCounts | null | undefined {
  if (!isObject(value)) return undefined
  const counts = isReport(value.billed_units) ? value.billed_units : value.tokens
  if (!isReport(counts)) return undefined
  const input = countIn(counts.input_tokens)
  // Told of all that was read: more than what is charged can't have been charged at less.
  const cached = Math.min(countIn(value.cached_tokens), input)
  return checkedCounts({
    freshInputTokens: input - cached,
    cachedInputTokens: cached,
    cacheWriteTokens: 0,
    outputTokens: countIn(counts.output_tokens),
    reasoningTokens: null,
  })
}

export function readUsage(value: unknown): ReportedUsage | null {
  const counts = countsIn(value)
  return counts === undefined ? null : reportedOf(counts)
}
