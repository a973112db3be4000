/** Refusals of the server, and failures on the way to it, as one kind of error. */
import type { ErrorCode, InputError } from './types.generated.ts'

/** `network`: no answer came. `unreadable_answer`: an answer that is not one of Commonhold's. */
export type CommonholdErrorCode = ErrorCode | 'network' | 'unreadable_answer'

interface Details {
  readonly status: number
  readonly code: CommonholdErrorCode
  readonly title: string
  readonly detail: string
  readonly errors?: readonly InputError[]
  readonly missingPermissions?: readonly string[]
  readonly requestId?: string | null
  readonly retryAfterSeconds?: number | null
  readonly cause?: unknown
}

export class CommonholdError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly code: CommonholdErrorCode
  readonly title: string
  readonly detail: string
  readonly errors: readonly InputError[]
  readonly missingPermissions: readonly string[]
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null

  constructor(details: Details) {
    super(`${details.title}. ${details.detail}`, { cause: details.cause })
    this.name = 'CommonholdError'
    this.status = details.status
    this.code = details.code
    this.title = details.title
    this.detail = details.detail
    this.errors = details.errors ?? []
    this.missingPermissions = details.missingPermissions ?? []
    this.requestId = details.requestId ?? null
    this.retryAfterSeconds = details.retryAfterSeconds ?? null
  }
}

export function networkError(cause: unknown): CommonholdError {
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
  return new CommonholdError({
    status: 0,
    code: 'network',
    title: isTimeout ? 'The server did not answer in time' : 'The server can’t be reached',
    detail: isTimeout ? 'The call may or may not have happened.' : reasonOf(cause),
    cause,
  })
}

/** Node's fetch says just "fetch failed"; what happened is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof AggregateError) return reasonOf(error.cause.errors[0])
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** @returns the error that an answer with a status of 400 or more stands for. */
export async function problemOf(response: Response): Promise<CommonholdError> {
  const problem = await jsonOf(response)
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const common = {
    status: response.status,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
  }
  if (problem === null || typeof problem.code !== 'string') {
    const requestId = response.headers.get('x-request-id')
    return new CommonholdError({
      ...common,
      code: 'unreadable_answer',
      title: `The server answered ${response.status}`,
      detail: 'The answer is not one of Commonhold’s: is the address right, is a proxy between?',
      requestId,
    })
  }
  return new CommonholdError({
    ...common,
    code: problem.code as ErrorCode,
    title: textOf(problem.title),
    detail: textOf(problem.detail),
    errors: Array.isArray(problem.errors) ? (problem.errors as InputError[]) : [],
    missingPermissions: Array.isArray(problem.missingPermissions)
      ? (problem.missingPermissions as string[])
      : [],
    requestId: textOf(problem.requestId) || response.headers.get('x-request-id'),
  })
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

async function jsonOf(response: Response): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await response.text())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
