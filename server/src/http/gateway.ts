/**
 * The gateway's edge: raw node:http, because here every microsecond of each call counts. It turns a
 * request into a `GatewayCall`, and failures into statuses and headers; nothing is decided here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Id } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import type { AnswerHeaders, GatewayCall } from '../gateway/call/call.ts'
import { Failure, type FailureCode } from '../gateway/call/failure.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { drain } from './drain.ts'

/** The status of every failure. A provider's own 4xx keeps its status: see `statusFor`. */
export const gatewayStatuses: Readonly<Record<FailureCode, number>> = {
  route_not_found: 404,
  method_not_allowed: 405,
  shutting_down: 503,
  snapshot_stale: 503,
  invalid_api_key: 401,
  address_not_allowed: 403,
  tenant_not_active: 403,
  account_not_active: 403,
  body_too_large: 413,
  invalid_request: 400,
  client_gone: 499,
  idempotency_key_reused: 422,
  idempotency_key_running: 409,
  idempotency_key_spent: 409,
  idempotency_keys_full: 429,
  idempotency_unavailable: 503,
  model_not_found: 404,
  object_not_found: 404,
  permission_denied: 403,
  model_type_differs: 400,
  journal_unavailable: 503,
  limits_unavailable: 503,
  price_unknown: 403,
  exceeds_budget_alone: 429,
  exceeds_usage_limit_alone: 429,
  budget_exhausted: 429,
  usage_limit_exhausted: 429,
  budget_held: 429,
  usage_limit_held: 429,
  access_revoked: 403,
  provider_unreachable: 502,
  provider_auth_failed: 502,
  provider_rate_limited: 429,
  provider_refused_request: 400,
  provider_error: 502,
  provider_timed_out: 504,
  provider_answer_malformed: 502,
  provider_connection_lost: 502,
  internal_error: 500,
}

/** @returns the listener for every URL that begins with /v1/ */
export function handleGateway(
  gateway: Pick<Gateway, 'handle'>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void gateway.handle(new HttpCall(request, response))
  }
}

class HttpCall implements GatewayCall {
  readonly method: string
  readonly path: string
  readonly credential: string | null
  readonly connection: object
  readonly address: string
  readonly requestId: Id<'req'>
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #body: Promise<Buffer> | null = null
  #isGone = false
  #goneListener: (() => void) | null = null

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.#response = response
    this.method = request.method ?? ''
    this.path = pathOf(request.url ?? '/')
    this.credential = bearerOf(request.headers.authorization) ?? this.header('x-api-key')
    this.connection = request.socket
    this.address = request.socket.remoteAddress ?? ''
    this.requestId = newId('req')
    response.on('close', () => {
      if (response.writableFinished) return
      this.#isGone = true
      this.#goneListener?.()
    })
    // A reset connection is also an 'error'; the 'close' that follows it is what counts.
    response.on('error', () => undefined)
  }

  get query(): string {
    const { url = '' } = this.#request
    const at = url.indexOf('?')
    return at < 0 ? '' : url.slice(at + 1)
  }

  get isGone(): boolean {
    return this.#isGone
  }

  header(name: string): string | null {
    const value = this.#request.headers[name]
    return typeof value === 'string' ? value.trim() : null
  }

  onGone(listener: () => void): void {
    if (this.#isGone) listener()
    else this.#goneListener = listener
  }

  /** Read once, however often it is asked for: a call may be served anew after news. */
  readBody(bytesMax: number): Promise<Buffer> {
    this.#body ??= this.#readBody(bytesMax)
    return this.#body
  }

  #readBody(bytesMax: number): Promise<Buffer> {
    const request = this.#request
    const declared = Number(request.headers['content-length'] ?? 0)
    if (declared > bytesMax) return Promise.reject(tooLarge(bytesMax))
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let bytes = 0
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= bytesMax) {
          chunks.push(chunk)
          return
        }
        request.removeAllListeners('data')
        request.pause()
        reject(tooLarge(bytesMax))
      })
      request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
      request.on('error', () => reject(new Failure('client_gone', 'The client left.')))
      request.on('aborted', () => reject(new Failure('client_gone', 'The client left.')))
    })
  }

  answer(headers: AnswerHeaders, body: string | Buffer): void {
    this.#whole(200, headers, body)
  }

  refuse(failure: Failure, body: string): void {
    if (this.#response.headersSent || this.#isGone) {
      this.#response.destroy()
      return
    }
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    const { retryAfterMs, shouldRetry } = failure.details
    if (retryAfterMs !== undefined && retryAfterMs !== null) {
      headers['retry-after'] = String(Math.ceil(retryAfterMs / 1_000))
    }
    if (shouldRetry !== undefined) headers['x-should-retry'] = String(shouldRetry)
    if (failure.code === 'invalid_api_key') headers['www-authenticate'] = 'Bearer'
    void drain(this.#request).then((isWhole) => {
      // What is left of a body that nobody reads must not be taken for the next request.
      if (!isWhole) headers.connection = 'close'
      this.#whole(statusFor(failure), headers, body)
    })
  }

  begin(headers: AnswerHeaders): void {
    this.#response.writeHead(200, { ...headers, ...this.#ids() })
  }

  write(chunk: Uint8Array | string): boolean {
    return this.#isGone || this.#response.write(chunk)
  }

  onDrain(listener: () => void): void {
    this.#response.once('drain', listener)
  }

  end(): void {
    this.#response.end()
  }

  /** Under the name that OpenAI's clients read, and under Anthropic's for theirs. */
  #ids(): Record<string, string> {
    const ids = { 'x-request-id': this.requestId }
    return this.header('anthropic-version') === null
      ? ids
      : { ...ids, 'request-id': this.requestId }
  }

  #whole(status: number, headers: AnswerHeaders, body: string | Buffer): void {
    if (this.#isGone) return
    this.#response.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      ...this.#ids(),
    })
    // Head and body leave in one write where the body is a string. Latin-1 takes each byte as it is.
    const isBrief = typeof body !== 'string' && body.length <= oneWriteBytesMax
    if (isBrief) this.#response.end(body.toString('latin1'), 'latin1')
    else this.#response.end(body)
  }
}

/** Up to here, copying an answer costs less than a second write. */
const oneWriteBytesMax = 64 * 1024

/** A provider's refusal of the request as such keeps its status, as long as it is one of those. */
function statusFor({ code, details }: Failure): number {
  const { providerStatus } = details
  const isKept = code === 'provider_refused_request' && providerStatus !== undefined
  return isKept && providerStatus >= 400 && providerStatus < 500
    ? providerStatus
    : gatewayStatuses[code]
}

function tooLarge(bytesMax: number): Failure {
  return new Failure('body_too_large', `The body is larger than ${bytesMax} bytes.`)
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function bearerOf(header: string | undefined): string | null {
  if (header === undefined || header.length < 8) return null
  return header.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : null
}
