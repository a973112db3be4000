/**
 * What a passing stream of OpenAI's format is scanned for. Quotes inside of JSON strings are escaped,
 * so what is found is a key and never something that a model wrote.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'
import { writtenText } from '../estimate.ts'
import type { Scanner } from '../event-stream.ts'
import { objectIn } from '../server-sent-events.ts'
import type { ReportedUsage } from '../usage.ts'
import { readWholeAnswer, type WholeAnswer } from '../whole-answer.ts'
import { readUsage } from './usage.ts'

const usageKey = Buffer.from('"usage"')
const errorKey = Buffer.from('"error"')
const doneMark = Buffer.from('[DONE]')
const openBrace = 0x7b
const colon = 0x3a
const space = 0x20

export class ChatScanner implements Scanner {
  /** The client asked for the usage chunk itself; else it is taken out. */
  readonly #keepUsage: boolean
  readonly begunWith = null
  isDone = false
  usage: ReportedUsage | null = null

  constructor({ keepUsage }: { readonly keepUsage: boolean }) {
    this.#keepUsage = keepUsage
  }

  matters(block: Buffer): boolean {
    return block.includes(errorKey) || block.includes(doneMark) || hasUsageObject(block)
  }

  read(data: string): 'pass' | 'drop' | JsonObject {
    if (data === '[DONE]') this.isDone = true
    // A malformed chunk passes by as it came: it is the client's to judge, and no error event.
    const value = objectIn(data)
    if (value && isObject(value.error)) return value.error
    const usage = value ? readUsage(value.usage) : null
    if (usage === null) return 'pass'
    this.usage = usage
    const isOnlyUsage = Array.isArray(value?.choices) && value.choices.length === 0
    return isOnlyUsage && !this.#keepUsage ? 'drop' : 'pass'
  }

  writtenIn(data: string): string {
    const choices = objectIn(data)?.choices
    if (!Array.isArray(choices)) return ''
    return choices.map((choice) => (isObject(choice) ? writtenText(choice.delta) : '')).join('')
  }
}

/** `"usage":{`, with or without blanks; `"usage":null` stands in every chunk of some providers. */
function hasUsageObject(block: Buffer): boolean {
  for (let at = block.indexOf(usageKey); at >= 0; at = block.indexOf(usageKey, at + 1)) {
    let next = at + usageKey.length
    while (block[next] === colon || block[next] === space) next++
    if (block[next] === openBrace) return true
  }
  return false
}

/** Chat completions and embeddings alike: what matters stands in the same places. */
export function readWholeChat(body: Buffer): WholeAnswer | null {
  return readWholeAnswer(body, {
    usageField: 'usage',
    readUsage,
    writtenIn: ({ choices }) => {
      const list = Array.isArray(choices) ? choices : []
      return list.map((one) => (isObject(one) ? writtenText(one.message) : '')).join('')
    },
  })
}
