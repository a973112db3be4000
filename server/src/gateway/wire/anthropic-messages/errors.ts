/** Failures as Anthropic's clients read them: they choose their exception by status and by type. */
import type { Failure, FailureCode } from '../../call/failure.ts'

const types: Partial<Readonly<Record<FailureCode, string>>> = {
  invalid_api_key: 'authentication_error',
  route_not_found: 'not_found_error',
  model_not_found: 'not_found_error',
  body_too_large: 'request_too_large',
  provider_rate_limited: 'rate_limit_error',
  provider_timed_out: 'timeout_error',
}

function typeOf(code: FailureCode): string {
  const known = types[code]
  if (known) return known
  if (code.includes('budget') || code.includes('usage_limit')) return 'rate_limit_error'
  if (/^(address_|tenant_|account_|permission_|access_|price_)/.test(code))
    return 'permission_error'
  if (/^(method_|invalid_|model_|provider_refused)/.test(code)) return 'invalid_request_error'
  return 'api_error'
}

/** Our own code and the parameter stand beside what Anthropic has. */
export function errorBody({ code, message, details }: Failure, requestId: string): string {
  const { param = null } = details
  const error = { type: typeOf(code), message, code, param }
  return JSON.stringify({ type: 'error', error, request_id: requestId })
}

export function errorEvent(failure: Failure, requestId: string): string {
  return `event: error\ndata: ${errorBody(failure, requestId)}\n\n`
}
