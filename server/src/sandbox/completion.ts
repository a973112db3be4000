/** What the answers of all formats have in common, and what a format has to say about them. */

import { randomUUID } from 'node:crypto'
import type { Connection } from './connection.ts'
import type { SandboxError } from './errors.ts'
import type { Reply, ReplyPart } from './reply.ts'
import type { ChatRequest, JsonObject } from './request.ts'
import type { Piece } from './tokens.ts'

/** What one answer is made from. */
export type Chat = {
  readonly connection: Connection
  readonly request: ChatRequest
  readonly replies: readonly Reply[]
  /** New for each answer; the formats make their ids of it. */
  readonly id: string
  readonly createdSeconds: number
  /** Counts tokens that were handed over. */
  sent(outputTokens: number): void
}

/** A stretch of one part of one choice. */
export type ChoicePiece = Piece & {
  readonly choice: number
  readonly part: ReplyPart
  /** The part's number within its choice. */
  readonly at: number
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** A wire format. All texts are whole server-sent events. */
export type Format = {
  parse(body: JsonObject, path: string): ChatRequest
  whole(chat: Chat): object
  opening(chat: Chat): string
  piece(chat: Chat, piece: ChoicePiece): string
  /** What a complete stream ends with. */
  closing(chat: Chat): string
  /** An event that is cut off in its middle. */
  malformed(chat: Chat): string
  errorBody(error: SandboxError): object
  errorEvent(error: SandboxError): string
}

export const newId = (): string => randomUUID()

export type Usage = {
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
}

/** What an answer reports, or undefined for the model that keeps it to itself. */
export function usageOf(chat: Chat): Usage | undefined {
  const { fault, isCached } = chat.request.model
  if (fault === 'no_usage') return undefined
  if (fault === 'zero_usage') {
    return {
      inputTokens: 0,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    }
  }
  const { inputTokens } = chat.request
  return {
    inputTokens,
    cachedInputTokens: isCached ? inputTokens >> 1 : 0,
    cacheWriteTokens: isCached ? inputTokens >> 2 : 0,
    outputTokens: outputTokensOf(chat),
    reasoningTokens: tokensOf(chat, (part) => part.kind === 'reasoning'),
  }
}

export function toolCallId({ id }: Chat, choice: number, at: number): string {
  return `call_sandbox_${id.slice(-12)}_${choice}_${at}`
}

export function outputTokensOf(chat: Chat): number {
  return tokensOf(chat, () => true)
}

function tokensOf({ replies }: Chat, counts: (part: ReplyPart) => boolean): number {
  const parts = replies.flatMap((reply) => reply.parts.filter(counts))
  return parts.reduce((sum, { tokens }) => sum + tokens.length, 0)
}
