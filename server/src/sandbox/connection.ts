/**
 * One exchange with a client: who it is, whether it is still there, and writing at the pace at which
 * it reads. When the client goes away everything that waits on its behalf is woken by `gone`.
 */

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { SandboxError } from './errors.ts'
import { isObject, type JsonObject } from './request.ts'

export const BODY_BYTES_MAX = 10 * 1024 * 1024
/** A larger body is read to its end and refused politely up to here, and cut off beyond. */
const BODY_BYTES_DRAINED_MAX = 4 * BODY_BYTES_MAX

/** Made once: the default reason is an exception with a stack, for each request. */
const GONE = new Error('The client has left, or has all of its answer.')

export class Connection {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly #gone = new AbortController()
  #body: Promise<JsonObject> | null = null

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request
    this.response = response
    response.on('close', () => this.#gone.abort(GONE))
    // A reset connection is also an 'error'; 'close' follows it and is what counts here.
    response.on('error', () => undefined)
  }

  /** Aborted when the response is complete or the client has left. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  /** The bearer token, or the key in the header of another vendor. @throws SandboxError 401 */
  key(): string {
    for (const name of ['x-api-key', 'x-goog-api-key', 'api-key']) {
      const value = this.request.headers[name]
      if (typeof value === 'string' && value !== '') return value
    }
    const match = /^Bearer +(\S+) *$/i.exec(this.request.headers.authorization ?? '')
    if (match?.[1]) return match[1]
    const message = 'The sandbox wants a header "Authorization: Bearer …" with any key.'
    throw new SandboxError(401, message, { code: 'invalid_api_key' })
  }

  /**
   * The body as a JSON object, read once however often it is asked for.
   * @throws SandboxError 400, or 413 beyond `BODY_BYTES_MAX`
   */
  body(): Promise<JsonObject> {
    this.#body ??= this.#readBody()
    return this.#body
  }

  async #readBody(): Promise<JsonObject> {
    const body = parseJson((await this.bytes()).toString('utf8'))
    if (isObject(body)) return body
    throw new SandboxError(400, 'The body must be a JSON object.')
  }

  /** @throws SandboxError 413 beyond `BODY_BYTES_MAX` */
  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk)
      else if (bytes > BODY_BYTES_DRAINED_MAX) this.request.destroy()
    }
    if (bytes > BODY_BYTES_MAX) {
      throw new SandboxError(413, `The body is larger than ${BODY_BYTES_MAX} bytes.`)
    }
    return Buffer.concat(chunks)
  }

  sendJson(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    const text = JSON.stringify(body)
    this.start(status, 'application/json', {
      ...headers,
      'content-length': String(Buffer.byteLength(text)),
    })
    this.response.end(text)
  }

  start(status: number, contentType: string, headers: Readonly<Record<string, string>> = {}): void {
    this.response.writeHead(status, { 'content-type': contentType, ...headers })
  }

  /** Writes, and waits until the client has room for more. Rejects when it has left. */
  async write(text: string): Promise<void> {
    this.gone.throwIfAborted()
    if (!this.response.write(text)) await once(this.response, 'drain', { signal: this.gone })
  }

  /** Rejects, and clears the timer, when the client leaves first. */
  async wait(ms: number): Promise<void> {
    if (ms > 0) await wait(ms, undefined, { signal: this.gone })
  }

  /** Never resolves; rejects when the client leaves. */
  async waitForEver(): Promise<never> {
    await once(this.gone, 'abort')
    throw this.gone.reason
  }

  /** Drops the connection without ending the response, once what was written is on its way. */
  async cut(): Promise<void> {
    const { socket } = this.response
    if (socket) await new Promise<void>((resolve) => socket.write('', () => resolve()))
    this.response.destroy()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SandboxError(400, 'We could not parse the JSON body of your request.')
  }
}
