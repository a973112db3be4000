/**
 * A stream of Gemini, as events. Every chunk has the form of a whole answer and a usage so far; there is
 * no mark of the end but the reason for it in the last chunk of every candidate.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { AnswerEvent, AnswerReader } from '../answer.ts'
import { EventSplitter, objectIn } from '../server-sent-events.ts'
import { callId, isBlocked, partsOf, readPart, stopOf, textOr } from './answer.ts'
import { countsIn, isReport } from './usage.ts'

export class GeminiStreamReader implements AnswerReader {
  readonly #splitter = new EventSplitter()
  /** How many calls each candidate has made. */
  readonly #calls = new Map<number, number>()
  /** The candidates that are still being written. */
  readonly #open = new Set<number>()
  #hasStarted = false
  #hasStopped = false

  push(chunk: Buffer): AnswerEvent[] | null {
    const datas = this.#splitter.push(chunk)
    return datas === null ? null : datas.flatMap((data) => this.#read(data))
  }

  #read(data: string): AnswerEvent[] {
    if (data === '') return []
    const value = objectIn(data)
    if (value === null) return [{ type: 'malformed' }]
    if (isObject(value.error)) return [{ type: 'error', error: value.error }]
    const id = textOr(value.responseId)
    const events: AnswerEvent[] = []
    if (!this.#hasStarted) {
      this.#hasStarted = true
      events.push({ type: 'start', id, model: textOr(value.modelVersion) })
    }
    for (const candidate of Array.isArray(value.candidates) ? value.candidates : []) {
      if (isObject(candidate)) events.push(...this.#readCandidate(candidate, id))
    }
    if (isBlocked(value)) {
      this.#hasStopped = true
      events.push({ type: 'stop', choice: 0, stop: 'refused', stopSequence: null })
    }
    const isOver = this.#hasStopped && this.#open.size === 0
    if (isReport(value.usageMetadata)) events.push(usageEvent(value.usageMetadata, isOver))
    if (isOver) events.push({ type: 'end' })
    return events
  }

  #readCandidate(candidate: JsonObject, id: string | null): AnswerEvent[] {
    const choice = typeof candidate.index === 'number' ? candidate.index : 0
    this.#open.add(choice)
    const events: AnswerEvent[] = []
    for (const json of partsOf(candidate)) {
      const index = this.#calls.get(choice) ?? 0
      for (const part of readPart(json, callId(id, choice * 1_000 + index))) {
        if (part.type === 'text' || part.type === 'reasoning') {
          events.push({ type: part.type, choice, text: part.text })
        }
        if (part.type !== 'tool_call') continue
        const { arguments: text, ...call } = part
        this.#calls.set(choice, index + 1)
        events.push({ ...call, choice, index })
        events.push({ type: 'tool_arguments', choice, index, text })
      }
    }
    if (typeof candidate.finishReason !== 'string') return events
    this.#open.delete(choice)
    this.#hasStopped = true
    const stop = stopOf(candidate.finishReason, this.#calls.has(choice))
    events.push({ type: 'stop', choice, stop, stopSequence: null })
    return events
  }
}

/** What is told before the end is told again, larger. */
function usageEvent(metadata: JsonObject, isFinal: boolean): AnswerEvent {
  const usage = countsIn(metadata)
  if (usage === null) return { type: 'usage_unreadable' }
  return { type: 'usage', usage, isFinal }
}
