/**
 * Tokens by our own count, for answers whose provider gave none: a client that left, a stream that
 * broke, a provider that never says. The encoding is that of current OpenAI models, so for others it is
 * an estimate, and the usage record says so.
 *
 * The encoder takes quadratic time on a long run of one kind of character, so runs are cut first; and
 * of a text beyond a limit only the beginning is counted and the rest taken in proportion.
 */
import { isObject, type JsonObject } from '../admission/json-body.ts'

const runCharsMax = 128
const longRun = /[\p{L}\p{M}]{128}|\s{128}|[^\s\p{L}\p{N}]{128}|\p{N}{128}/gu
/** Some 10 ms of one core. */
const countedCharsMax = 100_000

/** What OpenAI's counting guide adds to each message, and to the answer. */
const tokensPerMessage = 3
const tokensPerReply = 3
const tokensPerPicture = 85

type Encode = (text: string) => number

let encoder: Promise<Encode> | undefined
let loaded: Encode | undefined

/** Loads the encoding, which takes tens of megabytes and a third of a second: once, at the start. */
export function loadTokenCounter(): Promise<Encode> {
  encoder ??= import('gpt-tokenizer/encoding/o200k_base').then(({ encode }) => {
    const asText = { disallowedSpecial: new Set<string>() }
    loaded = (text) => encode(text, asText).length
    return loaded
  })
  return encoder
}

export async function countTokens(text: string): Promise<number> {
  return countWith(await loadTokenCounter(), text)
}

/** The same at once, for what can't wait; 0 before the counter was loaded, which the start does. */
export function countTokensNow(text: string): number {
  return loaded === undefined ? 0 : countWith(loaded, text)
}

function countWith(encode: Encode, text: string): number {
  const counted = text.slice(0, countedCharsMax)
  let tokens = 0
  let from = 0
  for (const match of counted.matchAll(longRun)) {
    const to = match.index + runCharsMax
    tokens += encode(counted.slice(from, to))
    from = to
  }
  tokens += encode(counted.slice(from))
  return counted.length === text.length
    ? tokens
    : Math.ceil((tokens * text.length) / counted.length)
}

/** The input of a chat request, by OpenAI's counting guide. */
export async function estimateChatInput({ messages, tools }: JsonObject): Promise<number> {
  let tokens = tokensPerReply
  let text = Array.isArray(tools) && tools.length > 0 ? JSON.stringify(tools) : ''
  if (text !== '') tokens += await countTokens(text)
  for (const message of Array.isArray(messages) ? messages : []) {
    if (!isObject(message)) continue
    tokens += tokensPerMessage + (await countTokens(String(message.role ?? '')))
    text = textOfContent(message.content)
    tokens += await countTokens(text)
    if (message.tool_calls) tokens += await countTokens(JSON.stringify(message.tool_calls))
    if (Array.isArray(message.content)) {
      const pictures = message.content.filter((part) => isObject(part) && part.type === 'image_url')
      tokens += pictures.length * tokensPerPicture
    }
  }
  return tokens
}

/** The input of a request of Anthropic's format, by the same guide: its own tokens are not public. */
export async function estimateMessagesInput(body: JsonObject): Promise<number> {
  const { system, messages, tools } = body
  let tokens = tokensPerReply
  if (system) tokens += tokensPerMessage + (await countTokens(`system${textOfBlocks(system)}`))
  if (Array.isArray(tools) && tools.length > 0) tokens += await countTokens(JSON.stringify(tools))
  for (const message of Array.isArray(messages) ? messages : []) {
    if (!isObject(message)) continue
    tokens += tokensPerMessage + (await countTokens(String(message.role ?? '')))
    tokens += await countTokens(textOfBlocks(message.content))
    if (!Array.isArray(message.content)) continue
    const pictures = message.content.filter((block) => isObject(block) && block.type === 'image')
    tokens += pictures.length * tokensPerPicture
  }
  return tokens
}

/** Text, calls of tools and their results. */
function textOfBlocks(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((block) => {
      if (!isObject(block)) return ''
      if (block.type === 'tool_result') return textOfBlocks(block.content)
      if (block.type === 'tool_use') return `${block.name}${JSON.stringify(block.input ?? {})}`
      return typeof block.text === 'string' ? block.text : String(block.thinking ?? '')
    })
    .join('')
}

/** The input of a request of OpenAI's Responses: its items as messages. */
export function estimateResponsesInput(body: JsonObject): Promise<number> {
  const { instructions, input, tools } = body
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input
  const system = typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : []
  const messages = (Array.isArray(items) ? items : []).map((item) => {
    if (!isObject(item) || item.role !== undefined) return item
    const { name, arguments: json, output } = item
    const content = typeof output === 'string' ? output : [name, json].filter(Boolean).join('')
    return { role: 'assistant', content }
  })
  return estimateChatInput({ messages: [...system, ...messages], tools })
}

/** The input of an embeddings request: texts, or tokens that are counted already. */
export async function estimateEmbeddingInput({ input }: JsonObject): Promise<number> {
  const list = Array.isArray(input) ? input : [input]
  let tokens = 0
  for (const one of list) {
    if (typeof one === 'string') tokens += await countTokens(one)
    else tokens += Array.isArray(one) ? one.length : 1
  }
  return tokens
}

function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join('')
}

/** All that a model wrote into one message or delta: text, reasoning, and calls of tools. */
export function writtenText(delta: unknown): string {
  if (!isObject(delta)) return ''
  const texts = [delta.content, delta.reasoning_content, delta.refusal]
  const calls = Array.isArray(delta.tool_calls) ? delta.tool_calls : []
  for (const call of calls) {
    if (!isObject(call) || !isObject(call.function)) continue
    texts.push(call.function.name, call.function.arguments)
  }
  return texts.filter((text) => typeof text === 'string').join('')
}
