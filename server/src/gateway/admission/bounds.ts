/**
 * What a request may cost at most, before it is sent. The bound must never be below what the provider
 * counts, so it is cheap and generous: a token of any byte-level encoding is at least one byte of
 * text, and JSON is never shorter than the text in it. What a provider adds around messages is a
 * constant for each. What is not text (pictures, files) has no bound in its bytes: there the model's
 * context is the bound, which caps every other request as well.
 */
import { type PriceVersion, type Quantities, type UsageBounds, worstCaseOf } from '@commonhold/core'
import { Failure } from '../call/failure.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { isObject, type JsonBody, type JsonObject } from './json-body.ts'

/** More than any known chat template adds to one message (OpenAI: 3, others up to about 10). */
export const tokensPerMessageMax = 16
/** What the template adds once: the beginning of the answer, a system preamble. */
export const tokensPerRequestMax = 64
/** A preamble that explains tools to the model; the longest known is about 700 tokens. */
export const tokensForToolsMax = 1_024
export const choicesMax = 128

/** @throws Failure invalid_request for a maximum or a number of choices that is not a count */
export function chatBounds(body: JsonBody, bodyBytes: number, model: ModelEntry): UsageBounds {
  const { value } = body
  const asked = [value.max_completion_tokens, value.max_tokens]
    .filter((one) => one !== undefined && one !== null)
    .map((one) => countOf(one, 'max_completion_tokens', Number.MAX_SAFE_INTEGER))
  const outputTokensMax =
    asked.length === 0 ? model.outputTokensMax : Math.min(Math.max(...asked), model.outputTokensMax)
  const choices = value.n === undefined || value.n === null ? 1 : countOf(value.n, 'n', choicesMax)
  return { inputTokensMax: chatInputMax(value, bodyBytes, model), outputTokensMax, choices }
}

export function embeddingBounds(
  { value }: JsonBody,
  bodyBytes: number,
  model: ModelEntry,
): UsageBounds {
  // The context is per input here, so it only caps a request with one.
  const inputs = Array.isArray(value.input) ? Math.max(value.input.length, 1) : 1
  const inputTokensMax = Math.min(
    bodyBytes + tokensPerRequestMax * inputs,
    model.contextTokensMax * inputs,
  )
  return { inputTokensMax, outputTokensMax: 0, choices: 1 }
}

function chatInputMax(value: JsonObject, bodyBytes: number, model: ModelEntry): number {
  const messages = Array.isArray(value.messages) ? value.messages : []
  if (messages.some(hasMore)) return model.contextTokensMax
  const tools = value.tools === undefined && value.functions === undefined ? 0 : tokensForToolsMax
  const bound = bodyBytes + messages.length * tokensPerMessageMax + tokensPerRequestMax + tools
  return Math.min(bound, model.contextTokensMax)
}

/** Whether a message has parts that are not text. */
function hasMore(message: unknown): boolean {
  if (!isObject(message)) return false
  if (message.audio !== undefined && message.audio !== null) return true
  if (!Array.isArray(message.content)) return false
  return message.content.some((part) => isObject(part) && !isTextPart(part))
}

function isTextPart({ type }: JsonObject): boolean {
  return type === 'text' || type === 'refusal'
}

/** @throws Failure invalid_request where it is no whole number from 1 to the maximum */
export function countOf(value: unknown, param: string, max: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max) {
    return value
  }
  const range = max === Number.MAX_SAFE_INTEGER ? 'above 0' : `from 1 to ${max}`
  throw new Failure('invalid_request', `'${param}' must be a whole number ${range}.`, { param })
}

/** What to hold, in every measure that a limit can count. */
export function worstCase(
  bounds: UsageBounds,
  price: PriceVersion | null,
  markupPpm: bigint,
  requests: bigint,
): Quantities {
  const tokens = bounds.inputTokensMax + bounds.outputTokensMax * bounds.choices
  return {
    nanos: price === null ? 0n : worstCaseOf(price, bounds, markupPpm),
    requests,
    tokens: BigInt(tokens),
    concurrency: 1n,
  }
}
