/**
 * A multipart body (RFC 7578) that passes by as it came, but for the fields that are changed. It is read
 * more strictly than most servers do: whatever two parsers could understand differently is refused, since
 * a model or a number that we check in one part while the provider obeys another would be no check.
 */
import { Failure } from '../call/failure.ts'
import type { JsonBody } from './json-body.ts'

/** The largest upload: vendors take recordings up to 25 MB. It is held in memory while it is sent. */
export const uploadBytesMax = 32 * 1024 * 1024
const partsMax = 100
const headBytesMax = 4 * 1024
const textBytesMax = 256 * 1024

export interface FormPart {
  readonly name: string
  readonly isFile: boolean
  /** Where the part's value stands in the body. */
  readonly from: number
  readonly to: number
}

export interface Form {
  readonly bytes: Buffer
  readonly contentType: string
  readonly boundary: string
  readonly parts: readonly FormPart[]
}

export interface FormBody extends JsonBody {
  readonly form: Form
}

const boundaryFormat =
  /^multipart\/form-data\s*;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))$/i
const dispositionFormat =
  /^form-data; ?name="([\w.[\]-]{1,100})"(?:; ?filename="([^"\r\n]*)")?(?:; ?filename\*=[\w%.'!~+-]*)?$/i

/**
 * @returns the fields by name, as text; of a file, how many bytes it has. `stream` is a boolean, as in JSON
 * @throws Failure invalid_request
 */
export function parseFormBody(bytes: Buffer, contentType: string | null): FormBody {
  const match = boundaryFormat.exec(contentType ?? '')
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw invalid('Send this as multipart/form-data with a boundary.')
  const parts = partsOf(bytes, Buffer.from(`--${boundary}`, 'latin1'))
  const value: Record<string, unknown> = {}
  for (const part of parts) {
    const given = textIn(bytes, part)
    if (part.name.endsWith('[]')) {
      value[part.name] = [...((value[part.name] as unknown[]) ?? []), given]
    } else {
      if (Object.hasOwn(value, part.name)) throw invalid(`The field '${part.name}' is given twice.`)
      value[part.name] = given
    }
  }
  if (value.stream === 'true' || value.stream === 'false') value.stream = value.stream === 'true'
  const form = { bytes, contentType: contentType!, boundary, parts }
  return { text: '', value, spans: new Map(), form }
}

function textIn(bytes: Buffer, { name, isFile, from, to }: FormPart): unknown {
  if (isFile) return { bytes: to - from }
  if (to - from > textBytesMax) throw invalid(`The field '${name}' is too long.`)
  return bytes.toString('utf8', from, to)
}

function partsOf(bytes: Buffer, delimiter: Buffer): FormPart[] {
  const parts: FormPart[] = []
  if (bytes.indexOf(delimiter) !== 0) throw invalid('The body does not begin with its boundary.')
  let at = delimiter.length
  while (bytes.toString('latin1', at, at + 2) !== '--') {
    if (bytes.toString('latin1', at, at + 2) !== '\r\n' || parts.length === partsMax) {
      throw invalid('The multipart body can not be read.')
    }
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    const next = bytes.indexOf(delimiter, at)
    const from = headEnd + 4
    // What looks like a boundary but does not stand on a line of its own is refused as well.
    const isOwnLine = next >= from + 2 && bytes.toString('latin1', next - 2, next) === '\r\n'
    if (headEnd < 0 || headEnd - at > headBytesMax || !isOwnLine) {
      throw invalid('A part of the multipart body can not be read.')
    }
    parts.push({ ...namesIn(bytes.toString('utf8', at + 2, headEnd)), from, to: next - 2 })
    at = next + delimiter.length
  }
  const rest = bytes.toString('latin1', at + 2, at + 6)
  if (bytes.length > at + 4 || (rest !== '' && rest !== '\r\n')) {
    throw invalid('Something follows the end of the multipart body.')
  }
  return parts
}

function namesIn(head: string): Pick<FormPart, 'name' | 'isFile'> {
  let found: Pick<FormPart, 'name' | 'isFile'> | null = null
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    const header = line.slice(0, colon).toLowerCase()
    if (header === 'content-type' || header === 'content-length') continue
    const match =
      header === 'content-disposition' ? dispositionFormat.exec(line.slice(colon + 1).trim()) : null
    if (match === null || found !== null) throw invalid('A part has a header that can not be read.')
    found = { name: match[1]!, isFile: match[2] !== undefined }
  }
  if (found === null) throw invalid('A part of the multipart body has no name.')
  return found
}

function invalid(message: string): Failure {
  return new Failure('invalid_request', message)
}

/** @param edits texts by field: they replace its value, or are added at the end */
export function editedForm(
  { bytes, boundary, parts }: Form,
  edits: ReadonlyMap<string, string>,
): Buffer {
  const pieces: (Buffer | string)[] = []
  let at = 0
  for (const { name, from, to } of parts) {
    const edit = edits.get(name)
    if (edit === undefined) continue
    pieces.push(bytes.subarray(at, from), edit)
    at = to
  }
  const closing = `\r\n--${boundary}--`
  const end = bytes.lastIndexOf(closing)
  pieces.push(bytes.subarray(at, Math.max(at, end)))
  for (const [name, edit] of edits) {
    if (parts.some((part) => part.name === name)) continue
    const isFirst = parts.length === 0 && pieces.length === 1
    const head = `${isFirst ? '' : '\r\n'}--${boundary}\r\n`
    pieces.push(`${head}content-disposition: form-data; name="${name}"\r\n\r\n${edit}`)
  }
  pieces.push(`${closing}\r\n`)
  return Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  )
}
