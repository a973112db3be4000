/**
 * One exchange with a client, in no transport's terms: what the gateway reads of a request and how it
 * answers. http/gateway.ts implements it.
 */
import type { Id } from '@commonhold/core'
import type { Failure } from './failure.ts'

export type AnswerHeaders = Readonly<Record<string, string>>

export interface GatewayCall {
  readonly method: string
  /** Without the query; percent-encoding is undone. */
  readonly path: string
  /** What follows the question mark, as it came; absent where there is none. */
  readonly query?: string
  /** The bearer token, or the key in the header that Anthropic's clients use; or null. */
  readonly credential: string | null
  /** @returns the header's value, or null; @param name in lower case */
  header(name: string): string | null
  /** Lives as long as the connection, and is the same for all of its requests. */
  readonly connection: object
  /** The address of the socket's other end. */
  readonly address: string
  /** `req_…`, new for each request; in every answer as X-Request-Id. */
  readonly requestId: Id<'req'>
  /** The client has left before its answer was complete. */
  readonly isGone: boolean
  /** Called once, when the client leaves early; at once where it has. */
  onGone(listener: () => void): void
  /** @throws Failure body_too_large, or client_gone */
  readBody(bytesMax: number): Promise<Buffer>
  /** Told to whoever wants to know: something of the call is billed, answered or not. */
  noteBilled?(): void
  /** The whole answer. */
  answer(headers: AnswerHeaders, body: string | Buffer): void
  /** The whole answer, as an error. @param body in the client's format */
  refuse(failure: Failure, body: string): void
  /** Begins a stream; then `write` and `end`. */
  begin(headers: AnswerHeaders): void
  /** @returns false where the client reads slower than it is written to: wait for `onDrain` */
  write(chunk: Uint8Array | string): boolean
  onDrain(listener: () => void): void
  end(): void
}
