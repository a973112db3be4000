/**
 * Usage as Anthropic reports it: `input_tokens` are those beside the cache, so the three counts of
 * input are added and not taken apart.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { UsageCounts } from '../answer.ts'
import { checkedCounts, countIn, type ReportedUsage, reportedOf } from '../usage.ts'

export function isReport(value: unknown): value is JsonObject {
  return isObject(value) && (value.input_tokens ?? value.output_tokens) !== undefined
}

export function readUsage(value: unknown): ReportedUsage | null {
  return isReport(value) ? reportedOf(countsIn(value)) : null
}

/**
 * @param before what the beginning of a stream said: its end repeats only some of it
 * @returns null for what can't be counts
 */
export function countsIn(value: JsonObject, before: JsonObject = {}): UsageCounts | null {
  const of = (name: string) => countIn(value[name] ?? before[name])
  const details = value.output_tokens_details
  return checkedCounts({
    freshInputTokens: of('input_tokens'),
    cachedInputTokens: of('cache_read_input_tokens'),
    cacheWriteTokens: of('cache_creation_input_tokens'),
    outputTokens: of('output_tokens'),
    reasoningTokens: isObject(details) ? countIn(details.thinking_tokens) : null,
  })
}

export function writeUsage(usage: UsageCounts): JsonObject {
  return {
    input_tokens: usage.freshInputTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    ...(usage.reasoningTokens === null
      ? {}
      : { output_tokens_details: { thinking_tokens: usage.reasoningTokens } }),
  }
}
