/** A stream of OpenAI's chat format, as events. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { AnswerEvent, AnswerReader } from '../answer.ts'
import { EventSplitter, objectIn } from '../server-sent-events.ts'
import { stopOf, textOr } from './answer.ts'
import { countsIn, isReport } from './usage.ts'
import { piecesIn } from './written-content.ts'

export class ChatStreamReader implements AnswerReader {
  readonly #splitter = new EventSplitter()
  /** The calls that have begun, by choice and by the provider's index, as our own index. */
  readonly #calls = new Map<string, number>()
  #hasStarted = false

  push(chunk: Buffer): AnswerEvent[] | null {
    const datas = this.#splitter.push(chunk)
    return datas === null ? null : datas.flatMap((data) => this.#read(data))
  }

  #read(data: string): AnswerEvent[] {
    if (data === '') return []
    if (data === '[DONE]') return [{ type: 'end' }]
    const value = objectIn(data)
    if (value === null) return [{ type: 'malformed' }]
    if (isObject(value.error)) return [{ type: 'error', error: value.error }]
    const events: AnswerEvent[] = []
    if (!this.#hasStarted) {
      this.#hasStarted = true
      events.push({ type: 'start', id: textOr(value.id), model: textOr(value.model) })
    }
    for (const choice of Array.isArray(value.choices) ? value.choices : []) {
      if (isObject(choice)) events.push(...this.#readChoice(choice))
    }
    if (isReport(value.usage)) {
      const usage = countsIn(value.usage)
      events.push(usage ? { type: 'usage', usage, isFinal: true } : { type: 'usage_unreadable' })
    }
    return events
  }

  #readChoice({ index, delta, finish_reason }: JsonObject): AnswerEvent[] {
    const choice = typeof index === 'number' ? index : 0
    const of = isObject(delta) ? delta : {}
    const events: AnswerEvent[] = []
    const add = (type: 'text' | 'reasoning' | 'refusal', value: unknown) => {
      if (typeof value === 'string' && value !== '') events.push({ type, choice, text: value })
    }
    add('reasoning', of.reasoning_content ?? of.reasoning)
    for (const { type, text } of piecesIn(of.content)) add(type, text)
    add('refusal', of.refusal)
    for (const call of Array.isArray(of.tool_calls) ? of.tool_calls : []) {
      if (isObject(call)) events.push(...this.#readCall(choice, call))
    }
    if (finish_reason !== null && finish_reason !== undefined) {
      const hasCalls = [...this.#calls.keys()].some((key) => key.startsWith(`${choice}:`))
      const stop = stopOf(finish_reason)
      events.push({
        type: 'stop',
        choice,
        stop: hasCalls && stop === 'end' ? 'tool_calls' : stop,
        stopSequence: null,
      })
    }
    return events
  }

  /** Only the first delta of a call has its id and name. Without an index, an id begins a call. */
  #readCall(choice: number, { index, id, function: of }: JsonObject): AnswerEvent[] {
    const { name, arguments: text } = isObject(of) ? of : {}
    const key = `${choice}:${typeof index === 'number' ? index : (id ?? 'last')}`
    const events: AnswerEvent[] = []
    let at = this.#calls.get(key)
    if (at === undefined) {
      at = [...this.#calls.keys()].filter((one) => one.startsWith(`${choice}:`)).length
      this.#calls.set(key, at)
      const made = typeof id === 'string' && id !== '' ? id : `call_${choice}_${at}`
      events.push({ type: 'tool_call', choice, index: at, id: made, name: textOr(name) ?? '' })
    }
    if (typeof text === 'string' && text !== '') {
      events.push({ type: 'tool_arguments', choice, index: at, text })
    }
    return events
  }
}
