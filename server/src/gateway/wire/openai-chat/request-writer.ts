/** A conversation as a request of OpenAI's chat format. */
import type { JsonObject } from '../../admission/json-body.ts'
import type {
  Conversation,
  Effort,
  Part,
  Reasoning,
  Tool,
  ToolChoice,
  ToolResultPart,
  Turn,
} from '../conversation.ts'
import type { WriteOptions } from '../dialect.ts'
import { untranslatable } from '../fields.ts'

/** @throws Failure that names what this format can't say */
export function writeRequest(from: Conversation, options: WriteOptions): JsonObject {
  if (from.topK !== null && !options.hasTopK) throw untranslatable('top_k', "'top_k'")
  const limit = options.hasMaxCompletionTokens === false ? 'max_tokens' : 'max_completion_tokens'
  const effort = writeEffort(from.reasoning)
  return {
    model: options.upstreamModel,
    messages: from.turns.flatMap(writeTurn),
    ...given('tools', from.tools.length === 0 ? null : from.tools.map(writeTool)),
    ...given('tool_choice', from.toolChoice && writeToolChoice(from.toolChoice)),
    ...given('parallel_tool_calls', from.tools.length === 0 ? null : from.parallelTools),
    ...given('response_format', writeFormat(from.format)),
    ...given('reasoning_effort', effort),
    ...given('temperature', from.temperature),
    ...given('top_p', from.topP),
    ...given('top_k', from.topK),
    ...given('frequency_penalty', from.frequencyPenalty),
    ...given('presence_penalty', from.presencePenalty),
    ...given('seed', from.seed),
    ...given('stop', from.stop.length === 0 ? null : from.stop),
    ...given(limit, from.outputTokensMax),
    ...(from.choices === 1 ? {} : { n: from.choices }),
    ...(from.isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
  }
}

function given(name: string, value: unknown): JsonObject {
  return value === null || value === undefined ? {} : { [name]: value }
}

function writeTurn({ role, parts }: Turn): JsonObject[] {
  if (role === 'assistant') return [writeAssistant(parts)]
  const results = parts.filter((part) => part.type === 'tool_result')
  const others = parts.filter((part) => part.type !== 'tool_result')
  const messages = results.map(writeToolResult)
  if (others.length > 0) messages.push({ role, content: writeContent(others) })
  return messages
}

/** A failed tool says so in its text: this format has no other place for it. */
function writeToolResult({ id, parts, isError }: ToolResultPart): JsonObject {
  if (parts.some(({ type }) => type === 'image')) {
    throw untranslatable('messages', 'A picture in the result of a tool')
  }
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
  return { role: 'tool', tool_call_id: id, content: isError ? `Error: ${text}` : text }
}

/** Earlier reasoning is not sent: servers of this format don't take it, or refuse it. */
function writeAssistant(parts: readonly Part[]): JsonObject {
  const texts = parts.filter((part) => part.type === 'text')
  const refusals = parts.filter((part) => part.type === 'refusal')
  const calls = parts.filter((part) => part.type === 'tool_call')
  return {
    role: 'assistant',
    content: texts.length === 0 ? null : writeContent(texts),
    ...given('refusal', refusals.length === 0 ? null : refusals.map((r) => r.text).join('')),
    ...given('tool_calls', calls.length === 0 ? null : calls.map(writeToolCall)),
  }
}

export function writeToolCall(call: Extract<Part, { type: 'tool_call' }>): JsonObject {
  const { id, name, signature } = call
  return {
    id,
    type: 'function',
    function: { name, arguments: call.arguments },
    ...(signature === undefined
      ? {}
      : { extra_content: { google: { thought_signature: signature } } }),
  }
}

/** A lone text is a string: every server takes that, and not every one a list. */
function writeContent(parts: readonly Part[]): string | JsonObject[] {
  const [only] = parts
  return parts.length === 1 && only?.type === 'text' ? only.text : parts.map(writePart)
}

function writePart(part: Part): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image': {
      const { source } = part
      const url =
        source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
      return { type: 'image_url', image_url: { url } }
    }
    case 'document': {
      if (part.source.kind === 'url') throw untranslatable('messages', 'A document by its URL')
      const { mediaType, data } = part.source
      const file_data = `data:${mediaType};base64,${data}`
      return { type: 'file', file: { filename: part.name ?? 'document', file_data } }
    }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    default:
      throw untranslatable('messages', `A part of type '${part.type}'`)
  }
}

function writeTool({ name, description, schema, strict }: Tool): JsonObject {
  const of = { name, ...given('description', description), parameters: schema }
  return { type: 'function', function: { ...of, ...given('strict', strict) } }
}

function writeToolChoice(choice: ToolChoice): unknown {
  if (choice.kind === 'one') return { type: 'function', function: { name: choice.name } }
  return choice.kind === 'any' ? 'required' : choice.kind
}

function writeFormat(format: Conversation['format']): JsonObject | null {
  if (format === null) return null
  if (format.kind === 'json') return { type: 'json_object' }
  const { name, schema } = format
  return { type: 'json_schema', json_schema: { name, schema, strict: true } }
}

/** From which budget of thinking on an effort is meant; below the first it is `minimal`. */
const budgets: readonly (readonly [tokens: number, effort: Effort])[] = [
  [16_000, 'high'],
  [4_000, 'medium'],
  [1_024, 'low'],
]

/** Off and adaptive are what a server of this format does by itself. */
function writeEffort(reasoning: Reasoning | null): Effort | null {
  if (reasoning === null || reasoning.kind === 'off') return null
  if (reasoning.kind !== 'budget') return reasoning.effort
  const { tokens } = reasoning
  return budgets.find(([from]) => tokens >= from)?.[1] ?? 'minimal'
}
