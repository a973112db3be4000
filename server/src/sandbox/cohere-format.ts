/** Cohere's chat, second version: an event for each piece, named by its type. */

import { type Chat, type Format, toolCallId, usageOf as usageCounts } from './completion.ts'
import type { SandboxError } from './errors.ts'
import type { ReplyPart } from './reply.ts'
import { type ChatRequest, isObject, type JsonObject, parseChatRequest, textOf } from './request.ts'
import { event } from './stream.ts'
import { textOfPart } from './tokens.ts'

export const cohereFormat: Format = {
  parse: parseCohere,

  whole(chat) {
    const parts = chat.replies[0]?.parts ?? []
    const content = parts.filter(({ kind }) => kind !== 'tool').map(contentOf)
    const calls = parts.flatMap((part, at) =>
      part.kind === 'tool' ? [callOf(chat, part, at)] : [],
    )
    const message = {
      role: 'assistant',
      ...(content.length > 0 && { content }),
      ...(calls.length > 0 && { tool_plan: '', tool_calls: calls }),
    }
    return { id: chat.id, finish_reason: reasonOf(chat), message, ...usageOf(chat) }
  },

  opening: ({ id }) => {
    const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }
    return named({ type: 'message-start', id, delta: { message } })
  },

  piece(chat, { part, at, text, isFirst, isLast }) {
    const told = (type: string, message?: object) =>
      named({ type, index: at, ...(message && { delta: { message } }) })
    if (part.kind === 'tool') {
      const { id, type, function: of } = callOf(chat, part, at)
      const start = { id, type, function: { ...of, arguments: '' } }
      return [
        isFirst ? told('tool-call-start', { tool_calls: start }) : '',
        told('tool-call-delta', { tool_calls: { function: { arguments: text } } }),
        isLast ? told('tool-call-end') : '',
      ].join('')
    }
    const key = part.kind === 'reasoning' ? 'thinking' : 'text'
    return [
      isFirst ? told('content-start', { content: { type: key, [key]: '' } }) : '',
      told('content-delta', { content: { [key]: text } }),
      isLast ? told('content-end') : '',
    ].join('')
  },

  closing: (chat) =>
    named({ type: 'message-end', delta: { finish_reason: reasonOf(chat), ...usageOf(chat) } }),

  malformed: () => 'event: content-delta\ndata: {"type":"content-de\n\n',
  errorBody,
  errorEvent: (error) =>
    named({ type: 'message-end', delta: { finish_reason: 'ERROR', error: error.message } }),
}

function errorBody({ message }: SandboxError) {
  return { message }
}

function named(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return event(data, data.type)
}

function reasonOf({ replies }: Chat): string {
  const reasons = { stop: 'COMPLETE', length: 'MAX_TOKENS', tool_calls: 'TOOL_CALL' } as const
  return reasons[replies[0]?.finishReason ?? 'stop']
}

/** What is charged, and what was read with the template around it. */
function usageOf(chat: Chat) {
  const usage = usageCounts(chat)
  if (usage === undefined) return {}
  const { inputTokens, cachedInputTokens, outputTokens } = usage
  const billed = { input_tokens: inputTokens, output_tokens: outputTokens }
  const tokens = { input_tokens: inputTokens + 7, output_tokens: outputTokens }
  return { usage: { billed_units: billed, tokens, cached_tokens: cachedInputTokens } }
}

function contentOf({ kind, tokens }: ReplyPart): object {
  const text = textOfPart(tokens)
  return kind === 'reasoning' ? { type: 'thinking', thinking: text } : { type: 'text', text }
}

function callOf(chat: Chat, { tool, tokens }: ReplyPart, at: number) {
  const of = { name: tool, arguments: textOfPart(tokens) }
  return { id: toolCallId(chat, 0, at), type: 'function', function: of }
}

/** @throws SandboxError 400 or 404 */
function parseCohere(body: JsonObject): ChatRequest {
  const { messages, tools, response_format: format, stop_sequences: stop } = body
  const list = Array.isArray(messages) ? messages.filter(isObject).map(messageOf) : messages
  const schema = isObject(format) ? format.json_schema : undefined
  return parseChatRequest({
    model: body.model,
    messages: list,
    ...(tools !== undefined && { tools }),
    ...(body.tool_choice !== undefined && {
      tool_choice: body.tool_choice === 'NONE' ? 'none' : 'required',
    }),
    ...(isObject(schema) && { response_format: { json_schema: { schema } } }),
    ...(body.max_tokens !== undefined && { max_tokens: body.max_tokens }),
    ...(stop !== undefined && { stop }),
    stream: body.stream === true,
  })
}

/** What was thought earlier is not counted again. */
function messageOf(message: JsonObject): JsonObject {
  const { content } = message
  if (!Array.isArray(content)) return message
  const parts = content.filter((part) => !isObject(part) || part.type !== 'thinking')
  const [only] = parts
  const isText = parts.length === 1 && isObject(only) && only.type === 'text'
  return { ...message, content: isText ? textOf(only.text) : parts }
}
