/**
 * Usage as Gemini reports it: the prompt includes what came from a cache, and thoughts stand beside the
 * answer's own tokens, at the same price.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { UsageCounts } from '../answer.ts'
import { checkedCounts, countIn, type ReportedUsage, reportedOf } from '../usage.ts'

export function isReport(value: unknown): value is JsonObject {
  return isObject(value) && value.promptTokenCount !== undefined
}

export function readUsage(value: unknown): ReportedUsage | null {
  return isReport(value) ? reportedOf(countsIn(value)) : null
}

/** @returns null for what can't be counts */
export function countsIn(value: JsonObject): UsageCounts | null {
  const cached = countIn(value.cachedContentTokenCount)
  const thoughts = countIn(value.thoughtsTokenCount)
  const input = countIn(value.promptTokenCount) + countIn(value.toolUsePromptTokenCount)
  return checkedCounts({
    freshInputTokens: input - cached,
    cachedInputTokens: cached,
    cacheWriteTokens: 0,
    outputTokens: countIn(value.candidatesTokenCount) + thoughts,
    reasoningTokens: value.thoughtsTokenCount === undefined ? null : thoughts,
  })
}
