/**
 * What the sandbox answers: the same words for the same prompt, and no attempt to look like a
 * language model. A generated text says in its first sentence where it comes from.
 */

import { createHash } from 'node:crypto'
import { HUGE_REPLY_BYTES } from './models.ts'
import { type ChatRequest, isObject, type JsonObject, messageText, textOf } from './request.ts'
import { encodeTokens } from './tokens.ts'

export type Reply = {
  readonly tokens: readonly number[]
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  /** The name of the tool to call; the tokens are then its arguments. */
  readonly tool?: string
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

/** The answer of one choice, cut to what the request allows. */
export function makeReply(request: ChatRequest, choice: number): Reply {
  const tool = request.model.reply === 'tool' ? chosenTool(request) : undefined
  if (tool) {
    const text = JSON.stringify(exampleOf(tool.parameters, 0))
    return { ...cut(encodeTokens(text), request, 'tool_calls'), tool: textOf(tool.name) }
  }
  if (request.model.reply === 'huge') return cut(hugeTokens(), request, 'stop')
  const text = request.model.reply === 'echo' ? lastUserText(request) : generated(request, choice)
  return cut(encodeTokens(cutAtStop(text, request.stop)), request, 'stop')
}

function cut(tokens: readonly number[], request: ChatRequest, end: 'stop' | 'tool_calls'): Reply {
  const max = request.outputTokensMax
  if (tokens.length <= max) return { tokens, finishReason: end }
  return { tokens: tokens.slice(0, max), finishReason: 'length' }
}

function cutAtStop(text: string, stop: readonly string[]): string {
  const ends = stop.map((one) => text.indexOf(one)).filter((index) => index >= 0)
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends))
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

/** The function that the request names, or its first one; none once a result is there. */
function chosenTool(request: ChatRequest): JsonObject | undefined {
  if (request.toolChoice === 'none' || request.messages.at(-1)?.role === 'tool') return undefined
  const functions = request.tools.map((tool) => tool.function).filter(isObject)
  const choice = isObject(request.toolChoice) ? request.toolChoice.function : undefined
  if (!isObject(choice)) return functions[0]
  return functions.find(({ name }) => name === choice.name)
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
