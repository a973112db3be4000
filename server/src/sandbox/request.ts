/** Reads the body of a chat completion request: what the sandbox uses of it, checked by hand. */

import { invalidParameter, modelNotFound, SandboxError } from './errors.ts'
import { findSandboxModel, type SandboxModel } from './models.ts'
import { countTokens } from './tokens.ts'

export type JsonObject = { readonly [key: string]: unknown }

export type ChatRequest = {
  readonly model: SandboxModel
  readonly messages: readonly JsonObject[]
  readonly tools: readonly JsonObject[]
  readonly toolChoice: unknown
  readonly choices: number
  readonly outputTokensMax: number
  readonly stop: readonly string[]
  /** Whether several tools may be called at once. */
  readonly isParallel: boolean
  /** The JSON schema that the answer has to fit, or null. */
  readonly schema: JsonObject | null
  readonly isStream: boolean
  readonly includeUsage: boolean
  readonly inputTokens: number
}

const CHOICES_MAX = 8
const STOP_MAX = 4

/** What the chat format adds to each message, and to the whole, by OpenAI's counting guide. */
const TOKENS_PER_MESSAGE = 3
const TOKENS_PER_REPLY = 3
/** A picture counts like one of low detail. */
const TOKENS_PER_IMAGE = 85

/**
 * Every format's request is put into OpenAI's first, so that the same prompt has the same tokens and the
 * same answer, whatever it came in.
 * @throws SandboxError 400 or 404, in the words that a client can act on
 */
export function parseChatRequest(body: JsonObject): ChatRequest {
  const model = parseModel(body, 'chat')
  const messages = parseObjects(body, 'messages')
  if (messages.length === 0) {
    throw invalidParameter('messages', "'messages' must hold at least one message.")
  }
  const tools = body.tools === undefined ? [] : parseObjects(body, 'tools')
  const isStream = body.stream === true
  if (isObject(body.stream_options) && !isStream) {
    const message = "'stream_options' is only allowed when 'stream' is true."
    throw invalidParameter('stream_options', message)
  }
  const inputTokens = countInput(messages, tools)
  if (inputTokens > model.contextTokensMax) throw contextExceeded(model, inputTokens)
  const asked = body.max_completion_tokens ?? body.max_tokens ?? model.outputTokensMax
  const outputTokensMax = parseCount(asked, 'max_completion_tokens', model.outputTokensMax)
  return {
    model,
    messages,
    tools,
    toolChoice: body.tool_choice,
    choices: parseCount(body.n ?? 1, 'n', CHOICES_MAX),
    outputTokensMax,
    stop: parseStop(body.stop),
    isParallel: body.parallel_tool_calls !== false,
    schema: schemaOf(body.response_format),
    isStream,
    includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    inputTokens,
  }
}

/** @throws SandboxError 400 without a model, 404 for one that is unknown or of the other kind. */
export function parseModel(body: JsonObject, kind: SandboxModel['kind']): SandboxModel {
  if (typeof body.model !== 'string') {
    throw invalidParameter('model', 'You must provide a model parameter.')
  }
  const model = findSandboxModel(body.model)
  if (!model) throw modelNotFound(body.model)
  if (model.kind !== kind) {
    const route = kind === 'chat' ? '/v1/embeddings' : '/v1/chat/completions'
    const message = `The model '${model.name}' is for ${route}.`
    throw new SandboxError(404, message, { param: 'model' })
  }
  return model
}

export function contextExceeded(model: SandboxModel, inputTokens: number): SandboxError {
  const message =
    `The input has ${inputTokens} tokens; the context of '${model.name}' ends at ` +
    `${model.contextTokensMax}.`
  return new SandboxError(400, message, { param: 'input', code: 'context_length_exceeded' })
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text of a message, of whichever form: a string, or a list of parts. */
export function messageText(message: JsonObject): string {
  const { content } = message
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isObject(part) ? textOf(part.text) : '')).join('')
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function countInput(messages: readonly JsonObject[], tools: readonly JsonObject[]): number {
  let tokens = TOKENS_PER_REPLY
  for (const message of messages) {
    tokens += TOKENS_PER_MESSAGE
    tokens += countTokens(textOf(message.role)) + countTokens(messageText(message))
    if (message.tool_calls) tokens += countTokens(JSON.stringify(message.tool_calls))
    if (Array.isArray(message.content)) {
      const images = message.content.filter((part) => isObject(part) && part.type === 'image_url')
      tokens += images.length * TOKENS_PER_IMAGE
    }
  }
  return tools.length === 0 ? tokens : tokens + countTokens(JSON.stringify(tools))
}

function parseObjects(body: JsonObject, name: string): readonly JsonObject[] {
  const value = body[name]
  if (Array.isArray(value) && value.every(isObject)) return value
  throw invalidParameter(name, `'${name}' must be an array of objects.`)
}

function parseCount(value: unknown, name: string, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) {
    return value
  }
  throw invalidParameter(name, `'${name}' must be an integer from 1 to ${max}.`)
}

function schemaOf(format: unknown): JsonObject | null {
  const of = isObject(format) ? format.json_schema : undefined
  return isObject(of) && isObject(of.schema) ? of.schema : null
}

function parseStop(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  const list = Array.isArray(value) ? value : [value]
  const isUsable = list.every((one) => typeof one === 'string' && one !== '')
  if (isUsable && list.length <= STOP_MAX) return list
  throw invalidParameter('stop', `'stop' must be a string or up to ${STOP_MAX} strings.`)
}
