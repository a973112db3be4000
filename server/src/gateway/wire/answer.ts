/**
 * A model's answer in no vendor's terms: whole, and as the events of a stream. A stream's events come
 * in the order in which the model wrote; deltas of tools called at the same time may be mixed.
 */
import type { TokenUsage, UpstreamFailure } from '@commonhold/core'
import type {
  HiddenReasoningPart,
  ReasoningPart,
  RefusalPart,
  ToolCallPart,
} from './conversation.ts'

export type StopReason =
  | 'end'
  | 'length'
  | 'stop_sequence'
  | 'tool_calls'
  /** The provider's filter, or the model itself, would not go on. */
  | 'refused'

export type AnswerPart =
  | { readonly type: 'text'; readonly text: string }
  | ReasoningPart
  | HiddenReasoningPart
  | RefusalPart
  | ToolCallPart

export interface AnswerChoice {
  readonly parts: readonly AnswerPart[]
  readonly stop: StopReason
  /** Which of the stop sequences it was, where the provider says so. */
  readonly stopSequence: string | null
}

export interface UsageCounts extends TokenUsage {
  /** How much of the output was reasoning; null where the provider does not say. */
  readonly reasoningTokens: number | null
}

export interface Answer {
  readonly id: string | null
  readonly model: string | null
  readonly choices: readonly AnswerChoice[]
  readonly usage: UsageCounts | null
}

export type AnswerEvent =
  | { readonly type: 'start'; readonly id: string | null; readonly model: string | null }
  | {
      readonly type: 'text' | 'reasoning' | 'refusal'
      readonly choice: number
      readonly text: string
    }
  /** Ends a stretch of reasoning. */
  | { readonly type: 'signature'; readonly choice: number; readonly signature: string }
  | { readonly type: 'hidden_reasoning'; readonly choice: number; readonly data: string }
  /** @property index the call's number within the answer, from 0 */
  | {
      readonly type: 'tool_call'
      readonly choice: number
      readonly index: number
      readonly id: string
      readonly name: string
      readonly signature?: string
    }
  | {
      readonly type: 'tool_arguments'
      readonly choice: number
      readonly index: number
      readonly text: string
    }
  | {
      readonly type: 'stop'
      readonly choice: number
      readonly stop: StopReason
      readonly stopSequence: string | null
    }
  /** What is known of the usage by now; the last one counts. */
  | { readonly type: 'usage'; readonly usage: UsageCounts; readonly isFinal: boolean }
  /** A usage that can't be one. */
  | { readonly type: 'usage_unreadable' }
  /** @property failure what the same error is as an HTTP status, where the provider says which it is */
  | { readonly type: 'error'; readonly error: unknown; readonly failure?: UpstreamFailure }
  /** The provider said that the answer is complete. */
  | { readonly type: 'end' }
  /** An event that can't be read, so that what follows can't be trusted. */
  | { readonly type: 'malformed' }

/** Reads a provider's stream, whatever the pieces in which its bytes come. */
export interface AnswerReader {
  /** @returns null where an event grows beyond all measure */
  push(chunk: Buffer): AnswerEvent[] | null
}

/** Writes a stream for a client. */
export interface AnswerWriter {
  /** @returns the text to send now; it may be empty, where an event has to wait for another */
  write(event: AnswerEvent): string
}
