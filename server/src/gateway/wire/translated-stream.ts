/**
 * A provider's stream, told anew in the client's format as it comes: event by event, so that the first
 * word is not held back for the last. Only the provider's own word that the answer is complete ends it
 * as complete; whatever else happens, the relay ends it with an error.
 */
import type { TokenUsage } from '@commonhold/core'
import { isObject } from '../admission/json-body.ts'
import type { AnswerEvent, AnswerReader, AnswerWriter, UsageCounts } from './answer.ts'
import { countTokensNow } from './estimate.ts'
import type { AnswerStream, Passed } from './event-stream.ts'
import { type ReportedUsage, reportedOf } from './usage.ts'

/** How much of what is written is kept for an estimate; the rest is taken in proportion. */
const keptCharsMax = 512 * 1024

export class TranslatedStream implements AnswerStream {
  readonly #reader: AnswerReader
  readonly #writer: AnswerWriter
  #isDone = false
  #isFinished = false
  #usage: ReportedUsage | null = null
  #begunWith: TokenUsage | null = null
  #kept: string[] = []
  #keptChars = 0
  #chars = 0

  constructor(reader: AnswerReader, writer: AnswerWriter) {
    this.#reader = reader
    this.#writer = writer
  }

  get isDone(): boolean {
    return this.#isDone
  }

  get usage(): ReportedUsage | null {
    return this.#usage
  }

  get begunWith(): TokenUsage | null {
    return this.#begunWith
  }

  push(chunk: Buffer): Passed | null {
    const events = this.#reader.push(chunk)
    if (events === null) return null
    let text = ''
    for (const event of events) {
      // What was read before it is the client's, and is billed.
      if (event.type === 'malformed') {
        return { bytes: bytesOf(text), error: {}, failure: 'malformed_answer' }
      }
      if (event.type === 'error') {
        const error = isObject(event.error) ? event.error : {}
        const { failure } = event
        return { bytes: bytesOf(text), error, ...(failure && { failure }) }
      }
      text += this.#take(event)
    }
    return { bytes: bytesOf(text), error: null }
  }

  finish(): Uint8Array | null {
    return bytesOf(this.#finished())
  }

  written(): { readonly text: string; readonly scale: number } {
    const scale = this.#keptChars === 0 ? 1 : this.#chars / this.#keptChars
    return { text: this.#kept.join(''), scale }
  }

  #take(event: AnswerEvent): string {
    if (this.#isFinished) return ''
    if (event.type === 'end') {
      this.#isDone = true
      return this.#finished()
    }
    if (event.type === 'usage_unreadable') {
      this.#usage = { kind: 'unreadable' }
      return ''
    }
    if (event.type === 'usage') this.#note(event.usage, event.isFinal)
    this.#keep(event)
    return this.#writer.write(event)
  }

  #note(usage: UsageCounts, isFinal: boolean): void {
    if (isFinal) this.#usage = reportedOf(usage)
    else this.#begunWith = { ...usage, outputTokens: 0 }
  }

  #keep(event: AnswerEvent): void {
    const text = 'text' in event ? event.text : event.type === 'tool_call' ? event.name : ''
    this.#chars += text.length
    if (this.#keptChars + text.length > keptCharsMax) return
    this.#kept.push(text)
    this.#keptChars += text.length
  }

  /** Formats that end with a usage get our own count where the provider gave none. */
  #finished(): string {
    if (this.#isFinished) return ''
    this.#isFinished = true
    const own = this.#usage === null ? this.#writer.write(this.#estimated()) : ''
    return own + this.#writer.write({ type: 'end' })
  }

  #estimated(): AnswerEvent {
    const { text, scale } = this.written()
    const usage: UsageCounts = {
      freshInputTokens: 0,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      ...this.#begunWith,
      outputTokens: Math.ceil(countTokensNow(text) * scale),
      reasoningTokens: null,
    }
    return { type: 'usage', usage, isFinal: false }
  }
}

function bytesOf(text: string): Uint8Array | null {
  return text === '' ? null : Buffer.from(text)
}
