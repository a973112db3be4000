/** What a whole answer and a streamed one have in common. */

import { randomUUID } from 'node:crypto'
import type { Connection } from './connection.ts'
import type { Reply } from './reply.ts'
import type { ChatRequest } from './request.ts'

/** What one answer is made from. */
export type Chat = {
  readonly connection: Connection
  readonly request: ChatRequest
  readonly replies: readonly Reply[]
  /** The fields that every object of this answer begins with. */
  readonly stamp: ReturnType<typeof stampOf>
  /** Counts tokens that were handed over. */
  sent(outputTokens: number): void
}

/** The fields that every object of one answer begins with. */
export function stampOf(request: ChatRequest) {
  return {
    id: `chatcmpl-sandbox-${randomUUID()}`,
    object: request.isStream ? 'chat.completion.chunk' : 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: request.model.name,
    system_fingerprint: 'sandbox',
  }
}

/** The usage object of an answer, or undefined for the model that keeps it to itself. */
export function usageOf(chat: Chat) {
  const { request } = chat
  const { fault } = request.model
  if (fault === 'no_usage') return undefined
  const isZero = fault === 'zero_usage'
  const input = isZero ? 0 : request.inputTokens
  const output = isZero ? 0 : outputTokensOf(chat)
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  }
}

export function toolCallId(chat: Chat, choice: number): string {
  return `call_sandbox_${chat.stamp.id.slice(-12)}_${choice}`
}

export function outputTokensOf({ replies }: Chat): number {
  return replies.reduce((sum, { tokens }) => sum + tokens.length, 0)
}
