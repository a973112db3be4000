/** A stream of Anthropic's messages, as events. */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { AnswerEvent, AnswerReader } from '../answer.ts'
import { EventSplitter, objectIn } from '../server-sent-events.ts'
import { stopOf, textOr } from './answer.ts'
import { countsIn, isReport } from './usage.ts'

export class MessagesStreamReader implements AnswerReader {
  readonly #splitter = new EventSplitter()
  /** Which call a block is, and whether it has had arguments. */
  readonly #calls = new Map<unknown, { readonly index: number; hasArguments: boolean }>()
  #begun: JsonObject = {}

  push(chunk: Buffer): AnswerEvent[] | null {
    const datas = this.#splitter.push(chunk)
    return datas === null ? null : datas.flatMap((data) => this.#read(data))
  }

  #read(data: string): AnswerEvent[] {
    if (data === '') return []
    const value = objectIn(data)
    if (value === null) return [{ type: 'malformed' }]
    switch (value.type) {
      case 'message_start':
        return this.#start(value.message)
      case 'content_block_start':
        return this.#startBlock(value.index, value.content_block)
      case 'content_block_delta':
        return this.#delta(value.index, value.delta)
      case 'content_block_stop':
        return this.#stopBlock(value.index)
      case 'message_delta':
        return this.#end(value)
      case 'message_stop':
        return [{ type: 'end' }]
      case 'error':
        return [{ type: 'error', error: value.error }]
      default:
        // Pings, and kinds of events that are yet to come: the format asks to skip them.
        return []
    }
  }

  #start(message: unknown): AnswerEvent[] {
    const of = isObject(message) ? message : {}
    const start: AnswerEvent = { type: 'start', id: textOr(of.id), model: textOr(of.model) }
    if (!isReport(of.usage)) return [start]
    this.#begun = of.usage
    const usage = countsIn(of.usage)
    return usage === null ? [start] : [start, { type: 'usage', usage, isFinal: false }]
  }

  #startBlock(block: unknown, content: unknown): AnswerEvent[] {
    if (!isObject(content)) return []
    const { type, id, name, input, data, text } = content
    if (type === 'redacted_thinking') {
      return [{ type: 'hidden_reasoning', choice: 0, data: String(data ?? '') }]
    }
    if (type === 'text' && typeof text === 'string' && text !== '') {
      return [{ type: 'text', choice: 0, text }]
    }
    if (type !== 'tool_use') return []
    const index = this.#calls.size
    const isWhole = isObject(input) && Object.keys(input).length > 0
    this.#calls.set(block, { index, hasArguments: isWhole })
    const call: AnswerEvent = {
      type: 'tool_call',
      choice: 0,
      index,
      id: String(id ?? ''),
      name: String(name ?? ''),
    }
    if (!isWhole) return [call]
    return [call, { type: 'tool_arguments', choice: 0, index, text: JSON.stringify(input) }]
  }

  #delta(block: unknown, delta: unknown): AnswerEvent[] {
    if (!isObject(delta)) return []
    const { type, text, thinking, signature, partial_json: json } = delta
    if (type === 'text_delta') return [{ type: 'text', choice: 0, text: String(text ?? '') }]
    if (type === 'thinking_delta') {
      return [{ type: 'reasoning', choice: 0, text: String(thinking ?? '') }]
    }
    if (type === 'signature_delta') {
      return [{ type: 'signature', choice: 0, signature: String(signature ?? '') }]
    }
    const call = this.#calls.get(block)
    if (type !== 'input_json_delta' || !call || typeof json !== 'string' || json === '') return []
    call.hasArguments = true
    return [{ type: 'tool_arguments', choice: 0, index: call.index, text: json }]
  }

  /** A tool without parameters has no delta at all; elsewhere its arguments are an empty object. */
  #stopBlock(block: unknown): AnswerEvent[] {
    const call = this.#calls.get(block)
    if (!call || call.hasArguments) return []
    return [{ type: 'tool_arguments', choice: 0, index: call.index, text: '{}' }]
  }

  #end({ delta, usage }: JsonObject): AnswerEvent[] {
    const events: AnswerEvent[] = []
    if (isObject(delta) && typeof delta.stop_reason === 'string') {
      const stopSequence = textOr(delta.stop_sequence)
      events.push({ type: 'stop', choice: 0, stop: stopOf(delta.stop_reason), stopSequence })
    }
    if (!isReport(usage)) return events
    const counts = countsIn(usage, this.#begun)
    events.push(
      counts ? { type: 'usage', usage: counts, isFinal: true } : { type: 'usage_unreadable' },
    )
    return events
  }
}
