/** Reads what matters of an answer that came in one piece: whether it is whole, and its usage. */
import { isObject } from '../admission/json-body.ts'
import { writtenText } from './estimate.ts'
import { type ReportedUsage, readUsage } from './usage.ts'

/** Above this, embeddings and the like: only the end is read, where usage stands. */
const parsedBytesMax = 256 * 1024
const tailBytes = 4 * 1024

export interface WholeAnswer {
  readonly usage: ReportedUsage | null
  /** What the model wrote, for an estimate; empty where usage is known. */
  readonly written: string
}

/** @returns null where it is not JSON to its end */
export function readWholeAnswer(body: Buffer): WholeAnswer | null {
  if (body.length > parsedBytesMax) {
    const fromTail = readTail(body)
    if (fromTail) return fromTail
  }
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
  if (!isObject(value)) return null
  const usage = readUsage(value.usage)
  const choices = Array.isArray(value.choices) ? value.choices : []
  const texts = choices.map((choice) => (isObject(choice) ? writtenText(choice.message) : ''))
  return { usage, written: usage === null ? texts.join('') : '' }
}

/** `… ,"usage":{…}}` at the very end, maybe with other small fields around. */
function readTail(body: Buffer): WholeAnswer | null {
  const tail = body.subarray(-tailBytes).toString('latin1')
  const at = tail.lastIndexOf('"usage"')
  if (at < 0 || !tail.trimEnd().endsWith('}')) return null
  const from = tail.indexOf('{', at)
  for (let end = tail.indexOf('}', from); end >= 0; end = tail.indexOf('}', end + 1)) {
    try {
      const usage = readUsage(JSON.parse(tail.slice(from, end + 1)))
      return usage && { usage, written: '' }
    } catch {
      // The object goes on: try its next brace.
    }
  }
  return null
}
