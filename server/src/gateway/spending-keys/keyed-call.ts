/**
 * A call that came with an Idempotency-Key. Whoever sends one means to come back for the answer, so the
 * answer is kept as it passes, and the call goes on to its end though its client has left: he is answered
 * when he asks again. Only an answer that is too large to be kept ends when its client leaves.
 */
import type { AnswerHeaders, GatewayCall } from '../call/call.ts'
import type { Failure } from '../call/failure.ts'

/** A longer answer is passed on and not kept. */
export const keptAnswerBytesMax = 1024 * 1024

export interface SeenAnswer {
  readonly headers: AnswerHeaders
  readonly body: Buffer
  readonly isStream: boolean
}

export class KeyedCall implements GatewayCall {
  readonly #call: GatewayCall
  #isClientGone = false
  #isBilled = false
  #goneListener: (() => void) | null = null
  #drainListener: (() => void) | null = null
  #headers: AnswerHeaders | null = null
  #isStream = false
  #isEnded = false
  #bytes = 0
  #chunks: Buffer[] = []

  constructor(call: GatewayCall) {
    this.#call = call
    call.onGone(() => this.#clientLeft())
  }

  get method(): string {
    return this.#call.method
  }

  get path(): string {
    return this.#call.path
  }

  get credential(): string | null {
    return this.#call.credential
  }

  get connection(): object {
    return this.#call.connection
  }

  get address(): string {
    return this.#call.address
  }

  get requestId(): GatewayCall['requestId'] {
    return this.#call.requestId
  }

  get isGone(): boolean {
    return this.#isClientGone && this.#isTooLarge
  }

  /** Whether anything of it is billed. */
  get isBilled(): boolean {
    return this.#isBilled
  }

  /** What was answered; null where that is not complete, or too large to be kept. */
  get seen(): SeenAnswer | null {
    if (this.#headers === null || !this.#isEnded || this.#isTooLarge) return null
    return { headers: this.#headers, body: Buffer.concat(this.#chunks), isStream: this.#isStream }
  }

  header(name: string): string | null {
    return this.#call.header(name)
  }

  onGone(listener: () => void): void {
    this.#goneListener = listener
    if (this.isGone) listener()
  }

  noteBilled(): void {
    this.#isBilled = true
  }

  readBody(bytesMax: number): Promise<Buffer> {
    return this.#call.readBody(bytesMax)
  }

  answer(headers: AnswerHeaders, body: string | Buffer): void {
    this.#headers = headers
    this.#note(body)
    this.#isEnded = true
    this.#call.answer(headers, body)
  }

  refuse(failure: Failure, body: string): void {
    this.#call.refuse(failure, body)
  }

  begin(headers: AnswerHeaders): void {
    this.#headers = headers
    this.#isStream = true
    if (!this.#isClientGone) this.#call.begin(headers)
  }

  write(chunk: Uint8Array | string): boolean {
    this.#note(chunk)
    if (this.isGone) this.#goneListener?.()
    return this.#isClientGone || this.#call.write(chunk)
  }

  onDrain(listener: () => void): void {
    if (this.#isClientGone) {
      listener()
      return
    }
    this.#drainListener = listener
    this.#call.onDrain(() => this.#drained())
  }

  end(): void {
    this.#isEnded = true
    if (!this.#isClientGone) this.#call.end()
  }

  get #isTooLarge(): boolean {
    return this.#bytes > keptAnswerBytesMax
  }

  #note(chunk: Uint8Array | string): void {
    this.#bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length
    if (this.#isTooLarge) this.#chunks = []
    // A copy: the chunk's memory may be written to again once it is sent.
    else this.#chunks.push(Buffer.from(chunk))
  }

  #clientLeft(): void {
    this.#isClientGone = true
    if (this.#isTooLarge) this.#goneListener?.()
    this.#drained()
  }

  /** Nobody waits for a client that has left. */
  #drained(): void {
    const listener = this.#drainListener
    this.#drainListener = null
    listener?.()
  }
}
