/**
 * What the sandbox answers: the same words for the same prompt, and no attempt to look like a
 * language model. A generated text says in its first sentence where it comes from.
 */

import { createHash } from 'node:crypto'
import { HUGE_REPLY_BYTES } from './models.ts'
import { type ChatRequest, isObject, type JsonObject, messageText, textOf } from './request.ts'
import { encodeTokens } from './tokens.ts'

export type ReplyPart = {
  /** Of a tool call, the tokens are its arguments. */
  readonly kind: 'text' | 'reasoning' | 'tool'
  readonly tokens: readonly number[]
  /** The name of the tool; empty for other parts. */
  readonly tool: string
}

export type Reply = {
  readonly parts: readonly ReplyPart[]
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  /** The stop sequence at which it ended, if it was one. */
  readonly stopSequence: string | null
}

const OPENING = 'This is the Commonhold sandbox: no language model was called.'

const SENTENCES = [
  'The text was chosen by a hash of your prompt.',
  'The same prompt gets the same answer.',
  'The tokens are counted for real, and so is the bill.',
  'Change one word and the answer changes as well.',
  'Nothing that you sent has left this machine.',
  'Use it to try budgets, limits, routing and failures.',
  'Choose another sandbox model to see a fault.',
  'A real provider account can take its place at any time.',
]
const SENTENCES_MIN = 3
const SENTENCES_SPREAD = 6

const THOUGHT = 'The prompt asks for something; a hash of it will choose the words.'

/** The answer of one choice, cut to what the request allows. */
export function makeReply(request: ChatRequest, choice: number): Reply {
  const tools = chosenTools(request)
  if (tools.length > 0) return cut(tools.map(callOf), request, 'tool_calls')
  const { reply } = request.model
  if (reply === 'huge') return cut([textPart(hugeTokens())], request, 'stop')
  const whole = textFor(request, choice)
  const { text, stopSequence } = cutAtStop(whole, request.stop)
  const parts = [textPart(encodeTokens(text))]
  if (reply === 'reasoning') {
    parts.unshift({ kind: 'reasoning', tokens: encodeTokens(THOUGHT), tool: '' })
  }
  return { ...cut(parts, request, 'stop'), stopSequence }
}

function textFor(request: ChatRequest, choice: number): string {
  if (request.schema !== null) return JSON.stringify(exampleOf(request.schema, 0))
  return request.model.reply === 'echo' ? lastUserText(request) : generated(request, choice)
}

function textPart(tokens: readonly number[]): ReplyPart {
  return { kind: 'text', tokens, tool: '' }
}

function callOf(tool: JsonObject): ReplyPart {
  const tokens = encodeTokens(JSON.stringify(exampleOf(tool.parameters, 0)))
  return { kind: 'tool', tokens, tool: textOf(tool.name) }
}

function cut(parts: readonly ReplyPart[], request: ChatRequest, end: 'stop' | 'tool_calls'): Reply {
  let left = request.outputTokensMax
  const kept: ReplyPart[] = []
  for (const part of parts) {
    if (left === 0 && kept.length > 0) break
    kept.push({ ...part, tokens: part.tokens.slice(0, left) })
    left -= Math.min(left, part.tokens.length)
  }
  const isWhole =
    kept.length === parts.length && kept.at(-1)?.tokens.length === parts.at(-1)?.tokens.length
  return { parts: kept, finishReason: isWhole ? end : 'length', stopSequence: null }
}

function cutAtStop(text: string, stop: readonly string[]) {
  const found = stop.map((one) => ({ one, at: text.indexOf(one) })).filter(({ at }) => at >= 0)
  found.sort((a, b) => a.at - b.at)
  const [first] = found
  return first === undefined
    ? { text, stopSequence: null }
    : { text: text.slice(0, first.at), stopSequence: first.one }
}

function generated(request: ChatRequest, choice: number): string {
  const hash = createHash('sha256')
  const digest = hash.update(JSON.stringify([request.messages, choice])).digest()
  const count = SENTENCES_MIN + (digest[0]! % SENTENCES_SPREAD)
  const sentences = [OPENING]
  for (let index = 1; index <= count; index++) {
    sentences.push(SENTENCES[digest[index]! % SENTENCES.length]!)
  }
  return sentences.join(' ')
}

function lastUserText(request: ChatRequest): string {
  const message = request.messages.findLast(({ role }) => role === 'user')
  return message ? messageText(message) : ''
}

let hugeTokensKept: readonly number[] | undefined

/** Made on first use: half a million numbers that most processes never need. */
function hugeTokens(): readonly number[] {
  hugeTokensKept ??= encodeTokens(
    `${OPENING} ${SENTENCES.join(' ')} `.repeat(HUGE_REPLY_BYTES / 256).slice(0, HUGE_REPLY_BYTES),
  )
  return hugeTokensKept
}

/** The function that the request names, or its first one, or all; none once a result is there. */
function chosenTools(request: ChatRequest): JsonObject[] {
  const { reply } = request.model
  if (reply !== 'tool' && reply !== 'tools') return []
  if (request.toolChoice === 'none' || request.messages.at(-1)?.role === 'tool') return []
  const functions = request.tools.map((tool) => tool.function).filter(isObject)
  const choice = isObject(request.toolChoice) ? request.toolChoice.function : undefined
  if (isObject(choice)) return functions.filter(({ name }) => name === choice.name)
  return reply === 'tools' && request.isParallel ? functions : functions.slice(0, 1)
}

const SCHEMA_DEPTH_MAX = 8

/** A small value that fits the JSON schema of a tool's parameters, as far as it is simple. */
function exampleOf(schema: unknown, depth: number): unknown {
  if (!isObject(schema) || depth > SCHEMA_DEPTH_MAX) return {}
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0]
  const examples: Record<string, unknown> = {
    string: 'sandbox',
    number: 1,
    integer: 1,
    boolean: true,
    array: [],
    null: null,
  }
  const type = textOf(Array.isArray(schema.type) ? schema.type[0] : schema.type)
  if (Object.hasOwn(examples, type)) return examples[type]
  const properties = isObject(schema.properties) ? schema.properties : {}
  const names = Array.isArray(schema.required) ? schema.required.map(textOf) : []
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name], depth + 1)]))
}
