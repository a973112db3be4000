/**
 * Every way in which an attempt fails upstream, and what it means for the attempts after it: whether
 * another target may do better, whether the same one may a moment later, whether it speaks of the provider
 * at all, and whether the hold may be released.
 */

interface FailureRule {
  /** Whether another target may do better, as long as the client has seen nothing yet. */
  readonly tryNext: boolean
  /** Whether the same target may do better a moment later. */
  readonly tryAgain: boolean
  /** Whether it says something of the provider, and not of this one request or its caller. */
  readonly speaksOfProvider: boolean
  /** Whether it proves that the provider consumed nothing, so that the hold may be released. */
  readonly provesNothingConsumed: boolean
}

const passing = { tryNext: true, tryAgain: true, speaksOfProvider: true }
const lasting = { tryNext: true, tryAgain: false, speaksOfProvider: true }
const ofTheCall = { tryNext: false, tryAgain: false, speaksOfProvider: false }

/**
 * An error that the provider itself answered in place of output is proof that nothing is owed for; an
 * answer that never came, or that something in between made up, proves nothing, and its hold stays.
 */
export const upstreamFailures = {
  not_connected: { ...passing, provesNothingConsumed: true },
  credential_refused: { ...lasting, provesNothingConsumed: true },
  model_not_found: { ...lasting, provesNothingConsumed: true },
  rate_limited: { ...passing, provesNothingConsumed: true },
  overloaded: { ...passing, provesNothingConsumed: true },
  internal_error: { ...passing, provesNothingConsumed: true },
  /** An error that came as the first event of a stream with status 200. */
  error_as_first_event: { ...passing, provesNothingConsumed: true },
  gateway_error: { ...passing, provesNothingConsumed: false },
  timed_out: { ...passing, provesNothingConsumed: false },
  connection_lost: { ...passing, provesNothingConsumed: false },
  malformed_answer: { ...passing, provesNothingConsumed: false },
  /**
   * The request itself is at fault: every target would say the same, at the price of a call each. Where
   * the targets differ in what they take, a virtual model may say otherwise.
   */
  request_refused: { ...ofTheCall, provesNothingConsumed: true },
  content_refused: { ...ofTheCall, provesNothingConsumed: false },
  client_gone: { ...ofTheCall, provesNothingConsumed: false },
} as const satisfies Record<string, FailureRule>

export type UpstreamFailure = keyof typeof upstreamFailures

/**
 * What a virtual model may name as a reason to ask the next target. Each of them is told before a byte of
 * an answer is, so nobody gets two answers; a client that left wants none.
 */
export const fallbackReasons = [
  'not_connected',
  'credential_refused',
  'model_not_found',
  'rate_limited',
  'overloaded',
  'internal_error',
  'error_as_first_event',
  'gateway_error',
  'timed_out',
  'connection_lost',
  'malformed_answer',
  'request_refused',
] as const satisfies readonly UpstreamFailure[]

/** Reasons and statuses, as text: `overloaded`, `429`. */
export type FallbackOn = ReadonlySet<string>

/**
 * Failover is possible until the client has seen a byte. After that, a second answer would begin in
 * the middle of the first, so the stream ends with an error instead.
 * @param status what the provider answered; 0 where it answered nothing
 * @param fallbackOn null: what every virtual model does by default
 */
export function mayFailOver(
  failure: UpstreamFailure,
  firstByteSent: boolean,
  status = 0,
  fallbackOn: FallbackOn | null = null,
): boolean {
  if (firstByteSent || failure === 'client_gone') return false
  if (fallbackOn === null) return upstreamFailures[failure].tryNext
  return fallbackOn.has(failure) || fallbackOn.has(String(status))
}

const failuresByStatus: Readonly<Record<number, UpstreamFailure>> = {
  401: 'credential_refused',
  402: 'credential_refused',
  403: 'credential_refused',
  404: 'model_not_found',
  408: 'timed_out',
  // Amazon: the model behind the provider failed.
  424: 'internal_error',
  429: 'rate_limited',
  500: 'internal_error',
  503: 'overloaded',
  504: 'timed_out',
  529: 'overloaded',
}

/**
 * @param status the HTTP status of the provider's answer
 * @returns null for success; an unlisted 5xx comes from something between us and the provider
 */
export function failureOfStatus(status: number): UpstreamFailure | null {
  if (status >= 200 && status < 300) return null
  const known = failuresByStatus[status]
  if (known) return known
  if (status >= 400 && status < 500) return 'request_refused'
  return status >= 500 ? 'gateway_error' : 'malformed_answer'
}
