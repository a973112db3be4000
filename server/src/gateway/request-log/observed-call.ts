/**
 * A call that somebody keeps a log of: it passes everything on, and notes what passes. Only calls of
 * accounts that asked for a log are wrapped in one; to all others nothing of this happens.
 */
import type { GatewaySetting } from '../../store/gateway-setting.ts'
import { cachedAnswerBytesMax } from '../answer-cache/answer-cache.ts'
import type { AnswerHeaders, GatewayCall } from '../call/call.ts'
import type { Failure } from '../call/failure.ts'

/** A body larger than this is not kept: half of a body can't be redacted as a whole one is. */
export const keptBodyBytesMax = 256 * 1024

/** What was seen of one direction. */
export interface SeenBody {
  readonly bytes: number
  /** Null where bodies are not kept, or this one is too large. */
  readonly kept: Buffer | null
}

export class ObservedCall implements GatewayCall {
  readonly #call: GatewayCall
  readonly #keepsBodies: boolean
  /** As it was when the call began. */
  readonly setting: GatewaySetting
  readonly #now: () => number
  readonly startedAtMs: number
  #request: SeenBody = { bytes: 0, kept: null }
  #answerBytes = 0
  #chunks: Buffer[] = []
  #firstByteAtMs: number | null = null
  #modelServed: string | null = null
  #isStream = false
  /** What the request names as its model; empty until that is read. */
  modelAsked = ''
  /** Set where the cache was asked: it is told to the client, and the whole answer is kept meanwhile. */
  cache: 'hit' | 'miss' | null = null
  #answerHeaders: AnswerHeaders = {}

  constructor(call: GatewayCall, setting: GatewaySetting, now: () => number) {
    this.#call = call
    this.setting = setting
    this.#keepsBodies = setting.requestLog.mode === 'full'
    this.#now = now
    this.startedAtMs = now()
  }

  get method(): string {
    return this.#call.method
  }

  get path(): string {
    return this.#call.path
  }

  get connection(): object {
    return this.#call.connection
  }

  get credential(): string | null {
    return this.#call.credential
  }

  get address(): string {
    return this.#call.address
  }

  get requestId(): GatewayCall['requestId'] {
    return this.#call.requestId
  }

  get isGone(): boolean {
    return this.#call.isGone
  }

  get seenRequest(): SeenBody {
    return this.#request
  }

  get seenAnswer(): SeenBody {
    const isKept = this.#keepsBodies && this.#answerBytes <= keptBodyBytesMax
    return { bytes: this.#answerBytes, kept: isKept ? Buffer.concat(this.#chunks) : null }
  }

  get answerHeaders(): AnswerHeaders {
    return this.#answerHeaders
  }

  /** All that was answered; null where it is larger than what is kept, or nobody wanted it kept. */
  get wholeAnswer(): Buffer | null {
    if (this.cache === null || this.#answerBytes > this.#keptBytesMax) return null
    return Buffer.concat(this.#chunks)
  }

  get #keptBytesMax(): number {
    if (this.cache === 'miss') return cachedAnswerBytesMax
    return this.#keepsBodies ? keptBodyBytesMax : 0
  }

  get firstByteAtMs(): number | null {
    return this.#firstByteAtMs
  }

  get modelServed(): string | null {
    return this.#modelServed
  }

  get isStream(): boolean {
    return this.#isStream
  }

  header(name: string): string | null {
    return this.#call.header(name)
  }

  noteBilled(): void {
    this.#call.noteBilled?.()
  }

  onGone(listener: () => void): void {
    this.#call.onGone(listener)
  }

  async readBody(bytesMax: number): Promise<Buffer> {
    const body = await this.#call.readBody(bytesMax)
    const isKept = this.#keepsBodies && body.length <= keptBodyBytesMax
    this.#request = { bytes: body.length, kept: isKept ? body : null }
    return body
  }

  answer(headers: AnswerHeaders, body: string | Buffer): void {
    this.#begun(headers)
    this.#note(body)
    this.#call.answer(this.#told(headers), body)
  }

  refuse(failure: Failure, body: string): void {
    this.#call.refuse(failure, body)
  }

  begin(headers: AnswerHeaders): void {
    this.#isStream = true
    this.#begun(headers)
    this.#call.begin(this.#told(headers))
  }

  write(chunk: Uint8Array | string): boolean {
    this.#note(chunk)
    return this.#call.write(chunk)
  }

  onDrain(listener: () => void): void {
    this.#call.onDrain(listener)
  }

  end(): void {
    this.#call.end()
  }

  #begun(headers: AnswerHeaders): void {
    this.#firstByteAtMs = this.#now()
    this.#answerHeaders = headers
    this.#modelServed = headers['x-commonhold-model'] ?? null
  }

  #told(headers: AnswerHeaders): AnswerHeaders {
    return this.cache === null ? headers : { ...headers, 'x-commonhold-cache': this.cache }
  }

  #note(chunk: Uint8Array | string): void {
    const length = typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length
    this.#answerBytes += length
    const keptBytesMax = this.#keptBytesMax
    if (keptBytesMax === 0) return
    if (this.#answerBytes > keptBytesMax) this.#chunks = []
    // A copy: the chunk's memory may be written to again once it is sent.
    else this.#chunks.push(Buffer.from(chunk))
  }
}
