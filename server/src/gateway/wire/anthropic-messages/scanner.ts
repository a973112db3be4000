/**
 * What a passing stream of Anthropic's format is scanned for. The input is counted when it begins and
 * the output when it ends, so a stream that breaks half-way is known by half.
 */
import type { TokenUsage } from '@commonhold/core'
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Scanner } from '../event-stream.ts'
import { objectIn } from '../server-sent-events.ts'
import { type ReportedUsage, reportedOf } from '../usage.ts'
import { readWholeAnswer, type WholeAnswer } from '../whole-answer.ts'
import { countsIn, isReport, readUsage } from './usage.ts'

const usageKey = Buffer.from('"usage"')
const errorKey = Buffer.from('"error"')
const stopMark = Buffer.from('message_stop')

export class MessagesScanner implements Scanner {
  isDone = false
  usage: ReportedUsage | null = null
  begunWith: TokenUsage | null = null
  #begun: JsonObject = {}

  matters(block: Buffer): boolean {
    return block.includes(usageKey) || block.includes(stopMark) || block.includes(errorKey)
  }

  read(data: string): 'pass' | JsonObject {
    const value = objectIn(data)
    if (value === null) return 'pass'
    if (value.type === 'error') return isObject(value.error) ? value.error : {}
    if (value.type === 'message_stop') this.isDone = true
    if (value.type === 'message_start' && isObject(value.message)) this.#begin(value.message.usage)
    if (value.type === 'message_delta' && isReport(value.usage)) {
      this.usage = reportedOf(countsIn(value.usage, this.#begun))
    }
    return 'pass'
  }

  #begin(usage: unknown): void {
    if (!isReport(usage)) return
    this.#begun = usage
    const counts = countsIn(usage)
    if (counts === null) return
    const { reasoningTokens: _, ...tokens } = counts
    this.begunWith = { ...tokens, outputTokens: 0 }
  }

  writtenIn(data: string): string {
    const { delta, content_block } = objectIn(data) ?? {}
    return textOf(delta) + textOf(content_block)
  }
}

/** Text, thinking, and calls of tools, of a whole block or of a delta. */
function textOf(block: unknown): string {
  if (!isObject(block)) return ''
  const { text, thinking, partial_json, type, name, input } = block
  const isCall = type === 'tool_use'
  const json = isCall && isObject(input) && Object.keys(input).length > 0 ? input : null
  const texts = [text, thinking, partial_json, isCall ? name : '', json && JSON.stringify(json)]
  return texts.filter((one) => typeof one === 'string').join('')
}

export function readWholeMessage(body: Buffer): WholeAnswer | null {
  return readWholeAnswer(body, {
    usageField: 'usage',
    readUsage,
    writtenIn: ({ content }) => (Array.isArray(content) ? content.map(textOf).join('') : ''),
  })
}
