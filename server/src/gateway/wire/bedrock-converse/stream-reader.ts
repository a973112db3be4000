/**
 * A stream of Bedrock's Converse, as events. Its end is `metadata`, which has the usage: `messageStop` alone
 * leaves open what the answer cost. What goes wrong on the way is a frame of its own kind, and is told as
 * the failure that the same error has as an HTTP status.
 */
import { failureOfStatus, type UpstreamFailure } from '@commonhold/core'
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { AnswerEvent, AnswerReader } from '../answer.ts'
import { objectIn } from '../server-sent-events.ts'
import { stopOf, stopSequenceIn } from './answer.ts'
import { type Frame, FrameSplitter } from './frames.ts'
import { countsIn, isReport } from './usage.ts'

/** By Amazon's reference of ConverseStream; what it does not list is an error of the provider's. */
const statuses: Readonly<Record<string, number>> = {
  throttlingexception: 429,
  modelnotreadyexception: 429,
  validationexception: 400,
  accessdeniedexception: 403,
  resourcenotfoundexception: 404,
  modeltimeoutexception: 408,
  serviceunavailableexception: 503,
  internalserverexception: 500,
  modelstreamerrorexception: 424,
  modelerrorexception: 424,
}

export function failureOfException(type: string): UpstreamFailure {
  return failureOfStatus(statuses[type.toLowerCase()] ?? 500) ?? 'internal_error'
}

export class ConverseStreamReader implements AnswerReader {
  readonly #splitter = new FrameSplitter()
  /** Which call a block is, and whether it has had arguments. */
  readonly #calls = new Map<unknown, { readonly index: number; hasArguments: boolean }>()
  #isOver = false

  push(chunk: Buffer): AnswerEvent[] {
    if (this.#isOver) return []
    return this.#splitter
      .push(chunk)
      .flatMap((frame) => (frame === null ? [{ type: 'malformed' }] : this.#read(frame)))
  }

  #read({ messageType, type, errorMessage, payload }: Frame): AnswerEvent[] {
    const value = objectIn(payload) ?? {}
    if (messageType !== 'event') {
      const message = errorMessage ?? value.message ?? value.Message ?? value.originalMessage
      return [{ type: 'error', error: { message }, failure: failureOfException(type) }]
    }
    switch (type) {
      case 'messageStart':
        return [{ type: 'start', id: null, model: null }]
      case 'contentBlockStart':
        return this.#startBlock(value)
      case 'contentBlockDelta':
        return this.#delta(value)
      case 'contentBlockStop':
        return this.#stopBlock(value)
      case 'messageStop': {
        const stop = stopOf(value.stopReason)
        return [{ type: 'stop', choice: 0, stop, stopSequence: stopSequenceIn(value) }]
      }
      case 'metadata':
        return this.#end(value)
      default:
        // Kinds of events that are yet to come.
        return []
    }
  }

  #startBlock({ contentBlockIndex, start }: JsonObject): AnswerEvent[] {
    const tool = isObject(start) ? start.toolUse : null
    if (!isObject(tool)) return []
    const index = this.#calls.size
    this.#calls.set(contentBlockIndex, { index, hasArguments: false })
    const id = String(tool.toolUseId ?? '')
    return [{ type: 'tool_call', choice: 0, index, id, name: String(tool.name ?? '') }]
  }

  #delta({ contentBlockIndex, delta }: JsonObject): AnswerEvent[] {
    if (!isObject(delta)) return []
    const { text, toolUse, reasoningContent } = delta
    if (typeof text === 'string') return text === '' ? [] : [{ type: 'text', choice: 0, text }]
    if (isObject(reasoningContent)) return reasoningEvents(reasoningContent)
    const call = this.#calls.get(contentBlockIndex)
    const json = isObject(toolUse) ? toolUse.input : null
    if (!call || typeof json !== 'string' || json === '') return []
    call.hasArguments = true
    return [{ type: 'tool_arguments', choice: 0, index: call.index, text: json }]
  }

  /** A tool without parameters has no delta at all; elsewhere its arguments are an empty object. */
  #stopBlock({ contentBlockIndex }: JsonObject): AnswerEvent[] {
    const call = this.#calls.get(contentBlockIndex)
    if (!call || call.hasArguments) return []
    return [{ type: 'tool_arguments', choice: 0, index: call.index, text: '{}' }]
  }

  #end({ usage }: JsonObject): AnswerEvent[] {
    this.#isOver = true
    if (!isReport(usage)) return [{ type: 'end' }]
    const counts = countsIn(usage)
    return [
      counts ? { type: 'usage', usage: counts, isFinal: true } : { type: 'usage_unreadable' },
      { type: 'end' },
    ]
  }
}

function reasoningEvents({ text, signature, redactedContent }: JsonObject): AnswerEvent[] {
  if (typeof text === 'string') return [{ type: 'reasoning', choice: 0, text }]
  if (typeof signature === 'string') return [{ type: 'signature', choice: 0, signature }]
  if (typeof redactedContent !== 'string') return []
  return [{ type: 'hidden_reasoning', choice: 0, data: redactedContent }]
}
