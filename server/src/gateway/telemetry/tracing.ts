/**
 * What a gateway tells of single calls: a span for each call and one for each attempt at a provider, by
 * OpenTelemetry's conventions for generative AI. Never a prompt, an answer, a key, an account or a user.
 * Nothing here costs anything where nobody asked for traces: then there is no `Tracing` at all.
 */

import type { GatewayCall } from '../call/call.ts'
import type { FailureCode } from '../call/failure.ts'
import type { AttemptResult } from '../ledger/attempt.ts'

export interface Tracing {
  begin(call: GatewayCall, route: string): void
  end(call: GatewayCall, outcome: FailureCode | 'ok'): void
  /** @returns null for a call that is not traced */
  attempt(call: GatewayCall, about: AttemptAbout): AttemptSpan | null
  /** Sends what waits. */
  stop(): Promise<void>
}

export interface AttemptAbout {
  readonly operation: string
  readonly provider: string
  readonly upstreamModel: string
  readonly origin: string
  readonly attempt: number
}

export interface AttemptSpan {
  /** For the provider: `traceparent`, and `tracestate` where there is one. */
  readonly headers: Readonly<Record<string, string>>
  end(result: AttemptResult, failure: string | null): void
}

/** An attempt's kind of work, in the convention's words. */
const operations: Readonly<Record<string, string>> = {
  chat: 'chat',
  messages: 'chat',
  responses: 'chat',
  embeddings: 'embeddings',
}

export const operationOf = (route: string): string => operations[route] ?? route
