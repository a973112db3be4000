/** Usage as OpenAI's format reports it. */
import { type TokenUsage, usageProblem } from '@commonhold/core'
import { isObject } from '../admission/json-body.ts'

export type ReportedUsage =
  | { readonly kind: 'reported'; readonly usage: TokenUsage }
  /** Something that can't be a count: what it means is unknown. */
  | { readonly kind: 'unreadable' }

/**
 * @param value the `usage` of an answer. `prompt_tokens` includes the cached ones here
 * @returns null where nothing is reported. An explicit zero is a report (case T57)
 */
export function readUsage(value: unknown): ReportedUsage | null {
  if (!isObject(value)) return null
  const { prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details } = value
  if (input === undefined && output === undefined) return null
  const cached = isObject(details) ? (details.cached_tokens ?? 0) : 0
  const usage = {
    freshInputTokens: Number(input ?? 0) - Number(cached),
    cachedInputTokens: Number(cached),
    cacheWriteTokens: 0,
    outputTokens: Number(output ?? 0),
  }
  return usageProblem(usage) === null ? { kind: 'reported', usage } : { kind: 'unreadable' }
}
