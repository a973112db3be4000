/**
 * Reads a stream of server-sent events in OpenAI's format while its bytes pass by. Only complete events
 * go on, in the blocks in which they came; a block is looked at event by event only where a search
 * through its bytes finds something that matters: a usage, an error, or the end. Quotes inside of JSON
 * strings are escaped, so what is found is a key and never something that a model wrote.
 */
import { isObject, type JsonObject } from '../admission/json-body.ts'
import { writtenText } from './estimate.ts'
import { type ReportedUsage, readUsage } from './usage.ts'

/** An event larger than this is no event. */
export const eventBytesMax = 4 * 1024 * 1024
/** How much of a stream is kept for an estimate; the rest is taken in proportion. */
const keptBytesMax = 512 * 1024

const usageKey = Buffer.from('"usage"')
const errorKey = Buffer.from('"error"')
const doneMark = Buffer.from('[DONE]')
const openBrace = 0x7b
const colon = 0x3a
const space = 0x20

export interface StreamOptions {
  /** The client asked for the usage chunk itself; else it is taken out. */
  readonly keepUsage: boolean
}

/** What a block gave: the bytes to pass on, and the error event that ends the stream, if one came. */
export interface Passed {
  readonly bytes: Uint8Array | null
  readonly error: JsonObject | null
}

export class EventStream {
  readonly #options: StreamOptions
  #pending: Buffer | null = null
  #kept: Buffer[] = []
  #keptBytes = 0
  #bytes = 0
  #isDone = false
  #usage: ReportedUsage | null = null

  constructor(options: StreamOptions) {
    this.#options = options
  }

  /** Whether the stream said that it is complete. */
  get isDone(): boolean {
    return this.#isDone
  }

  get usage(): ReportedUsage | null {
    return this.#usage
  }

  /** @returns what may be passed on now; null where an event grows beyond all measure */
  push(chunk: Buffer): Passed | null {
    const all = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk])
    const end = endOfLastEvent(all)
    if (all.length - end > eventBytesMax) return null
    this.#pending = end < all.length ? all.subarray(end) : null
    if (end === 0) return { bytes: null, error: null }
    const block = all.subarray(0, end)
    this.#keep(block)
    if (!mattersAtAll(block)) return { bytes: block, error: null }
    return this.#readEvents(block)
  }

  /** What the model wrote as far as it was kept, and by how much to scale what is counted in it. */
  written(): { readonly text: string; readonly scale: number } {
    const events = eventsIn(Buffer.concat(this.#kept))
    const text = events.map((event) => textOf(dataOf(event))).join('')
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
      const data = dataOf(event)
      if (data === '[DONE]') this.#isDone = true
      const value = parsed(data)
      if (value && isObject(value.error)) return { bytes: joined(passed), error: value.error }
      const usage = value ? readUsage(value.usage) : null
      if (usage !== null) this.#usage = usage
      const isOnlyUsage =
        usage !== null && Array.isArray(value?.choices) && value.choices.length === 0
      if (!isOnlyUsage || this.#options.keepUsage) passed.push(event)
    }
    return { bytes: joined(passed), error: null }
  }
}

function joined(events: readonly Buffer[]): Uint8Array | null {
  return events.length === 0 ? null : Buffer.concat(events)
}

/** @returns the position after the last blank line, 0 where there is none */
function endOfLastEvent(bytes: Buffer): number {
  const lf = bytes.lastIndexOf('\n\n')
  const crlf = bytes.lastIndexOf('\r\n\r\n')
  return Math.max(lf < 0 ? 0 : lf + 2, crlf < 0 ? 0 : crlf + 4)
}

function mattersAtAll(block: Buffer): boolean {
  return block.includes(errorKey) || block.includes(doneMark) || hasUsageObject(block)
}

/** `"usage":{`, with or without blanks; `"usage":null` stands in every chunk of some providers. */
function hasUsageObject(block: Buffer): boolean {
  for (let at = block.indexOf(usageKey); at >= 0; at = block.indexOf(usageKey, at + 1)) {
    let next = at + usageKey.length
    while (block[next] === colon || block[next] === space) next++
    if (block[next] === openBrace) return true
  }
  return false
}

/** The events of a block, each with the blank line that ends it. */
function eventsIn(block: Buffer): Buffer[] {
  const events: Buffer[] = []
  let from = 0
  while (from < block.length) {
    const lf = block.indexOf('\n\n', from)
    const crlf = block.indexOf('\r\n\r\n', from)
    const isCrlf = crlf >= 0 && (lf < 0 || crlf < lf)
    const end = isCrlf ? crlf + 4 : lf < 0 ? block.length : lf + 2
    events.push(block.subarray(from, end))
    from = end
  }
  return events
}

/** The data of an event: its `data:` lines, put together. */
function dataOf(event: Buffer): string {
  const lines = event.toString('utf8').split(/\r?\n/)
  return lines
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line[5] === ' ' ? 6 : 5))
    .join('\n')
}

function parsed(data: string): JsonObject | null {
  if (!data.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(data)
    return isObject(value) ? value : null
  } catch {
    // A malformed chunk passes by as it came: it is the client's to judge, and no error event.
    return null
  }
}

function textOf(data: string): string {
  const choices = parsed(data)?.choices
  if (!Array.isArray(choices)) return ''
  return choices.map((choice) => (isObject(choice) ? writtenText(choice.delta) : '')).join('')
}
