/**
 * Events as a stream of Anthropic's messages. Here one block follows another, so of tools that are
 * called at the same time the first is written through and the others wait until it is whole.
 */
import type { JsonObject } from '../../admission/json-body.ts'
import type { AnswerEvent, AnswerWriter, StopReason, UsageCounts } from '../answer.ts'
import type { AnswerContext } from '../dialect.ts'
import { stopReasonOf } from './answer.ts'
import { inputOf } from './content-writer.ts'
import { writeUsage } from './usage.ts'

type ToolCall = Extract<AnswerEvent, { type: 'tool_call' }>

interface Call {
  readonly opening: ToolCall
  written: string
  waiting: string
}

const noUsage: UsageCounts = {
  freshInputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: null,
}

export class MessagesStreamWriter implements AnswerWriter {
  readonly #context: AnswerContext
  readonly #calls = new Map<number, Call>()
  #hasStarted = false
  #blocks = 0
  /** What the open block is: of a call, its index. */
  #open: 'text' | 'thinking' | number | null = null
  #stop: StopReason = 'end'
  #stopSequence: string | null = null
  #usage: UsageCounts = noUsage

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(event: AnswerEvent): string {
    if (event.type === 'start') return this.#start(event.id, event.model)
    return (this.#hasStarted ? '' : this.#start(null, null)) + this.#next(event)
  }

  #next(event: AnswerEvent): string {
    switch (event.type) {
      case 'text':
      case 'refusal':
        return this.#into('text') + this.#delta({ type: 'text_delta', text: event.text })
      case 'reasoning':
        return (
          this.#into('thinking') + this.#delta({ type: 'thinking_delta', thinking: event.text })
        )
      case 'signature': {
        const delta = { type: 'signature_delta', signature: event.signature }
        return this.#into('thinking') + this.#delta(delta) + this.#close()
      }
      case 'hidden_reasoning':
        return this.#close() + this.#block({ type: 'redacted_thinking', data: event.data })
      case 'tool_call':
        this.#calls.set(event.index, { opening: event, written: '', waiting: '' })
        return this.#goOn()
      case 'tool_arguments': {
        const call = this.#calls.get(event.index)
        if (call) call.waiting += event.text
        return this.#goOn()
      }
      case 'stop':
        this.#stop = event.stop
        this.#stopSequence = event.stopSequence
        return ''
      case 'usage':
        this.#usage = event.usage
        return ''
      case 'end':
        return this.#end()
      default:
        return ''
    }
  }

  #start(id: string | null, model: string | null): string {
    if (this.#hasStarted) return ''
    this.#hasStarted = true
    const message = {
      id: id ?? this.#context.requestId,
      type: 'message',
      role: 'assistant',
      model: model ?? this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeUsage(this.#usage),
    }
    return event('message_start', { message })
  }

  /** Writes what may be written of the calls, in their order. */
  #goOn(isLast = false): string {
    let text = ''
    for (const [index, call] of this.#calls) {
      if (this.#open !== index) {
        if (typeof this.#open === 'number') break
        text += this.#close() + this.#begin(index, blockOf(call.opening))
      }
      if (call.waiting !== '') {
        text += this.#delta({ type: 'input_json_delta', partial_json: call.waiting })
        call.written += call.waiting
        call.waiting = ''
      }
      const hasNext = this.#calls.size > 1
      if (!isLast && !(hasNext && isWhole(call.written))) break
      text += this.#close()
      this.#calls.delete(index)
    }
    return text
  }

  /** Sees to it that a block of this kind is open. */
  #into(kind: 'text' | 'thinking'): string {
    if (this.#open === kind) return ''
    const block =
      kind === 'text'
        ? { type: 'text', text: '' }
        : { type: 'thinking', thinking: '', signature: '' }
    return this.#goOn(true) + this.#close() + this.#begin(kind, block)
  }

  #begin(kind: 'text' | 'thinking' | number, content_block: JsonObject): string {
    this.#open = kind
    return event('content_block_start', { index: this.#blocks, content_block })
  }

  #delta(delta: JsonObject): string {
    return event('content_block_delta', { index: this.#blocks, delta })
  }

  #close(): string {
    if (this.#open === null) return ''
    this.#open = null
    return event('content_block_stop', { index: this.#blocks++ })
  }

  /** A block that comes all at once. */
  #block(content_block: JsonObject): string {
    const index = this.#blocks++
    const begin = event('content_block_start', { index, content_block })
    return begin + event('content_block_stop', { index })
  }

  #end(): string {
    const delta = { stop_reason: stopReasonOf(this.#stop), stop_sequence: this.#stopSequence }
    const usage = writeUsage(this.#usage)
    return (
      this.#goOn(true) +
      this.#close() +
      event('message_delta', { delta, usage }) +
      event('message_stop', {})
    )
  }
}

function blockOf({ id, name }: ToolCall): JsonObject {
  return { type: 'tool_use', id, name, input: {} }
}

function isWhole(json: string): boolean {
  return json.trimEnd().endsWith('}') && !('INVALID_JSON' in inputOf(json))
}

function event(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}
