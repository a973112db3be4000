/**
 * Responses in the background, kept in memory: each is made at the pace of its model and can be asked for,
 * ended and taken away. Of one that was ended nothing was handed over, and nobody tells what it used.
 *
 * The faults of the models, as far as they mean something here: `cut` takes the response and drops the
 * connection before its answer, `stall` never ends, `error_event` and `malformed` fail half-way.
 */
import { type Chat, newId, outputTokensOf } from './completion.ts'
import type { Connection } from './connection.ts'
import { rateLimited, SandboxError, serverError } from './errors.ts'
import type { Meter } from './meter.ts'
import { SLOW_FIRST_BYTE_MS } from './models.ts'
import { makeReply } from './reply.ts'
import { isObject, type JsonObject, textOf } from './request.ts'
import { responsesFormat } from './responses-format.ts'

const KEPT_MAX = 1_000

interface Kept {
  readonly key: string
  readonly items: readonly JsonObject[]
  answer: JsonObject
  timer: NodeJS.Timeout | null
}

export class BackgroundResponses {
  readonly #kept = new Map<string, Kept>()
  readonly #meter: Meter

  constructor(meter: Meter) {
    this.#meter = meter
  }

  /** @returns false where the request is none of these */
  async serve(connection: Connection, key: string, path: string): Promise<boolean> {
    const { method = '' } = connection.request
    if (method === 'POST' && path === '/v1/responses') {
      const body = await connection.body()
      if (body.background !== true) return false
      await this.#begin(connection, key, body)
      return true
    }
    const [, id, verb] = /^\/v1\/responses\/([\w-]+)(?:\/(\w+))?$/.exec(path) ?? []
    if (id === undefined) return false
    const one = this.#find(key, id)
    if (method === 'DELETE') {
      this.#end(one)
      this.#kept.delete(id)
      connection.sendJson(200, { id, object: 'response', deleted: true })
    } else if (verb === 'input_items') {
      connection.sendJson(200, { object: 'list', data: one.items, has_more: false })
    } else {
      if (verb === 'cancel' && one.answer.status === 'in_progress') {
        this.#end(one)
        one.answer = { ...one.answer, status: 'cancelled' }
      }
      connection.sendJson(200, one.answer)
    }
    return true
  }

  /** Nothing goes on without the server. */
  close(): void {
    for (const one of this.#kept.values()) this.#end(one)
  }

  async #begin(connection: Connection, key: string, body: JsonObject): Promise<void> {
    const previous = textOf(body.previous_response_id)
    const before = previous === '' ? [] : this.#itemsOf(this.#find(key, previous))
    const items = [...before, ...inputItems(body.input)]
    const request = responsesFormat.parse({ ...body, input: items }, '')
    const { fault, chunkDelayMs } = request.model
    if (fault === 'rate_limited') throw rateLimited()
    if (fault === 'server_error') throw serverError()
    this.#meter.begin(key, request.inputTokens)
    const createdSeconds = Math.floor(Date.now() / 1_000)
    const sent = () => undefined
    const replies = [makeReply(request, 0)]
    const chat: Chat = { connection, request, replies, id: newId(), createdSeconds, sent }
    const whole: JsonObject = { ...responsesFormat.whole(chat), background: true }
    const open = { ...whole, status: 'in_progress', output: [], usage: null }
    const one: Kept = { key, items, answer: open, timer: null }
    this.#keep(textOf(whole.id), one)
    const tokens = outputTokensOf(chat)
    const delayMs = fault === 'slow_first_byte' ? SLOW_FIRST_BYTE_MS : chunkDelayMs * tokens
    if (fault !== 'stall') {
      one.timer = setTimeout(() => {
        const isBroken = fault === 'error_event' || fault === 'malformed'
        if (!isBroken) this.#meter.sent(key, tokens)
        one.answer = isBroken ? { ...open, status: 'failed', error: told } : whole
      }, delayMs)
    }
    if (fault === 'cut') {
      connection.start(200, 'application/json')
      connection.response.write('{')
      await connection.cut()
    } else connection.sendJson(200, open)
  }

  #keep(id: string, one: Kept): void {
    if (this.#kept.size >= KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!)
    this.#kept.set(id, one)
  }

  #find(key: string, id: string): Kept {
    const one = this.#kept.get(id)
    if (one?.key === key) return one
    throw new SandboxError(404, `The sandbox has no response '${id.slice(0, 100)}'.`)
  }

  #itemsOf({ items, answer: { output } }: Kept): JsonObject[] {
    return [...items, ...(Array.isArray(output) ? output.filter(isObject) : [])]
  }

  #end(one: Kept): void {
    if (one.timer !== null) clearTimeout(one.timer)
  }
}

const told = { code: 'server_error', message: 'The sandbox failed as it was asked to.' }

function inputItems(input: unknown): JsonObject[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }]
  return Array.isArray(input) ? input.filter(isObject) : []
}
