/**
 * What a request of Anthropic's format may use at most, and what of it can't be bounded or priced at
 * all. Fields are allowed by name: one that nobody here knows may cost what no price says, run another
 * model, or reach a file of somebody else at the vendor.
 */
import type { UsageBounds } from '@commonhold/core'
import { Failure } from '../call/failure.ts'
import type { ModelEntry } from '../snapshot/entries.ts'
import { countOf, tokensForToolsMax, tokensPerMessageMax, tokensPerRequestMax } from './bounds.ts'
import { isObject, type JsonBody, type JsonObject } from './json-body.ts'

const known: ReadonlySet<string> = new Set([
  'cache_control',
  'context_management',
  'max_tokens',
  'messages',
  'metadata',
  'model',
  'output_config',
  'output_format',
  'service_tier',
  'speed',
  'stop_sequences',
  'stream',
  'system',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
])

/** Tools that Anthropic defines and the client runs; the others run at the vendor, at their own price. */
const clientTool = /^(bash|text_editor|computer|memory)_\d{8}$/

/** @throws Failure invalid_request that names what can't be priced */
export function refuseUnpricedMessages({ value }: JsonBody): void {
  const unknown = Object.keys(value).find((name) => !known.has(name))
  if (unknown !== undefined) throw unpriced(unknown, `The field '${unknown}'`)
  const { speed, tools, context_management: management } = value
  if (speed !== undefined && speed !== null && speed !== 'standard') {
    throw unpriced('speed', `The speed '${String(speed)}'`)
  }
  for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
    const type = isObject(tool) ? (tool.type ?? 'custom') : ''
    if (type === 'custom' || clientTool.test(String(type))) continue
    throw unpriced(`tools.${index}`, `A tool of type '${String(type)}'`)
  }
  const edits = isObject(management) && Array.isArray(management.edits) ? management.edits : []
  if (edits.some((edit) => !isObject(edit) || !String(edit.type).startsWith('clear_'))) {
    throw unpriced('context_management', 'Any edit of the context but clearing')
  }
  const messages = Array.isArray(value.messages) ? value.messages : []
  if (messages.some((message) => blocksOf(message).some(isStoredFile))) {
    throw unpriced('messages', 'A file that is kept at the vendor')
  }
}

function unpriced(param: string, what: string): Failure {
  const message =
    `${what} is not passed on: the price of the model does not say what it costs, ` +
    `or it reaches what is not yours. Leave it out.`
  return new Failure('invalid_request', message, { param, shouldRetry: false })
}

/** @throws Failure invalid_request without `max_tokens`, which this format demands */
export function messagesBounds(
  { value }: JsonBody,
  bodyBytes: number,
  model: ModelEntry,
): UsageBounds {
  const asked = countOf(value.max_tokens, 'max_tokens', Number.MAX_SAFE_INTEGER)
  const thinking = isObject(value.thinking) ? value.thinking.budget_tokens : undefined
  // Thinking between calls of tools may take more than the answer's own limit.
  const thought = typeof thinking === 'number' && Number.isSafeInteger(thinking) ? thinking : 0
  const outputTokensMax = Math.min(Math.max(asked, thought), model.outputTokensMax)
  return { inputTokensMax: inputMax(value, bodyBytes, model), outputTokensMax, choices: 1 }
}

function inputMax(value: JsonObject, bodyBytes: number, model: ModelEntry): number {
  const messages = Array.isArray(value.messages) ? value.messages : []
  if (messages.some((message) => blocksOf(message).some(hasMore))) return model.contextTokensMax
  const tools = Array.isArray(value.tools) ? value.tools : []
  // Anthropic's own tools come with a description that is not in the body.
  const described = tools.filter((tool) => isObject(tool) && typeof tool.type === 'string').length
  const forTools = (tools.length === 0 ? 0 : tokensForToolsMax) + described * tokensForToolsMax
  const bound = bodyBytes + messages.length * tokensPerMessageMax + tokensPerRequestMax + forTools
  return Math.min(bound, model.contextTokensMax)
}

/** The blocks of a message, and those in the results of tools. */
function blocksOf(message: unknown): JsonObject[] {
  if (!isObject(message) || !Array.isArray(message.content)) return []
  return message.content.filter(isObject).flatMap((block) => [block, ...blocksOf(block)])
}

const textBlocks: ReadonlySet<unknown> = new Set([
  'text',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
])

function hasMore({ type }: JsonObject): boolean {
  return !textBlocks.has(type)
}

/** Whether a block names a file that the vendor keeps: whose it is, nobody here can tell. */
function isStoredFile({ type, source }: JsonObject): boolean {
  return type === 'container_upload' || (isObject(source) && source.type === 'file')
}
