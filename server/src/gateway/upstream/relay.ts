/**
 * One attempt: sends the request, and passes the answer on to the client as it comes. Nothing is sent
 * to the client before it is known that the provider answers, so that until then another provider can
 * be tried. A stream that breaks ends with an error event and without [DONE]: never as if it were
 * complete.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { failureOfStatus, type TokenUsage, type UpstreamFailure } from '@commonhold/core'
import type { AnswerHeaders, GatewayCall } from '../call/call.ts'
import type { Failure } from '../call/failure.ts'
import type { AnswerPath } from '../wire/answer-path.ts'
import type { AnswerStream } from '../wire/event-stream.ts'
import type { ReportedUsage } from '../wire/usage.ts'
import { Exchange, type UpstreamListener, type UpstreamRequest } from './exchange.ts'
import {
  errorBodyBytesMax,
  errorOf,
  failureOfError,
  providerFailure,
  type Secrets,
} from './failures.ts'

/** The largest answer that is not a stream. */
export const answerBytesMax = 64 * 1024 * 1024

export interface RelayOptions {
  readonly call: GatewayCall
  readonly request: UpstreamRequest
  /** How the answer gets to the client: as it is, or translated. */
  readonly path: AnswerPath
  /** In the head of a successful answer. */
  readonly headers: AnswerHeaders
  /** What must not appear in an error's text. */
  readonly secrets: Secrets
}

/** How the attempt ended. */
export interface RelayEnd {
  /** Null: the provider answered completely. */
  readonly failure: UpstreamFailure | null
  /** Of the provider's answer; 0 where none came. */
  readonly status: number
  /** What the caller is told where nobody else is tried; already told where the stream had begun. */
  readonly refusal: Failure | null
  /** We ended it, for this reason: the client left, or may not go on. */
  readonly aborted: Failure | null
  readonly wasSent: boolean
  readonly hasBegun: boolean
  readonly usage: ReportedUsage | null
  /** What the provider counted of the input, where only the end of the usage is missing. */
  readonly begunWith: TokenUsage | null
  /** Where usage is not known: what the model wrote, by how much to scale its count. */
  readonly written: { readonly text: string; readonly scale: number }
  /** A complete answer that is not a stream: still to be sent. */
  readonly whole: { readonly headers: AnswerHeaders; readonly body: Buffer | string } | null
}

const nothingWritten = { text: '', scale: 1 }

export class Relay implements UpstreamListener {
  readonly ended: Promise<RelayEnd>
  /** When the answer began (performance.now()); 0 before. */
  headAtMs = 0
  readonly #options: RelayOptions
  readonly #exchange = new Exchange()
  readonly #resolve: (end: RelayEnd) => void
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #events: AnswerStream | null = null
  #chunks: Buffer[] = []
  #bytes = 0
  #hasBegun = false
  #aborted: Failure | null = null
  #isOver = false

  constructor(options: RelayOptions) {
    this.#options = options
    const { promise, resolve } = Promise.withResolvers<RelayEnd>()
    this.ended = promise
    this.#resolve = resolve
  }

  start(): void {
    this.#exchange.start(this.#options.request, this)
  }

  /** Ends the attempt from our side; a client that still reads is told why. */
  abort(reason: Failure): void {
    if (this.#isOver || this.#aborted) return
    this.#aborted = reason
    this.#fail('client_gone', reason)
    this.#exchange.abort(reason)
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    this.headAtMs = performance.now()
    this.#status = status
    this.#headers = headers
    if (failureOfStatus(status) !== null) return
    const { path } = this.#options
    const type = String(headers['content-type'] ?? '')
    if (type.startsWith(path.streamType ?? 'text/event-stream')) this.#events = path.openStream()
    else this.#events = path.openBytes?.(type) ?? null
  }

  onData(chunk: Buffer): void {
    if (this.#isOver) return
    if (this.#events) this.#pass(this.#events, chunk)
    else this.#collect(chunk)
  }

  #collect(chunk: Buffer): void {
    const max = failureOfStatus(this.#status) === null ? answerBytesMax : errorBodyBytesMax
    this.#bytes += chunk.length
    if (this.#bytes <= max) this.#chunks.push(chunk)
    else if (max === answerBytesMax) this.#break('malformed_answer')
  }

  onEnd(): void {
    if (this.#isOver) return
    const failure = failureOfStatus(this.#status)
    if (failure !== null) this.#refused(failure)
    else if (this.#events) this.#endStream(this.#events)
    else this.#endWhole()
  }

  onError(error: Error, wasSent: boolean): void {
    if (this.#isOver) return
    // The head of an error is enough to know what it was.
    const answered = this.#status === 0 ? null : failureOfStatus(this.#status)
    if (answered !== null) this.#refused(answered)
    else this.#fail(failureOfError(error, wasSent))
  }

  #endWhole(): void {
    const body = Buffer.concat(this.#chunks)
    const answer = this.#options.path.readWhole(body)
    if (answer === null) {
      this.#fail('malformed_answer')
      return
    }
    const type = answer.contentType ?? 'application/json'
    const headers = { ...this.#options.headers, 'content-type': type }
    const written = { text: answer.written, scale: 1 }
    const whole = { headers, body: answer.body ?? body }
    this.#over({ usage: answer.usage, written, whole })
  }

  #refused(failure: UpstreamFailure): void {
    const { secrets } = this.#options
    const error = errorOf(Buffer.concat(this.#chunks))
    const about = { status: this.#status, headers: this.#headers, error, secrets }
    this.#fail(failure, providerFailure(failure, about))
  }

  #pass(events: AnswerStream, chunk: Buffer): void {
    const passed = events.push(chunk)
    if (passed === null) {
      this.#break('malformed_answer')
      return
    }
    const { bytes, error, failure: told } = passed
    if (bytes !== null) this.#write(bytes)
    if (error === null) return
    const failure = told ?? (this.#hasBegun ? 'internal_error' : 'error_as_first_event')
    this.#break(failure, providerFailure(failure, { error, secrets: this.#options.secrets }))
  }

  #write(bytes: Uint8Array): void {
    const { call, headers } = this.#options
    if (!this.#hasBegun) {
      this.#hasBegun = true
      call.begin({
        ...headers,
        'content-type': this.#events?.contentType ?? 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      })
    }
    if (call.write(bytes)) return
    this.#exchange.pause()
    call.onDrain(() => this.#exchange.resume())
  }

  /** A stream without [DONE] is complete only if it told its usage, which comes last. */
  #endStream(events: AnswerStream): void {
    if (!events.isDone && events.usage === null) {
      this.#fail('connection_lost')
      return
    }
    const last = events.finish()
    if (last !== null) this.#write(last)
    if (this.#hasBegun) this.#options.call.end()
    this.#over({ usage: events.usage, written: this.#written() })
  }

  /** Fails while the provider is still sending. */
  #break(failure: UpstreamFailure, refusal?: Failure): void {
    this.#fail(failure, refusal)
    this.#exchange.abort(new Error(failure))
  }

  #fail(failure: UpstreamFailure, refusal = providerFailure(failure)): void {
    const { call } = this.#options
    if (this.#hasBegun && this.#events?.contentType !== undefined) {
      call.refuse(refusal, '')
    } else if (this.#hasBegun && !call.isGone) {
      call.write(this.#options.path.errorEvent(refusal))
      call.end()
    }
    const usage = this.#events?.usage ?? null
    this.#over({ failure, refusal, usage, written: this.#written() })
  }

  #written(): RelayEnd['written'] {
    if (this.#events === null || this.#events.usage !== null) return nothingWritten
    return this.#events.written()
  }

  #over(end: Partial<RelayEnd>): void {
    this.#isOver = true
    this.#resolve({
      failure: null,
      refusal: null,
      usage: null,
      begunWith: this.#events?.begunWith ?? null,
      written: nothingWritten,
      whole: null,
      ...end,
      status: this.#status,
      aborted: this.#aborted,
      wasSent: this.#exchange.wasSent,
      hasBegun: this.#hasBegun,
    })
    this.#chunks = []
    this.#events = null
  }
}
