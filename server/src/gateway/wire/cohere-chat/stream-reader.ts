/**
 * A stream of Cohere's chat, as events: each is named by its type, and the last one tells the reason for the
 * end and the usage. What was cited stands in events of its own, which no client here has a place for.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { AnswerEvent, AnswerReader } from '../answer.ts'
import { EventSplitter, objectIn } from '../server-sent-events.ts'
import { isBroken, stopOf, textOr } from './answer.ts'
import { countsIn } from './usage.ts'

const choice = 0
const ignored: ReadonlySet<unknown> = new Set([
  'content-start',
  'content-end',
  'tool-call-end',
  'citation-start',
  'citation-end',
  'debug',
])

export class CohereStreamReader implements AnswerReader {
  readonly #splitter = new EventSplitter()

  push(chunk: Buffer): AnswerEvent[] | null {
    const datas = this.#splitter.push(chunk)
    return datas === null ? null : datas.flatMap((data) => this.#read(data))
  }

  #read(data: string): AnswerEvent[] {
    if (data === '' || data === '[DONE]') return []
    const value = objectIn(data)
    if (value === null) return [{ type: 'malformed' }]
    const { type, delta } = value
    if (ignored.has(type)) return []
    const message = isObject(delta) && isObject(delta.message) ? delta.message : {}
    if (type === 'message-start') return [{ type: 'start', id: textOr(value.id), model: null }]
    if (type === 'content-delta') return textEvents(message.content)
    if (type === 'tool-plan-delta') return textEvents({ text: message.tool_plan })
    if (type === 'tool-call-start' || type === 'tool-call-delta') {
      return callEvents(value, message.tool_calls, type === 'tool-call-start')
    }
    if (type === 'message-end') return endEvents(isObject(delta) ? delta : {})
    // An error has no type: {"message": "…"}.
    return type === undefined ? [{ type: 'error', error: value }] : []
  }
}

function textEvents(content: unknown): AnswerEvent[] {
  if (!isObject(content)) return []
  const { text, thinking } = content
  const events: AnswerEvent[] = []
  if (typeof thinking === 'string') events.push({ type: 'reasoning', choice, text: thinking })
  if (typeof text === 'string') events.push({ type: 'text', choice, text })
  return events
}

function callEvents(value: JsonObject, call: unknown, isFirst: boolean): AnswerEvent[] {
  if (!isObject(call)) return [{ type: 'malformed' }]
  const index = typeof value.index === 'number' ? value.index : 0
  const { name, arguments: json } = isObject(call.function) ? call.function : {}
  const events: AnswerEvent[] = []
  if (isFirst) {
    const id = textOr(call.id) ?? ''
    events.push({ type: 'tool_call', choice, index, id, name: textOr(name) ?? '' })
  }
  if (typeof json === 'string' && json !== '') {
    events.push({ type: 'tool_arguments', choice, index, text: json })
  }
  return events
}

function endEvents(delta: JsonObject): AnswerEvent[] {
  const { finish_reason: reason, usage, error } = delta
  const counts = countsIn(usage)
  const events: AnswerEvent[] = []
  if (counts === null) events.push({ type: 'usage_unreadable' })
  else if (counts !== undefined) events.push({ type: 'usage', usage: counts, isFinal: true })
  if (isBroken(reason)) {
    const message = textOr(error) ?? `The model ended with ${reason}.`
    return [...events, { type: 'error', error: { message } }]
  }
  events.unshift({ type: 'stop', choice, stop: stopOf(reason), stopSequence: null })
  return [...events, { type: 'end' }]
}
