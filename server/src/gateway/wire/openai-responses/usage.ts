/** Usage as OpenAI's Responses report it: all input together, and what of it came from a cache. */
import { isObject } from '../../admission/json-body.ts'
import { checkedCounts, countIn, type ReportedUsage, reportedOf } from '../usage.ts'

export function readUsage(value: unknown): ReportedUsage | null {
  if (!isObject(value) || (value.input_tokens ?? value.output_tokens) === undefined) return null
  const details = isObject(value.input_tokens_details) ? value.input_tokens_details : {}
  const cached = countIn(details.cached_tokens)
  const cacheWrite = countIn(details.cache_write_tokens)
  return reportedOf(
    checkedCounts({
      freshInputTokens: countIn(value.input_tokens) - cached - cacheWrite,
      cachedInputTokens: cached,
      cacheWriteTokens: cacheWrite,
      outputTokens: countIn(value.output_tokens),
      reasoningTokens: null,
    }),
  )
}
