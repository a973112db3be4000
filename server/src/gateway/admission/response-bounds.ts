/**
 * What a request of OpenAI's Responses may use at most, and what of it can't be bounded or priced. This
 * gateway keeps nothing between requests and so asks the vendor to keep nothing: what would be kept
 * would belong to the key, which every caller of the model shares.
 */
import type { UsageBounds } from '@commonhold/core'
import { Failure } from '../call/failure.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { countOf, tokensForToolsMax, tokensPerMessageMax, tokensPerRequestMax } from './bounds.ts'
import { isObject, type JsonBody, type JsonObject } from './json-body.ts'
import { dearTiers } from './unpriced.ts'

/** Tools that the client runs; the others run at the vendor, at their own price. */
const clientTools: ReadonlySet<unknown> = new Set(['function', 'custom'])

/** What names something that is kept at the vendor, from whomever it came. */
const stored = ['previous_response_id', 'conversation', 'prompt'] as const

/** @throws Failure invalid_request that names what is refused */
export function refuseUnpricedResponses({ value }: JsonBody): void {
  if (value.store === true) {
    throw refused('store', 'Responses are not stored here: send the whole conversation each time.')
  }
  if (value.background === true) {
    throw refused('background', 'Responses in the background are not served: stream them instead.')
  }
  for (const field of stored) {
    if (value[field] === undefined || value[field] === null) continue
    throw refused(field, `'${field}' names what is stored at the vendor: send it in full instead.`)
  }
  if (dearTiers.has(value.service_tier)) {
    throw refused('service_tier', 'The price of the model does not cover that service tier.')
  }
  for (const [index, tool] of (Array.isArray(value.tools) ? value.tools : []).entries()) {
    if (isObject(tool) && clientTools.has(tool.type)) continue
    throw refused(
      `tools.${index}`,
      'Tools that run at the vendor are not in the price of the model.',
    )
  }
  const partsAndItems = itemsOf(value).flatMap((item) => [item, ...partsOf(item)])
  if (
    partsAndItems.some((one) => one.type === 'item_reference' || typeof one.file_id === 'string')
  ) {
    throw refused(
      'input',
      'References to what is stored at the vendor are refused: send it in full.',
    )
  }
}

function refused(param: string, message: string): Failure {
  return new Failure('invalid_request', message, { param, shouldRetry: false })
}

/** @throws Failure invalid_request for a maximum that is not a count */
export function responsesBounds(
  { value }: JsonBody,
  bodyBytes: number,
  model: ModelEntry,
): UsageBounds {
  const { max_output_tokens: given } = value
  const asked =
    given === undefined || given === null
      ? model.outputTokensMax
      : countOf(given, 'max_output_tokens', Number.MAX_SAFE_INTEGER)
  const outputTokensMax = Math.min(asked, model.outputTokensMax)
  return { inputTokensMax: inputMax(value, bodyBytes, model), outputTokensMax, choices: 1 }
}

function inputMax(value: JsonObject, bodyBytes: number, model: ModelEntry): number {
  const items = itemsOf(value)
  if (items.flatMap(partsOf).some(isMore)) return model.contextTokensMax
  const forTools = Array.isArray(value.tools) && value.tools.length > 0 ? tokensForToolsMax : 0
  const bound = bodyBytes + items.length * tokensPerMessageMax + tokensPerRequestMax + forTools
  return Math.min(bound, model.contextTokensMax)
}

function itemsOf({ input }: JsonObject): JsonObject[] {
  return Array.isArray(input) ? input.filter(isObject) : []
}

/** Of a message, its content; of the result of a tool, its output. */
function partsOf({ content, output }: JsonObject): JsonObject[] {
  return [content, output].flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []))
}

const textParts: ReadonlySet<unknown> = new Set([
  'input_text',
  'output_text',
  'refusal',
  'reasoning_text',
  'summary_text',
])

function isMore({ type }: JsonObject): boolean {
  return !textParts.has(type)
}
