/**
 * Every way to refuse, as data: a closed list, by precedence, that reads as sentences. The code is
 * stable; `status` and `title` are what RFC 9457 asks for. Each has a section in docs/errors.md.
 */
export const errors = {
  malformed_request: { status: 400, title: 'The request can’t be read' },
  invalid_input: { status: 400, title: 'Some input is missing or wrong' },
  invalid_cursor: { status: 400, title: 'The cursor doesn’t belong to this list' },
  not_signed_in: { status: 401, title: 'Sign in, or send a token' },
  credential_expired: { status: 401, title: 'The credential has expired or was revoked' },
  sign_in_failed: { status: 401, title: 'The e-mail or the password is wrong' },
  csrf_token_missing: { status: 403, title: 'The CSRF token is missing or wrong' },
  not_allowed: { status: 403, title: 'You may not do this' },
  hands_out_more_than_held: { status: 403, title: 'Nobody hands out what they do not hold' },
  operator_only: { status: 403, title: 'Only the operator of this deployment may do this' },
  not_found: { status: 404, title: 'Nothing here by that name or id' },
  method_not_allowed: { status: 405, title: 'This address doesn’t know the method' },
  name_taken: { status: 409, title: 'The name is taken' },
  name_ambiguous: { status: 409, title: 'The name means more than one thing' },
  wrong_state: { status: 409, title: 'Its state doesn’t allow this now' },
  in_use: { status: 409, title: 'Something still depends on it' },
  revision_mismatch: { status: 412, title: 'It has changed since you read it' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Send application/json' },
  refused_by_rule: { status: 422, title: 'A rule forbids this' },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
  },
  unsafe_url: { status: 422, title: 'The address is not one that may be called' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not available just now' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errors

/** One thing that is wrong with the input: where (a JSON pointer), which rule, in words. */
export interface InputError {
  readonly pointer: string
  readonly rule: string
  readonly message: string
}

/**
 * A refusal on its way to the edge. `detail` is for the caller; `context` is for the log and never
 * leaves the process.
 */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly detail: string
  readonly errors: readonly InputError[]
  readonly missingPermissions: readonly string[]
  readonly retryAfterSeconds: number | null
  readonly context: unknown

  constructor(
    code: ErrorCode,
    detail: string,
    more: {
      errors?: readonly InputError[]
      missingPermissions?: readonly string[]
      retryAfterSeconds?: number
      context?: unknown
    } = {},
  ) {
    super(`${code}: ${detail}`)
    this.name = 'Refusal'
    this.code = code
    this.detail = detail
    this.errors = more.errors ?? []
    this.missingPermissions = more.missingPermissions ?? []
    this.retryAfterSeconds = more.retryAfterSeconds ?? null
    this.context = more.context
  }
}
