/** Google's generateContent. Each event is an answer of its own, with the usage so far. */

import { type Chat, type Format, toolCallId, usageOf as usageCounts } from './completion.ts'
import type { SandboxError } from './errors.ts'
import { parseGenerate } from './gemini-request.ts'
import type { ReplyPart } from './reply.ts'
import { event } from './stream.ts'
import { textOfPart } from './tokens.ts'

export const geminiFormat: Format = {
  parse: parseGenerate,

  whole(chat) {
    const candidates = chat.replies.map((reply, index) => ({
      index,
      content: {
        role: 'model',
        parts: reply.parts.map((part, at) => wholePart(chat, part, index, at)),
      },
      finishReason: reply.finishReason === 'length' ? 'MAX_TOKENS' : 'STOP',
    }))
    return answer(chat, candidates, true)
  },

  opening: () => '',

  /** A call comes whole, with its last piece. */
  piece(chat, { part, text, choice, at, isLast }) {
    if (part.kind === 'tool' && !isLast) return ''
    const one =
      part.kind === 'tool'
        ? wholePart(chat, part, choice, at)
        : { text, ...(part.kind === 'reasoning' && { thought: true }) }
    return event(answer(chat, [{ index: choice, content: { role: 'model', parts: [one] } }], false))
  },

  closing(chat) {
    const candidates = chat.replies.map((reply, index) => ({
      index,
      content: { role: 'model', parts: [{ text: '' }] },
      finishReason: reply.finishReason === 'length' ? 'MAX_TOKENS' : 'STOP',
    }))
    return event(answer(chat, candidates, true))
  },

  malformed: () => 'data: {"candidates":[{"index":0,"content":{"pa\n\n',
  errorBody,
  errorEvent: (error) => event(errorBody(error)),
}

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
}

function errorBody({ status, message }: SandboxError) {
  return { error: { code: status, message, status: statuses[status] ?? 'INTERNAL' } }
}

function answer(chat: Chat, candidates: readonly object[], isLast: boolean) {
  const usage = usageOf(chat, isLast)
  return {
    candidates,
    ...(usage && { usageMetadata: usage }),
    modelVersion: chat.request.model.name,
    responseId: `sandbox-${chat.id}`,
  }
}

function usageOf(chat: Chat, isLast: boolean) {
  const usage = usageCounts(chat)
  if (usage === undefined) return undefined
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage
  if (!isLast) return { promptTokenCount: inputTokens, totalTokenCount: inputTokens }
  return {
    promptTokenCount: inputTokens,
    ...(cachedInputTokens > 0 && { cachedContentTokenCount: cachedInputTokens }),
    candidatesTokenCount: outputTokens - reasoningTokens,
    ...(reasoningTokens > 0 && { thoughtsTokenCount: reasoningTokens }),
    totalTokenCount: inputTokens + outputTokens,
  }
}

function wholePart(chat: Chat, part: ReplyPart, choice: number, at: number): object {
  const text = textOfPart(part.tokens)
  if (part.kind === 'text') return { text }
  if (part.kind === 'reasoning') return { text, thought: true }
  const functionCall = { id: toolCallId(chat, choice, at), name: part.tool, args: parsedOr(text) }
  return { functionCall, ...(at === 0 && { thoughtSignature: 'sandbox-signature' }) }
}

/** Arguments that were cut off are none. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
