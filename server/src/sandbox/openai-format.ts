/** OpenAI's chat completions. */

import {
  type Chat,
  type ChoicePiece,
  type Format,
  toolCallId,
  usageOf as usageCounts,
} from './completion.ts'
import type { Reply } from './reply.ts'
import { parseChatRequest } from './request.ts'
import { event } from './stream.ts'
import { textOfPart } from './tokens.ts'

export const openaiFormat: Format = {
  parse: parseChatRequest,

  whole(chat) {
    const usage = usageOf(chat)
    const choices = chat.replies.map((reply, index) => ({
      index,
      message: messageOf(chat, reply, index),
      logprobs: null,
      finish_reason: reply.finishReason,
    }))
    return { ...stampOf(chat), choices, ...(usage && { usage }) }
  },

  opening: (chat) =>
    chat.replies.map((_, choice) => chunk(chat, choice, openingDelta(chat, choice))).join(''),

  piece(chat, piece) {
    const { choice, part, text, at, isFirst } = piece
    if (part.kind === 'text') return chunk(chat, choice, { content: text })
    if (part.kind === 'reasoning') return chunk(chat, choice, { reasoning_content: text })
    const isOpened = at === 0 || !isFirst
    const opening = isOpened ? '' : chunk(chat, choice, { tool_calls: [callAt(chat, piece)] })
    const tool_calls = [{ index: indexOf(chat, piece), function: { arguments: text } }]
    return opening + chunk(chat, choice, { tool_calls })
  },

  closing(chat) {
    const ends = chat.replies.map((reply, choice) => chunk(chat, choice, {}, reply.finishReason))
    const usage = usageOf(chat)
    const last =
      chat.request.includeUsage && usage ? event({ ...stampOf(chat), choices: [], usage }) : ''
    return `${ends.join('')}${last}data: [DONE]\n\n`
  },

  malformed: ({ id }) => `data: {"id":"${id}","choices":[{"index":0,"delta":{"con\n\n`,
  errorBody: (error) => error.body(),
  errorEvent: (error) => event(error.body()),
}

/** The fields that every object of one answer begins with. */
function stampOf({ id, createdSeconds, request }: Chat) {
  return {
    id: `chatcmpl-sandbox-${id}`,
    object: request.isStream ? 'chat.completion.chunk' : 'chat.completion',
    created: createdSeconds,
    model: request.model.name,
    system_fingerprint: 'sandbox',
  }
}

function usageOf(chat: Chat) {
  const usage = usageCounts(chat)
  if (usage === undefined) return undefined
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: {
      cached_tokens: cachedInputTokens,
      ...(cacheWriteTokens > 0 && { cache_write_tokens: cacheWriteTokens }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  }
}

function messageOf(chat: Chat, reply: Reply, choice: number) {
  const textOf = (kind: string) => {
    const parts = reply.parts.filter((part) => part.kind === kind)
    return parts.length === 0 ? null : parts.map(({ tokens }) => textOfPart(tokens)).join('')
  }
  const calls = reply.parts.flatMap(({ kind, tool, tokens }, at) => {
    const call = { name: tool, arguments: textOfPart(tokens) }
    return kind === 'tool'
      ? [{ id: toolCallId(chat, choice, at), type: 'function', function: call }]
      : []
  })
  const reasoning_content = textOf('reasoning')
  return {
    role: 'assistant',
    content: textOf('text'),
    refusal: null,
    ...(reasoning_content !== null && { reasoning_content }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

function openingDelta(chat: Chat, choice: number) {
  const part = chat.replies[choice]?.parts[0]
  if (part?.kind !== 'tool') return { role: 'assistant', content: '', refusal: null }
  const tool_calls = [callAt(chat, { choice, part, at: 0 })]
  return { role: 'assistant', content: null, tool_calls }
}

function callAt(chat: Chat, piece: Pick<ChoicePiece, 'choice' | 'part' | 'at'>) {
  const { choice, part, at } = piece
  const of = { name: part.tool, arguments: '' }
  const id = toolCallId(chat, choice, at)
  return { index: indexOf(chat, piece), id, type: 'function', function: of }
}

/** The number of a call among the calls of its choice. */
function indexOf({ replies }: Chat, { choice, at }: Pick<ChoicePiece, 'choice' | 'at'>): number {
  const before = replies[choice]?.parts.slice(0, at) ?? []
  return before.filter(({ kind }) => kind === 'tool').length
}

function chunk(
  chat: Chat,
  index: number,
  delta: object,
  finishReason: string | null = null,
): string {
  const choices = [{ index, delta, logprobs: null, finish_reason: finishReason }]
  const usage = chat.request.includeUsage ? { usage: null } : {}
  return event({ ...stampOf(chat), choices, ...usage })
}
