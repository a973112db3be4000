/** Reads what matters of an answer that came in one piece: whether it is whole, and its usage. */
import { isObject, type JsonObject } from '../admission/json-body.ts'
import type { ReportedUsage } from './usage.ts'

/** Above this, embeddings and the like: only the end is read, where usage stands. */
const parsedBytesMax = 256 * 1024
const tailBytes = 4 * 1024

export interface WholeAnswer {
  readonly usage: ReportedUsage | null
  /** What the model wrote, for an estimate; empty where usage is known. */
  readonly written: string
  /** What the client gets, where that is not what the provider sent. */
  readonly body?: string
  /** Of what the client gets, where that is not JSON. */
  readonly contentType?: string
}

export interface WholeFormat {
  /** The field that holds the usage, at the top. */
  readonly usageField: string
  readUsage(value: unknown): ReportedUsage | null
  writtenIn(value: JsonObject): string
}

/** @returns null where it is not JSON to its end */
export function readWholeAnswer(body: Buffer, format: WholeFormat): WholeAnswer | null {
  if (body.length > parsedBytesMax) {
    const fromTail = readTail(body, format)
    if (fromTail) return fromTail
  }
  const value = parsedObject(body)
  if (value === null) return null
  const usage = format.readUsage(value[format.usageField])
  return { usage, written: usage === null ? format.writtenIn(value) : '' }
}

/** @returns null where it is not a JSON object */
export function parsedObject(body: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** `… ,"usage":{…}}` at the very end, maybe with other small fields around. */
function readTail(body: Buffer, { usageField, readUsage }: WholeFormat): WholeAnswer | null {
  const tail = body.subarray(-tailBytes).toString('latin1')
  const at = tail.lastIndexOf(`"${usageField}"`)
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
