/**
 * What a passing stream of OpenAI's Responses is scanned for. Every event is named by its type; the last
 * one holds the whole response, with its usage, and says whether it is complete or failed.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import type { Scanner } from '../event-stream.ts'
import { objectIn } from '../server-sent-events.ts'
import type { ReportedUsage } from '../usage.ts'
import { readWholeAnswer, type WholeAnswer } from '../whole-answer.ts'
import { readUsage } from './usage.ts'

const marks = ['response.completed', 'response.incomplete', 'response.failed', '"error"'].map(
  (text) => Buffer.from(text),
)
/** Text, reasoning, arguments of tools, refusals: whatever the model writes comes in such events. */
const deltaType = /^response\.[\w.]+\.delta$/

export class ResponsesScanner implements Scanner {
  readonly begunWith = null
  isDone = false
  usage: ReportedUsage | null = null

  matters(block: Buffer): boolean {
    return marks.some((mark) => block.includes(mark))
  }

  read(data: string): 'pass' | JsonObject {
    const value = objectIn(data)
    if (value === null) return 'pass'
    const { type, response, error } = value
    if (type === 'error') return isObject(error) ? error : value
    if (type === undefined && isObject(error)) return error
    if (!isObject(response)) return 'pass'
    if (type === 'response.failed') return isObject(response.error) ? response.error : {}
    if (type !== 'response.completed' && type !== 'response.incomplete') return 'pass'
    this.isDone = true
    this.usage = readUsage(response.usage)
    return 'pass'
  }

  writtenIn(data: string): string {
    const { type, delta, item } = objectIn(data) ?? {}
    if (typeof delta === 'string' && deltaType.test(String(type))) return delta
    const isCall = type === 'response.output_item.added' && isObject(item)
    return isCall && typeof item.name === 'string' ? item.name : ''
  }
}

export function readWholeResponse(body: Buffer): WholeAnswer | null {
  return readWholeAnswer(body, {
    usageField: 'usage',
    readUsage,
    writtenIn: ({ output }) => (Array.isArray(output) ? output.map(textOfItem).join('') : ''),
  })
}

function textOfItem(item: unknown): string {
  if (!isObject(item)) return ''
  const { content, summary, name, arguments: json } = item
  const parts = [content, summary].flatMap((list) => (Array.isArray(list) ? list : []))
  const texts = parts.map((part) => (isObject(part) ? (part.text ?? part.refusal) : ''))
  return [...texts, name, json].filter((text) => typeof text === 'string').join('')
}
