/**
 * A request's JSON body as bytes that may be edited in place: the top level is scanned once for where
 * each field's value stands, so that a model's name can be replaced and everything else passes
 * through as it was typed (large numbers, unknown fields, order).
 *
 * A field given twice is refused: parsers differ in which one counts, and a limit that we check in one
 * while the provider obeys the other would be none.
 */
import { Failure } from '../call/failure.ts'
import type { Form } from './form-body.ts'

export type JsonObject = { readonly [key: string]: unknown }

export interface JsonBody {
  /** Where it is a multipart form: then the value has its fields, and there is no text to edit. */
  readonly form?: Form
  readonly text: string
  readonly value: JsonObject
  /** Where the value of each field of the top level begins and ends in `text`. */
  readonly spans: ReadonlyMap<string, readonly [from: number, to: number]>
}

const depthMax = 200

/** @throws Failure invalid_request with a sentence that says what is wrong */
export function parseJsonBody(bytes: Buffer): JsonBody {
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('The body is not JSON.')
  }
  if (!isObject(value)) throw invalid('The body must be a JSON object.')
  return { text, value, spans: topLevelSpans(text) }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): Failure {
  return new Failure('invalid_request', message)
}

/** @param text JSON that has been parsed without an error, with an object at the top */
function topLevelSpans(text: string): Map<string, [number, number]> {
  const spans = new Map<string, [number, number]>()
  let depth = 0
  let key: string | null = null
  let keyFrom = -1
  let from = -1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      const end = endOfString(text, at)
      if (depth === 1 && key === null) keyFrom = at
      if (depth === 1 && key === null) key = JSON.parse(text.slice(keyFrom, end)) as string
      at = end - 1
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > depthMax) throw invalid(`The body is nested more than ${depthMax} deep.`)
    } else if (code === 0x7d || code === 0x5d || code === 0x2c) {
      if (depth === 1 && key !== null) {
        if (spans.has(key)) throw invalid(`The field '${key}' is given twice.`)
        spans.set(key, [from, trimmedEnd(text, at)])
        key = null
      }
      if (code !== 0x2c) depth--
    } else if (code === 0x3a && depth === 1) {
      from = firstAfterBlanks(text, at + 1)
    }
  }
  return spans
}

/** @returns the position after the closing quote */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const quote = text.indexOf('"', at)
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return quote + 1
    at = quote
  }
}

function firstAfterBlanks(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

function trimmedEnd(text: string, end: number): number {
  let at = end
  while (text.charCodeAt(at - 1) <= 0x20) at--
  return at
}

/**
 * @param edits JSON texts by field: they replace its value, or are added to the end; null takes the field
 *   away
 * @returns the body's text with the edits in it
 */
export function editedBody(
  { text, spans }: JsonBody,
  edits: ReadonlyMap<string, string | null>,
): string {
  const inPlace = [...edits].flatMap(([key, json]) => {
    const span = spans.get(key)
    if (span === undefined) return []
    if (json === null) return [{ ...wholeField(text, span), json: '' }]
    return [{ from: span[0], to: span[1], json }]
  })
  inPlace.sort((a, b) => a.from - b.from)
  let edited = ''
  let at = 0
  for (const { from, to, json } of inPlace) {
    edited += text.slice(at, from) + json
    at = to
  }
  const added = [...edits].filter(([key, json]) => json !== null && !spans.has(key))
  if (added.length === 0) return edited + text.slice(at)
  const close = text.lastIndexOf('}')
  const fields = added.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')
  const isEmpty = inPlace.filter(({ json }) => json === '').length === spans.size
  return `${edited}${text.slice(at, close)}${isEmpty ? '' : ','}${fields}}`
}

/** Where a field stands with its name and the comma behind it, or the one before it if it is the last. */
function wholeField(text: string, [valueFrom, valueTo]: readonly [number, number]) {
  const closing = text.lastIndexOf('"', text.lastIndexOf(':', valueFrom - 1))
  const from = text.lastIndexOf('"', closing - 1)
  const next = firstAfterBlanks(text, valueTo)
  if (text[next] === ',') return { from, to: next + 1 }
  const before = trimmedEnd(text, from) - 1
  return { from: text[before] === ',' ? before : from, to: valueTo }
}
