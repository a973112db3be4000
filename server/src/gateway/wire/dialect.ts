/**
 * What a wire format is to the gateway. A dialect is a set of pure functions over JSON; a provider says
 * which one it speaks, and a route which one its clients speak. Where both are the same nothing here is
 * called but the scanner, and bytes pass by.
 */
import type { JsonObject } from '../admission/json-body.ts'
import type { Failure } from '../call/failure.ts'
import type { Answer, AnswerReader, AnswerWriter } from './answer.ts'
import type { Conversation } from './conversation.ts'
import type { Scanner } from './event-stream.ts'
import type { WholeAnswer } from './whole-answer.ts'

/** What differs between providers of one format. */
export interface WriteOptions {
  readonly upstreamModel: string
  /** The model's own limit, for formats that want one in every request. */
  readonly outputTokensMax: number
  /** OpenAI's newer name for the limit of output, which older servers do not know. */
  readonly hasMaxCompletionTokens?: boolean
  /** The server takes ids of calls of tools, which Vertex refuses: there results have the calls' order. */
  readonly hasCallIds?: boolean
  /** Vertex's form of Anthropic's format: a version in the body, and the model in the address. */
  readonly anthropicVersion?: string
  /** The server takes `top_k`, which OpenAI itself does not. */
  readonly hasTopK?: boolean
}

/** What an answer's reader needs to know of the request. */
export interface AnswerContext {
  /** Where the provider names none. */
  readonly requestId: string
  readonly model: string
  /** The client asked for usage in its stream. */
  readonly keepUsage: boolean
  /** Epoch seconds. */
  readonly createdSeconds: number
}

export interface ErrorWire {
  errorBody(failure: Failure, requestId: string): string
  /** The event that ends a stream which broke. */
  errorEvent(failure: Failure, requestId: string): string
}

/** What a format is where its bytes pass by. */
export interface PassingWire extends ErrorWire {
  scanner(options: { readonly keepUsage: boolean }): Scanner
  /** What matters of a whole answer; null where it is not one. */
  readWhole(body: Buffer): WholeAnswer | null
}

/** What a format is to a client that speaks it. */
export interface ClientWire extends ErrorWire {
  readonly name: 'openai-chat' | 'anthropic-messages'
  /** Its clients read a usage in every answer, so that an estimate is better than none. */
  readonly alwaysHasUsage: boolean
  /** @throws Failure invalid_request that names what is wrong or can't be translated */
  readRequest(body: JsonObject): Conversation
  writeAnswer(answer: Answer, context: AnswerContext): JsonObject
  writer(context: AnswerContext): AnswerWriter
}

/** What a format is to a provider that speaks it. */
export interface ProviderWire {
  /** @throws Failure invalid_request that names what this format can't express */
  writeRequest(conversation: Conversation, options: WriteOptions): JsonObject
  /** @returns null where it is no answer of this format */
  readAnswer(body: JsonObject): Answer | null
  /** What its streams call themselves; absent for server-sent events. */
  readonly streamType?: string
  reader(): AnswerReader
  /** What matters of a whole answer; null where it is not one. */
  readWhole(body: Buffer): WholeAnswer | null
}

/** A format that clients and providers speak. */
export interface Dialect extends ClientWire, ProviderWire, PassingWire {}
