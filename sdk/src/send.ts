/** Sends a request, repeats it where that is safe, and reads the answer. */
import { CommonholdError, networkError, problemOf } from './error.ts'
import type { OperationEntry } from './operation.ts'
import { type AnyOptions, type HttpRequest, type Params, requestOf } from './request.ts'

export interface Connection {
  /** Without a slash at the end. Empty in a browser: the page's own origin. */
  readonly baseUrl: string
  readonly token: string | null
  readonly csrfToken: () => string | null
  readonly fetch: typeof fetch
}

export const callMsMax = 60_000
export const retriesMax = 2
export const retryDelayMs = 200
/** A server that asks for a longer pause than this is not waited for: the caller is told. */
export const retryAfterSecondsMax = 10

/**
 * @returns the parsed answer, a text where it is CSV, undefined for 204
 * @throws CommonholdError; the caller's own abort is thrown as it is
 */
export async function send(
  connection: Connection,
  operation: OperationEntry,
  params: Params,
  body: unknown,
  options: AnyOptions,
): Promise<unknown> {
  const request = requestOf(operation, params, body, options)
  const limit = AbortSignal.timeout(options.timeoutMs ?? callMsMax)
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit
  const mayRepeat = operation.safe || operation.idempotencyKey
  for (let attempt = 0; ; attempt++) {
    const error = await attemptOf(connection, request, signal)
    if (!(error instanceof CommonholdError)) return error.answer
    options.signal?.throwIfAborted()
    const delayMs = mayRepeat && attempt < retriesMax ? delayBefore(error, attempt) : null
    if (delayMs === null || limit.aborted) throw error
    await pause(delayMs, signal).catch(() => {
      options.signal?.throwIfAborted()
      throw error
    })
  }
}

async function attemptOf(
  connection: Connection,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<CommonholdError | { answer: unknown }> {
  try {
    const response = await connection.fetch(connection.baseUrl + request.target, {
      method: request.method,
      headers: { ...request.headers, ...credentialHeaders(connection, request) },
      // With a token the cookie stays at home: a request has one identity.
      credentials: connection.token === null ? 'same-origin' : 'omit',
      signal,
      ...(request.body === null ? {} : { body: request.body }),
    })
    if (!response.ok) return await problemOf(response)
    if (response.status === 204) return { answer: undefined }
    return await answerOf(response)
  } catch (error) {
    return networkError(error)
  }
}

async function answerOf(response: Response): Promise<CommonholdError | { answer: unknown }> {
  const text = await response.text()
  if (response.headers.get('content-type')?.startsWith('text/csv')) return { answer: text }
  try {
    return { answer: JSON.parse(text) as unknown }
  } catch (cause) {
    return new CommonholdError({
      status: response.status,
      code: 'unreadable_answer',
      title: 'The answer is not JSON',
      detail: 'Is the address that of a Commonhold server?',
      cause,
    })
  }
}

function credentialHeaders(connection: Connection, request: HttpRequest): Record<string, string> {
  if (connection.token !== null) return { authorization: `Bearer ${connection.token}` }
  const csrfToken = request.method === 'GET' ? null : connection.csrfToken()
  return csrfToken === null ? {} : { 'x-csrf-token': csrfToken }
}

/** @returns how long to wait before the next attempt, or null when there should be none. */
function delayBefore(error: CommonholdError, attempt: number): number | null {
  if (error.code !== 'network' && error.status !== 503) return null
  if (error.retryAfterSeconds !== null) {
    return error.retryAfterSeconds <= retryAfterSecondsMax ? error.retryAfterSeconds * 1_000 : null
  }
  // Half of it at random, so that many clients do not come back together.
  return retryDelayMs * 2 ** attempt * (0.5 + Math.random() / 2)
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, delayMs)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
