/** What whoever comes with a key again is told, where he can't have the answer. */
import { formatId } from '@commonhold/core'
import type { KeptSpending } from '../../store/spending-key.ts'
import { Failure } from '../call/failure.ts'

/** Before a client asks again whether the first call is over. */
const runningRetryMs = 1_000
const unavailableRetryMs = 5_000
const param = 'idempotency-key'

/** @returns null where the kept answer may be given again */
export function refusalFor(
  { requestHash: first, requestId, state, answer, isAbandoned }: KeptSpending,
  requestHash: Buffer,
): Failure | null {
  if (!first.equals(requestHash)) {
    return new Failure(
      'idempotency_key_reused',
      'This Idempotency-Key came with another request within 24 hours. Use a new one.',
      { param, shouldRetry: false },
    )
  }
  if (state === 'running' && !isAbandoned) {
    return new Failure(
      'idempotency_key_running',
      'The first request with this Idempotency-Key is still running. Ask again shortly for its answer.',
      { param, retryAfterMs: runningRetryMs, shouldRetry: true },
    )
  }
  if (state === 'answered' && answer !== null) return null
  const why =
    state === 'answered'
      ? 'was answered and billed, and its answer was too large to be kept'
      : state === 'spent'
        ? 'failed after its provider may have done the work, and is billed'
        : 'was cut off with its gateway, and is billed where its provider was called'
  return new Failure(
    'idempotency_key_spent',
    `The request with this Idempotency-Key ${why} (request ${formatId('req', requestId)}). A new key asks, and pays, anew.`,
    { param, shouldRetry: false },
  )
}

/** The database is away: without it nobody can tell a retry from a first call. */
export function unavailable(): Failure {
  return new Failure(
    'idempotency_unavailable',
    'An Idempotency-Key can not be looked up now. Try again shortly, or without one.',
    { retryAfterMs: unavailableRetryMs },
  )
}
