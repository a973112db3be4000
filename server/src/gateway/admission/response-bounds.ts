/**
 * What a request of OpenAI's Responses may use at most, and what of it can't be bounded or priced. The
 * vendor is asked to keep nothing, for what it keeps belongs to the key, which every caller of the model
 * shares; but for responses in the background, of which it is written down whose they are.
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
  refuseKept(value)
  refuseElsewhere(value)
}

export function isInBackground({ value }: JsonBody): boolean {
  return value.background === true
}

/**
 * The same for a response in the background, which its provider has to keep, and whose owner is known here:
 * it may go on from an earlier one of that owner (background/submit.ts).
 * @throws Failure invalid_request that names what is refused
 */
export function refuseUnpricedBackground({ value }: JsonBody): void {
  if (value.stream === true) {
    throw refused('stream', 'A response in the background is not streamed: ask for it by its id.')
  }
  if (value.store === false) {
    throw refused('store', 'A response in the background is stored until it is asked for.')
  }
  const { previous_response_id: previous } = value
  if (previous !== undefined && previous !== null && typeof previous !== 'string') {
    throw refused('previous_response_id', "'previous_response_id' must be the id of a response.")
  }
  refuseElsewhere({ ...value, previous_response_id: undefined })
}

function refuseKept(value: JsonObject): void {
  if (value.store === true) {
    throw refused('store', 'Responses are not stored here: send the whole conversation each time.')
  }
  if (value.background === true) {
    throw refused('background', 'Nothing in a batch runs in the background.')
  }
}

function refuseElsewhere(value: JsonObject): void {
  for (const field of stored) {
    if (value[field] === undefined || value[field] === null) continue
    throw refused(field, toldOf(field))
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

function toldOf(field: (typeof stored)[number]): string {
  return field === 'previous_response_id'
    ? "Only a response in the background ('background': true) goes on from an earlier one: send the conversation in full instead."
    : `'${field}' names what is stored at the vendor: send it in full instead.`
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
