/**
 * Every way in which the gateway refuses or fails, as one closed list, in the order in which they are
 * looked for. The texts are for the caller; what a provider said goes through `sanitised` first, so
 * that no key and no address of a provider leaks.
 */
import type { Id, SpendRefusalCode } from '@commonhold/core'

export const failureCodes = [
  'route_not_found',
  'method_not_allowed',
  'shutting_down',
  'snapshot_stale',
  'invalid_api_key',
  'address_not_allowed',
  'tenant_not_active',
  'account_not_active',
  'body_too_large',
  'invalid_request',
  'client_gone',
  'idempotency_key_reused',
  'idempotency_key_running',
  'idempotency_key_spent',
  'idempotency_keys_full',
  'idempotency_unavailable',
  'model_not_found',
  'object_not_found',
  'permission_denied',
  'model_type_differs',
  'journal_unavailable',
  'limits_unavailable',
  'access_revoked',
  'provider_unreachable',
  'provider_auth_failed',
  'provider_rate_limited',
  'provider_refused_request',
  'provider_error',
  'provider_timed_out',
  'provider_answer_malformed',
  'provider_connection_lost',
  'internal_error',
] as const

export type FailureCode = (typeof failureCodes)[number] | SpendRefusalCode

export interface FailureDetails {
  readonly param?: string | null
  /** How long to wait, in ms; absent where waiting does not help. */
  readonly retryAfterMs?: number | null
  /** Whether a client library should try again by itself; absent leaves it its own judgement. */
  readonly shouldRetry?: boolean
  /** The provider's own status, where it refused the request as such (a 4xx). */
  readonly providerStatus?: number
  /** What a budget without room says to call instead. Not for the caller. */
  readonly fallbackModelId?: Id<'mdl'>
  /** How much would fit, where less output would. Not for the caller. */
  readonly room?: SpendRoom
}

/** What is left in the limits that refused; null where none of them counts it. */
export interface SpendRoom {
  readonly nanos: bigint | null
  readonly tokens: bigint | null
}

export class Failure extends Error {
  readonly code: FailureCode
  readonly details: FailureDetails

  /** @param message a sentence for the caller: what is wrong and what to do */
  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message)
    this.name = 'Failure'
    this.code = code
    this.details = details
  }
}

/** How OpenAI groups errors. Client libraries show it; they decide by status and code. */
function typeOf(code: FailureCode): string {
  if (code === 'invalid_api_key') return 'authentication_error'
  if (/^(address_|tenant_|account_|permission_|access_|price_)/.test(code))
    return 'permission_error'
  if (code.includes('budget')) return 'insufficient_quota'
  if (code.includes('usage_limit') || code === 'provider_rate_limited') return 'rate_limit_error'
  if (
    /^(route_|method_|body_|idempotency_key|invalid_|model_|object_|provider_refused)/.test(code)
  ) {
    return 'invalid_request_error'
  }
  return 'server_error'
}

/** `{"error":{message,type,param,code}}`, as OpenAI's clients read it. */
export function errorBody({ code, message, details }: Failure): string {
  const { param = null } = details
  return JSON.stringify({ error: { message, type: typeOf(code), param, code } })
}

/** The same as an event in a stream, which ends there: no [DONE] follows. */
export function errorEvent(failure: Failure): string {
  return `data: ${errorBody(failure)}\n\n`
}

/** Whatever was thrown, as a failure; what it was is for the log and not for the caller. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  return new Failure('internal_error', 'The gateway failed unexpectedly. Try again.')
}
