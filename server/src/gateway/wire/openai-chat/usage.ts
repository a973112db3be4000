/** Usage as OpenAI's format reports it, and as some who speak it differ. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { UsageCounts } from '../answer.ts'
import { checkedCounts, countIn, type ReportedUsage, reportedOf } from '../usage.ts'

/**
 * @param value the `usage` of an answer. `prompt_tokens` includes the cached ones here
 * @returns null where nothing is reported. An explicit zero is a report (case T57)
 */
export function readUsage(value: unknown): ReportedUsage | null {
  if (!isReport(value)) return null
  return reportedOf(countsIn(value))
}

export function isReport(value: unknown): value is JsonObject {
  return isObject(value) && (value.prompt_tokens ?? value.completion_tokens) !== undefined
}

/** @returns null for what can't be counts */
export function countsIn(value: JsonObject): UsageCounts | null {
  const input = countIn(value.prompt_tokens)
  const details = isObject(value.prompt_tokens_details) ? value.prompt_tokens_details : {}
  // DeepSeek's name for it stands beside the others.
  const cached = countIn(details.cached_tokens ?? value.prompt_cache_hit_tokens)
  const cacheWrite = countIn(details.cache_write_tokens)
  const { output, reasoning } = outputIn(value, input)
  return checkedCounts({
    freshInputTokens: input - cached - cacheWrite,
    cachedInputTokens: cached,
    cacheWriteTokens: cacheWrite,
    outputTokens: output,
    reasoningTokens: reasoning,
  })
}

/**
 * OpenAI counts reasoning within the completion. Where the three only add up to the total with the
 * reasoning on top, as xAI reports them, it is output as well and is added: it is billed.
 */
function outputIn(value: JsonObject, input: number) {
  const details = value.completion_tokens_details
  const completion = countIn(value.completion_tokens)
  if (!isObject(details) || details.reasoning_tokens === undefined) {
    return { output: completion, reasoning: null }
  }
  const reasoning = countIn(details.reasoning_tokens)
  const isOnTop = reasoning > 0 && value.total_tokens === input + completion + reasoning
  return { output: isOnTop ? completion + reasoning : completion, reasoning }
}

export function writeUsage(usage: UsageCounts): JsonObject {
  const { freshInputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = usage
  const input = freshInputTokens + cachedInputTokens + cacheWriteTokens
  return {
    prompt_tokens: input,
    completion_tokens: outputTokens,
    total_tokens: input + outputTokens,
    prompt_tokens_details: {
      cached_tokens: cachedInputTokens,
      ...(cacheWriteTokens > 0 ? { cache_write_tokens: cacheWriteTokens } : {}),
    },
    ...(usage.reasoningTokens === null
      ? {}
      : { completion_tokens_details: { reasoning_tokens: usage.reasoningTokens } }),
  }
}
