/** Refusals of the sandbox, in the shape that the OpenAI API gives them. */

import { RETRY_AFTER_SECONDS } from './models.ts'

type ErrorFields = {
  readonly type?: string
  readonly param?: string | null
  readonly code?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export class SandboxError extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly #fields: ErrorFields

  constructor(status: number, message: string, fields: ErrorFields = {}) {
    super(message)
    this.name = 'SandboxError'
    this.status = status
    this.headers = fields.headers ?? {}
    this.#fields = fields
  }

  /** The body of the response, and of an error event inside a stream. */
  body() {
    const { type = 'invalid_request_error', param = null, code = null } = this.#fields
    return { error: { message: this.message, type, param, code } }
  }
}

export function invalidParameter(param: string, message: string): SandboxError {
  return new SandboxError(400, message, { param })
}

export function modelNotFound(name: string): SandboxError {
  const message = `The sandbox has no model '${name}'. GET /v1/models lists what it has.`
  return new SandboxError(404, message, { param: 'model', code: 'model_not_found' })
}

export function rateLimited(): SandboxError {
  return new SandboxError(429, 'Sandbox fault on request: the rate limit is reached.', {
    type: 'requests',
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  })
}

export function serverError(): SandboxError {
  return new SandboxError(500, 'Sandbox fault on request: the server had an error.', {
    type: 'server_error',
  })
}

/** For a fault of the sandbox itself; the cause stays inside. */
export function unexpectedError(): SandboxError {
  return new SandboxError(500, 'The sandbox failed unexpectedly.', { type: 'server_error' })
}
