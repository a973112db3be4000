/** Usage as Bedrock reports it: the input beside the cache, and what was read from one and written to one. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { UsageCounts } from '../answer.ts'
import { checkedCounts, countIn, type ReportedUsage, reportedOf } from '../usage.ts'

export function isReport(value: unknown): value is JsonObject {
  return isObject(value) && (value.inputTokens ?? value.outputTokens) !== undefined
}

export function readUsage(value: unknown): ReportedUsage | null {
  return isReport(value) ? reportedOf(countsIn(value)) : null
}

/** @returns null for what can't be counts */
export function countsIn(value: JsonObject): UsageCounts | null {
  return checkedCounts({
    freshInputTokens: countIn(value.inputTokens),
    cachedInputTokens: countIn(value.cacheReadInputTokens),
    cacheWriteTokens: countIn(value.cacheWriteInputTokens),
    outputTokens: countIn(value.outputTokens),
    // It is in the output, and nobody says how much of it.
    reasoningTokens: null,
  })
}
