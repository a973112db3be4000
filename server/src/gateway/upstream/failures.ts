/** From what went wrong at a provider to what its caller is told, without a key, URL or stack in it. */
import type { IncomingHttpHeaders } from 'node:http'
import type { UpstreamFailure } from '@commonhold/core'
import { isObject } from '../admission/json-body.ts'
import { Failure, type FailureCode, type FailureDetails } from '../call/failure.ts'

/** How much of an error's body is read. */
export const errorBodyBytesMax = 64 * 1024
const messageCharsMax = 500
const retryAfterSecondsMax = 3_600

interface Told {
  readonly code: FailureCode
  readonly message: string
  readonly details?: FailureDetails
}

const never: FailureDetails = { shouldRetry: false }

const told: Readonly<Record<UpstreamFailure, Told>> = {
  not_connected: { code: 'provider_unreachable', message: 'The provider could not be reached.' },
  credential_refused: {
    code: 'provider_auth_failed',
    message: "The provider refused the provider account's key. An admin has to replace it.",
    details: never,
  },
  model_not_found: {
    code: 'provider_error',
    message: 'The provider does not have the model that is configured here.',
    details: never,
  },
  rate_limited: { code: 'provider_rate_limited', message: "The provider's own limit is reached." },
  overloaded: { code: 'provider_error', message: 'The provider is overloaded.' },
  internal_error: { code: 'provider_error', message: 'The provider had an error.' },
  error_as_first_event: { code: 'provider_error', message: 'The provider had an error.' },
  gateway_error: { code: 'provider_error', message: 'The provider could not be reached properly.' },
  timed_out: { code: 'provider_timed_out', message: 'The provider did not answer in time.' },
  connection_lost: {
    code: 'provider_connection_lost',
    message: 'The connection to the provider broke in the middle of its answer.',
  },
  malformed_answer: {
    code: 'provider_answer_malformed',
    message: 'The provider sent an answer that can not be read.',
  },
  request_refused: {
    code: 'provider_refused_request',
    message: 'The provider refused the request.',
  },
  content_refused: {
    code: 'provider_refused_request',
    message: 'The provider refused the content.',
  },
  client_gone: { code: 'client_gone', message: 'The client left.' },
}

/** One, several, or none. */
export type Secrets = readonly string[] | string | null

/** What is known about an error that a provider answered. */
export interface ProviderError {
  readonly status?: number
  readonly headers?: IncomingHttpHeaders
  /** The `error` object of its body, or of its event. */
  readonly error?: unknown
  /** What must not appear in a message: the provider's keys. */
  readonly secrets?: Secrets
}

export function providerFailure(failure: UpstreamFailure, about: ProviderError = {}): Failure {
  const { code, message, details } = told[failure]
  const { error, secrets = null, status } = about
  const said = isObject(error) && typeof error.message === 'string' ? error.message : ''
  const text = said === '' ? message : `${message} It says: ${sanitised(said, secrets)}`
  const retryAfterMs = failure === 'rate_limited' ? retryAfterOf(about.headers) : null
  const isRequest = code === 'provider_refused_request'
  return new Failure(code, text, {
    ...details,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(isRequest && status !== undefined ? { providerStatus: status } : {}),
    ...(isRequest && isObject(error) && typeof error.param === 'string'
      ? { param: error.param }
      : {}),
  })
}

/** The `error` of a JSON body, whichever of the usual forms it has. */
export function errorOf(body: Buffer): unknown {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    // Google puts the error of a stream into a list.
    const value = Array.isArray(parsed) ? parsed[0] : parsed
    if (!isObject(value)) return undefined
    if (isObject(value.error)) return value.error
    if (typeof value.error === 'string') return { message: value.error }
    // Amazon's front has it in capitals.
    const message = value.message ?? value.Message
    return typeof message === 'string' ? { message } : undefined
  } catch {
    return undefined
  }
}

/**
 * The first paragraph, without addresses, and without anything that looks like a key or is one that we
 * sent. Amazon's further paragraphs repeat what was signed, headers and all.
 */
function sanitised(message: string, secrets: Secrets): string {
  const [first = ''] = message.split(/\r?\n\r?\n/)
  const list = typeof secrets === 'string' ? [secrets] : (secrets ?? [])
  const withoutSecrets = list.reduce((text, one) => text.replaceAll(one, '[key]'), first)
  return withoutSecrets
    .slice(0, messageCharsMax)
    .replace(/\barn:aws[\w-]*:\S+/gi, '[resource]')
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '[address]')
    .replace(/\b(?:sk|pk|rk|api|key|ch)[-_][\w*.-]{6,}/gi, '[key]')
    .replace(/\bBearer\s+\S+/gi, '[key]')
}

function retryAfterOf(headers: IncomingHttpHeaders | undefined): number | null {
  const seconds = Number(headers?.['retry-after'])
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.min(seconds, retryAfterSecondsMax) * 1_000
    : null
}

/** Which failure a broken connection is. */
export function failureOfError(error: Error, wasSent: boolean): UpstreamFailure {
  if (!wasSent) return 'not_connected'
  const { code } = error as NodeJS.ErrnoException
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
    ? 'timed_out'
    : 'connection_lost'
}
