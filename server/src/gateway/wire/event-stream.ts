/**
 * Reads a stream of server-sent events while its bytes pass by. Only complete events go on, in the
 * blocks in which they came; a block is looked at event by event only where a search through its bytes
 * finds something that matters: a usage, an error, or the end. What that is, the format's scanner says.
 */
import type { TokenUsage, UpstreamFailure } from '@commonhold/core'
import type { JsonObject } from '../admission/json-body.ts'
import { dataOf, endOfLastEvent, eventBytesMax, eventsIn } from './server-sent-events.ts'
import type { ReportedUsage } from './usage.ts'

/** How much of a stream is kept for an estimate; the rest is taken in proportion. */
const keptBytesMax = 512 * 1024

/** What a block gave: the bytes to pass on, and the error event that ends the stream, if one came. */
export interface Passed {
  readonly bytes: Uint8Array | null
  readonly error: JsonObject | null
  /** Which failure the error is, where the provider says so. */
  readonly failure?: UpstreamFailure
}

/** A provider's stream on its way to the client: passed by, or translated. */
export interface AnswerStream {
  /** Whether the stream said that it is complete. */
  readonly isDone: boolean
  readonly usage: ReportedUsage | null
  /** What the provider counted at the beginning, where it does: all but the output. */
  readonly begunWith: TokenUsage | null
  /** Of bytes that are no events: a stream of them that breaks can't say so but by breaking off. */
  readonly contentType?: string
  /** @returns what may be passed on now; null where it can't be read any more */
  push(chunk: Buffer): Passed | null
  /** The stream is complete. @returns what the client still has to get */
  finish(): Uint8Array | null
  /** What the model wrote as far as it was kept, and by how much to scale what is counted in it. */
  written(): { readonly text: string; readonly scale: number }
}

/** What one format needs to be scanned for. It lives as long as one stream. */
export interface Scanner {
  readonly isDone: boolean
  readonly usage: ReportedUsage | null
  readonly begunWith: TokenUsage | null
  /** Whether a block may hold something to be read; quick, and wrong only in one direction. */
  matters(block: Buffer): boolean
  /** @returns whether the event goes on to the client, or the error that it is */
  read(data: string): 'pass' | 'drop' | JsonObject
  /** What the model wrote in this event. */
  writtenIn(data: string): string
}

export class EventStream implements AnswerStream {
  readonly #scanner: Scanner
  #pending: Buffer | null = null
  #kept: Buffer[] = []
  #keptBytes = 0
  #bytes = 0

  constructor(scanner: Scanner) {
    this.#scanner = scanner
  }

  get isDone(): boolean {
    return this.#scanner.isDone
  }

  get usage(): ReportedUsage | null {
    return this.#scanner.usage
  }

  get begunWith(): TokenUsage | null {
    return this.#scanner.begunWith
  }

  push(chunk: Buffer): Passed | null {
    const all = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk])
    const end = endOfLastEvent(all)
    if (all.length - end > eventBytesMax) return null
    this.#pending = end < all.length ? all.subarray(end) : null
    if (end === 0) return { bytes: null, error: null }
    const block = all.subarray(0, end)
    this.#keep(block)
    if (!this.#scanner.matters(block)) return { bytes: block, error: null }
    return this.#readEvents(block)
  }

  finish(): null {
    return null
  }

  written(): { readonly text: string; readonly scale: number } {
    const events = eventsIn(Buffer.concat(this.#kept))
    const text = events.map((event) => this.#scanner.writtenIn(dataOf(event))).join('')
    return { text, scale: this.#keptBytes === 0 ? 1 : this.#bytes / this.#keptBytes }
  }

  #keep(block: Buffer): void {
    this.#bytes += block.length
    if (this.#keptBytes + block.length > keptBytesMax) return
    this.#kept.push(block)
    this.#keptBytes += block.length
  }

  #readEvents(block: Buffer): Passed {
    const passed: Buffer[] = []
    for (const event of eventsIn(block)) {
      const seen = this.#scanner.read(dataOf(event))
      if (seen === 'pass') passed.push(event)
      else if (seen !== 'drop') return { bytes: joined(passed), error: seen }
    }
    return { bytes: joined(passed), error: null }
  }
}

function joined(events: readonly Buffer[]): Uint8Array | null {
  return events.length === 0 ? null : Buffer.concat(events)
}
