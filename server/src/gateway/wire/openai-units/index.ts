/**
 * OpenAI's images, audio and moderations, and rerankers as Cohere and Jina made them: they pass by as
 * they are, and only what they used is read. Audio is bytes that no reader understands; it is streamed
 * on, and where it breaks off the connection is broken off as well.
 */
import type { JsonBody } from '../../admission/json-body.ts'
import { errorBody, errorEvent } from '../../call/failure.ts'
import type { AnswerPath } from '../answer-path.ts'
import type { PassingWire } from '../dialect.ts'
import { type AnswerStream, EventStream } from '../event-stream.ts'
import { parsedObject, type WholeAnswer } from '../whole-answer.ts'
import { UnitScanner } from './scanner.ts'
import { contentTypes, isWrittenForm, type WrittenForm, writtenTranscript } from './transcript.ts'
import { usageIn } from './usage.ts'

export const openaiUnits: PassingWire = {
  scanner: () => new UnitScanner(),
  readWhole,
  errorBody,
  errorEvent,
}

function readWhole(body: Buffer): WholeAnswer | null {
  const value = parsedObject(body)
  return value && { usage: usageIn(value), written: '' }
}

/**
 * The way of an answer that is more than JSON: audio, or a transcript in the form that was asked for.
 * @param route what the client asked for, by the name of its meter
 */
export function unitPath(route: string, { value }: JsonBody): AnswerPath {
  const openStream = () => new EventStream(new UnitScanner())
  const common = { openStream, readWhole, errorEvent }
  if (route === 'speech') {
    return { ...common, openBytes }
  }
  const form = value.response_format
  const isTranscript = route === 'transcriptions' || route === 'translations'
  if (!isTranscript || !isWrittenForm(form)) return common
  return { ...common, readWhole: (body) => readTranscript(body, form) }
}

/** Whatever a provider calls it, a browser is never told that it is a page. */
function openBytes(contentType: string): AnswerStream | null {
  if (contentType.startsWith('application/json')) return null
  return new ByteStream(/^audio\/[\w.+-]+/.exec(contentType)?.[0] ?? 'application/octet-stream')
}

function readTranscript(body: Buffer, form: WrittenForm): WholeAnswer | null {
  const value = parsedObject(body)
  const written = value && writtenTranscript(value, form)
  if (!value || written === null) return null
  return { usage: usageIn(value), written: '', body: written, contentType: contentTypes[form] }
}

/** Whatever comes, as it comes; complete when the provider says so by ending it. */
class ByteStream implements AnswerStream {
  readonly contentType: string
  readonly usage = null
  readonly begunWith = null
  readonly isDone = true
  #hasBegun = false

  constructor(contentType: string) {
    this.contentType = contentType
  }

  push(chunk: Buffer) {
    this.#hasBegun = true
    return { bytes: chunk, error: null }
  }

  /** An empty answer is one, too. */
  finish(): Uint8Array | null {
    return this.#hasBegun ? null : new Uint8Array()
  }

  written() {
    return { text: '', scale: 1 }
  }
}
