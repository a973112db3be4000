/** OpenAI's Responses. Those that have to be kept run in the background (background.ts). */

import { type Chat, type Format, toolCallId, usageOf as usageCounts } from './completion.ts'
import { invalidParameter } from './errors.ts'
import type { ReplyPart } from './reply.ts'
import { type ChatRequest, isObject, type JsonObject, parseChatRequest, textOf } from './request.ts'
import { event } from './stream.ts'
import { textOfPart } from './tokens.ts'

export const responsesFormat: Format = {
  parse: parseResponses,
  whole: (chat) => responseOf(chat, itemsOf(chat)),
  opening: (chat) =>
    named({
      type: 'response.created',
      response: { ...responseOf(chat, []), status: 'in_progress' },
    }),

  piece(chat, { part, at, text, isFirst, isLast }) {
    const added = isFirst
      ? named({
          type: 'response.output_item.added',
          output_index: at,
          item: itemOf(chat, part, at, ''),
        })
      : ''
    const delta = { type: deltaTypes[part.kind], item_id: itemId(chat, at), output_index: at }
    const content = part.kind === 'tool' ? {} : { content_index: 0 }
    const done = isLast
      ? named({
          type: 'response.output_item.done',
          output_index: at,
          item: itemOf(chat, part, at, textOfPart(part.tokens)),
        })
      : ''
    return added + named({ ...delta, ...content, delta: text }) + done
  },

  closing(chat) {
    const response = responseOf(chat, itemsOf(chat))
    return named({ type: `response.${response.status}`, response })
  },

  malformed: () => 'event: response.output_text.delta\ndata: {"type":"response.output_te\n\n',
  errorBody: (error) => error.body(),
  errorEvent: (error) => named({ ...error.body().error, type: 'error' }),
}

const deltaTypes = {
  text: 'response.output_text.delta',
  reasoning: 'response.reasoning_summary_text.delta',
  tool: 'response.function_call_arguments.delta',
} as const

function named(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return event(data, data.type)
}

/** @throws SandboxError 400 or 404 */
function parseResponses(body: JsonObject): ChatRequest {
  if (body.store !== false && body.background !== true)
    throw invalidParameter('store', 'The sandbox stores nothing.')
  const { input, instructions, tools } = body
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input
  const turns = (Array.isArray(items) ? items : []).filter(isObject).map(messageOf)
  const system = textOf(instructions)
  return parseChatRequest({
    model: body.model,
    messages: system === '' ? turns : [{ role: 'system', content: system }, ...turns],
    ...(Array.isArray(tools) && {
      tools: tools.filter(isObject).map((of) => ({ type: 'function', function: of })),
    }),
    ...(body.max_output_tokens !== undefined && { max_tokens: body.max_output_tokens }),
    stream: body.stream === true,
  })
}

function messageOf(item: JsonObject): JsonObject {
  const { type, role, content, call_id: tool_call_id, name, arguments: json, output } = item
  if (type === 'function_call_output') return { role: 'tool', tool_call_id, content: output }
  if (type === 'function_call') {
    const call = { id: tool_call_id, type: 'function', function: { name, arguments: json } }
    return { role: 'assistant', content: null, tool_calls: [call] }
  }
  return { role, content }
}

function itemId({ id }: Chat, at: number): string {
  return `item_sandbox_${id.slice(-12)}_${at}`
}

function itemsOf(chat: Chat): object[] {
  const parts = chat.replies[0]?.parts ?? []
  return parts.map((part, at) => itemOf(chat, part, at, textOfPart(part.tokens)))
}

function itemOf(chat: Chat, { kind, tool }: ReplyPart, at: number, text: string): object {
  const id = itemId(chat, at)
  if (kind === 'tool') {
    const call_id = toolCallId(chat, 0, at)
    return { type: 'function_call', id, call_id, name: tool, arguments: text, status: 'completed' }
  }
  if (kind === 'reasoning')
    return { type: 'reasoning', id, summary: [{ type: 'summary_text', text }] }
  const content = [{ type: 'output_text', text, annotations: [] }]
  return { type: 'message', id, role: 'assistant', status: 'completed', content }
}

function responseOf(chat: Chat, output: readonly object[]) {
  const { id, createdSeconds, request, replies } = chat
  const isCut = replies[0]?.finishReason === 'length'
  const usage = usageOf(chat)
  return {
    id: `resp_sandbox_${id}`,
    object: 'response',
    created_at: createdSeconds,
    model: request.model.name,
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    error: null,
    output,
    ...(usage && { usage }),
  }
}

function usageOf(chat: Chat) {
  const usage = usageCounts(chat)
  if (usage === undefined) return undefined
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}
