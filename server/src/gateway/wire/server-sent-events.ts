/** Server-sent events as bytes: where they end, what their data is. Lines end in LF or in CRLF. */
import { isObject, type JsonObject } from '../admission/json-body.ts'

/** An event larger than this is no event. */
export const eventBytesMax = 4 * 1024 * 1024

const lineFeed = 0x0a

/** @returns the position after the last blank line, 0 where there is none */
export function endOfLastEvent(bytes: Buffer): number {
  // Most chunks are whole events: that is seen without a search.
  if (bytes.at(-1) === lineFeed && bytes.at(-2) === lineFeed) return bytes.length
  const lf = bytes.lastIndexOf('\n\n')
  const crlf = bytes.lastIndexOf('\r\n\r\n')
  return Math.max(lf < 0 ? 0 : lf + 2, crlf < 0 ? 0 : crlf + 4)
}

/** The events of a block, each with the blank line that ends it. */
export function eventsIn(block: Buffer): Buffer[] {
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
export function dataOf(event: Buffer): string {
  const lines = event.toString('utf8').split(/\r?\n/)
  return lines
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line[5] === ' ' ? 6 : 5))
    .join('\n')
}

/** The data as an object, or null where it is none. */
export function objectIn(data: string): JsonObject | null {
  if (!data.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(data)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** Puts chunks together until they are whole events. */
export class EventSplitter {
  #pending: Buffer | null = null

  /** @returns the data of each event that is complete now; null where one grows beyond measure */
  push(chunk: Buffer): string[] | null {
    const all = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk])
    const end = endOfLastEvent(all)
    if (all.length - end > eventBytesMax) return null
    this.#pending = end < all.length ? all.subarray(end) : null
    return end === 0 ? [] : eventsIn(all.subarray(0, end)).map(dataOf)
  }
}
