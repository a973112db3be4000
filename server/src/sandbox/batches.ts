/**
 * /v1/files and /v1/batches, kept in memory: the lines of a batch are sent to this server itself, one after
 * the other, so that each answers and counts as if it had come alone. A batch can be cancelled between two
 * lines; what was done until then is its result.
 */

import { randomUUID } from 'node:crypto'
import type { Connection } from './connection.ts'
import { invalidParameter, SandboxError } from './errors.ts'
import { isObject, type JsonObject, textOf } from './request.ts'
import { formOf } from './unit-request.ts'

const KEPT_MAX = 1_000

interface Batch {
  readonly key: string
  readonly answer: Record<string, unknown>
  readonly counts: { total: number; completed: number; failed: number }
  isCancelled: boolean
}

export class Batches {
  readonly #files = new Map<string, { readonly key: string; readonly text: string }>()
  readonly #batches = new Map<string, Batch>()

  /** @returns false where the path is none of these */
  async serve(connection: Connection, key: string, path: string): Promise<boolean> {
    const [, noun, id = '', verb = ''] =
      /^\/v1\/(files|batches)(?:\/([\w-]+))?(?:\/(\w+))?$/.exec(path) ?? []
    if (noun === undefined) return false
    const { method = '' } = connection.request
    if (noun === 'files') await this.#serveFile(connection, key, method, id, verb)
    else await this.#serveBatch(connection, key, method, id, verb)
    return true
  }

  async #serveFile(connection: Connection, key: string, method: string, id: string, verb: string) {
    if (method === 'POST' && id === '') {
      const { file, purpose } = await formOf(connection)
      if (!(file instanceof Blob)) throw invalidParameter('file', "'file' must be a file.")
      const made = this.#keep(key, await file.text())
      return connection.sendJson(200, { id: made, object: 'file', bytes: file.size, purpose })
    }
    const file = this.#files.get(id)
    if (file?.key !== key) throw missing(id)
    if (method === 'DELETE') {
      this.#files.delete(id)
      return connection.sendJson(200, { id, object: 'file', deleted: true })
    }
    if (verb !== 'content') return connection.sendJson(200, { id, object: 'file' })
    connection.start(200, 'application/octet-stream')
    connection.response.end(file.text)
  }

  #keep(key: string, text: string): string {
    if (this.#files.size >= KEPT_MAX) this.#files.delete(this.#files.keys().next().value!)
    const id = `file-${randomUUID()}`
    this.#files.set(id, { key, text })
    return id
  }

  async #serveBatch(connection: Connection, key: string, method: string, id: string, verb: string) {
    if (method === 'POST' && id === '') {
      const body = await connection.body()
      const input = this.#files.get(textOf(body.input_file_id))
      if (input?.key !== key) throw missing(textOf(body.input_file_id))
      const batch = this.#begin(key, body)
      const { localPort } = connection.request.socket
      void this.#run(batch, input.text, `http://127.0.0.1:${localPort}`)
      return connection.sendJson(200, batch.answer)
    }
    const batch = this.#batches.get(id)
    if (batch?.key !== key) throw missing(id)
    if (verb === 'cancel' && batch.answer.status === 'in_progress') {
      batch.isCancelled = true
      batch.answer.status = 'cancelling'
    }
    connection.sendJson(200, batch.answer)
  }

  #begin(key: string, body: JsonObject): Batch {
    if (this.#batches.size >= KEPT_MAX) this.#batches.delete(this.#batches.keys().next().value!)
    const counts = { total: 0, completed: 0, failed: 0 }
    const answer: Record<string, unknown> = {
      id: `batch_${randomUUID()}`,
      object: 'batch',
      endpoint: body.endpoint,
      input_file_id: body.input_file_id,
      completion_window: body.completion_window,
      status: 'in_progress',
      output_file_id: null,
      error_file_id: null,
      created_at: Math.floor(Date.now() / 1000),
      request_counts: counts,
      metadata: body.metadata ?? null,
    }
    const batch = { key, answer, counts, isCancelled: false }
    this.#batches.set(textOf(answer.id), batch)
    return batch
  }

  async #run(batch: Batch, text: string, url: string): Promise<void> {
    const { key, answer, counts } = batch
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    counts.total = lines.length
    const done: string[] = []
    const failed: string[] = []
    for (const line of lines) {
      if (batch.isCancelled) break
      const { isOk, result } = await sent(line, key, url)
      if (isOk) counts.completed++
      else counts.failed++
      const list = isOk ? done : failed
      list.push(`${JSON.stringify(result)}\n`)
    }
    if (done.length > 0) answer.output_file_id = this.#keep(key, done.join(''))
    if (failed.length > 0) answer.error_file_id = this.#keep(key, failed.join(''))
    answer.status = batch.isCancelled ? 'cancelled' : 'completed'
  }
}

/** One line, as a request to this server. Nothing that happens to it ends the batch. */
async function sent(text: string, key: string, url: string) {
  const id = `batch_req_${randomUUID()}`
  let customId: unknown = null
  try {
    const line: unknown = JSON.parse(text)
    if (!isObject(line)) throw new Error('not an object')
    customId = line.custom_id
    const response = await fetch(url + textOf(line.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(line.body),
    })
    const answered = { status_code: response.status, request_id: id, body: await response.json() }
    return {
      isOk: response.ok,
      result: { id, custom_id: customId, response: answered, error: null },
    }
  } catch (error) {
    const told = { code: 'failed', message: String(error) }
    return { isOk: false, result: { id, custom_id: customId, response: null, error: told } }
  }
}

function missing(id: string): SandboxError {
  return new SandboxError(404, `The sandbox has nothing called '${id.slice(0, 100)}'.`)
}
