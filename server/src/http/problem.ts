/** The last step of a refusal: RFC 9457 problem+json. The only place that turns errors into HTTP. */
import { type ErrorCode, errors, Refusal } from '@commonhold/contract'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseAway } from '../store/database-away.ts'

export const retryAfterSecondsDefault = 2

/** Fastify's own refusals, in our words. */
const framework: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'The body may have 1 MiB at most.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'Send JSON, with the header "Content-Type: application/json".',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_request', 'The body is empty where JSON is expected.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_request', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'malformed_request',
    'The Content-Length does not fit the body.',
  ],
  FST_ERR_BAD_URL: ['malformed_request', 'The address is not a valid URL.'],
  FST_ERR_MAX_PARAM_LENGTH: ['malformed_request', 'A part of the address is too long.'],
}

/** @returns the refusal that an error of any kind amounts to */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (isDatabaseAway(error)) {
    return new Refusal('unavailable', 'The database can’t be reached just now. Try again.', {
      retryAfterSeconds: retryAfterSecondsDefault,
      context: error,
    })
  }
  const known = framework[(error as FastifyError).code ?? '']
  if (known) return new Refusal(known[0], known[1])
  const status = (error as FastifyError).statusCode
  if (status !== undefined && status >= 400 && status < 500) {
    return new Refusal('malformed_request', 'The request can’t be read.', { context: error })
  }
  return new Refusal(
    'internal_error',
    'Something went wrong on our side. The requestId finds it in the log.',
    { context: error },
  )
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const refusal = asRefusal(error)
  const { status, title } = errors[refusal.code]
  if (status >= 500) logFault(request, refusal)
  if (refusal.retryAfterSeconds !== null) reply.header('retry-after', refusal.retryAfterSeconds)
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="commonhold"')
  reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: `/docs/errors#${refusal.code}`,
      title,
      status,
      detail: refusal.detail,
      code: refusal.code,
      requestId: request.id,
      ...(refusal.errors.length > 0 ? { errors: refusal.errors } : {}),
      ...(refusal.missingPermissions.length > 0
        ? { missingPermissions: refusal.missingPermissions }
        : {}),
    })
}

/** The stack goes to the log; what a driver adds to an error (values, parameters) does not. */
function logFault(request: FastifyRequest, refusal: Refusal): void {
  const cause = refusal.context
  const fields =
    cause instanceof Error
      ? { error: cause.message, stack: cause.stack, code: (cause as { code?: unknown }).code }
      : { error: refusal.detail }
  request.log.error(fields, 'request failed')
}
