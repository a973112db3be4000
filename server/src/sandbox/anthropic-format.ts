/** Anthropic's messages. */

import { parseMessages } from './anthropic-request.ts'
import { type Chat, type Format, toolCallId, usageOf as usageCounts } from './completion.ts'
import type { SandboxError } from './errors.ts'
import type { Reply, ReplyPart } from './reply.ts'
import { event } from './stream.ts'
import { textOfPart } from './tokens.ts'

const SIGNATURE = 'sandbox-signature'

export const anthropicFormat: Format = {
  parse: parseMessages,

  whole(chat) {
    const reply = onlyReply(chat)
    return {
      ...messageOf(chat),
      content: reply.parts.map((part, at) => blockOf(chat, part, at)),
      stop_reason: stopReasonOf(reply),
      stop_sequence: reply.stopSequence,
      usage: usageOf(chat),
    }
  },

  opening(chat) {
    const usage = usageOf(chat)
    const message = {
      ...messageOf(chat),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...(usage && { usage: { ...usage, output_tokens: 1 } }),
    }
    return named({ type: 'message_start', message }) + named({ type: 'ping' })
  },

  piece(chat, { part, at, text, isFirst, isLast }) {
    const opening = isFirst
      ? named({ type: 'content_block_start', index: at, content_block: emptyBlock(chat, part, at) })
      : ''
    const delta = named({ type: 'content_block_delta', index: at, delta: deltaOf(part, text) })
    return opening + delta + (isLast ? closingOf(part, at) : '')
  },

  closing(chat) {
    const reply = onlyReply(chat)
    const delta = { stop_reason: stopReasonOf(reply), stop_sequence: reply.stopSequence }
    const usage = usageOf(chat)
    const ending = usage && { usage: { output_tokens: usage.output_tokens, ...reasoning(chat) } }
    return named({ type: 'message_delta', delta, ...ending }) + named({ type: 'message_stop' })
  },

  malformed: () =>
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"de\n\n',
  errorBody,
  errorEvent: (error) => event(errorBody(error), 'error'),
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
}

function errorBody(error: SandboxError) {
  const type = errorTypes[error.status] ?? 'api_error'
  return { type: 'error', error: { type, message: error.message } }
}

function named(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return event(data, data.type)
}

/** This format has one answer to a request. */
function onlyReply({ replies }: Chat): Reply {
  return replies[0]!
}

function messageOf({ id, request }: Chat) {
  return { id: `msg_sandbox_${id}`, type: 'message', role: 'assistant', model: request.model.name }
}

function stopReasonOf({ finishReason, stopSequence }: Reply): string {
  if (finishReason === 'tool_calls') return 'tool_use'
  if (finishReason === 'length') return 'max_tokens'
  return stopSequence === null ? 'end_turn' : 'stop_sequence'
}

function usageOf(chat: Chat) {
  const usage = usageCounts(chat)
  if (usage === undefined) return undefined
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = usage
  return {
    input_tokens: inputTokens - cachedInputTokens - cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    output_tokens: outputTokens,
    ...reasoning(chat),
  }
}

function reasoning(chat: Chat) {
  const tokens = usageCounts(chat)?.reasoningTokens ?? 0
  return tokens > 0 ? { output_tokens_details: { thinking_tokens: tokens } } : {}
}

function blockOf(chat: Chat, part: ReplyPart, at: number) {
  const text = textOfPart(part.tokens)
  if (part.kind === 'text') return { type: 'text', text }
  if (part.kind === 'reasoning') return { type: 'thinking', thinking: text, signature: SIGNATURE }
  return { ...emptyBlock(chat, part, at), input: parsedOr(text) }
}

/** Arguments that were cut off are none. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function emptyBlock(chat: Chat, { kind, tool }: ReplyPart, at: number) {
  if (kind === 'text') return { type: 'text', text: '' }
  if (kind === 'reasoning') return { type: 'thinking', thinking: '', signature: '' }
  return { type: 'tool_use', id: toolCallId(chat, 0, at), name: tool, input: {} }
}

function deltaOf({ kind }: ReplyPart, text: string) {
  if (kind === 'text') return { type: 'text_delta', text }
  if (kind === 'reasoning') return { type: 'thinking_delta', thinking: text }
  return { type: 'input_json_delta', partial_json: text }
}

function closingOf({ kind }: ReplyPart, index: number): string {
  const delta = { type: 'signature_delta', signature: SIGNATURE }
  const signature = kind === 'reasoning' ? named({ type: 'content_block_delta', index, delta }) : ''
  return signature + named({ type: 'content_block_stop', index })
}
