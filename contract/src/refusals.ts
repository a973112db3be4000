/** What an operation may refuse with, and how a refusal looks on the wire (RFC 9457). */
import { type ErrorCode, errors } from './errors.ts'
import { nothing } from './fields.ts'
import { type JsonSchema, schemaRef } from './json-schema.ts'
import { type AnyOperation, everyOperation, isMutation } from './operation.ts'

/** Where each code is explained: docs/errors.md, which the server serves. */
export const errorPage = (code: ErrorCode) => `/docs/errors#${code}`

const codes = Object.keys(errors) as ErrorCode[]

/** @returns every code that the operation may answer with, in the order of precedence. */
export function refusalsOf(operation: AnyOperation): ErrorCode[] {
  const isOpen = operation.access.by === 'anyone'
  const bodyless = operation.body === nothing
  const not = new Set<ErrorCode>([
    ...(isOpen ? (['not_signed_in', 'credential_expired', 'not_allowed'] as const) : []),
    ...(isOpen || !isMutation(operation) ? (['csrf_token_missing'] as const) : []),
    ...(bodyless ? (['body_too_large', 'unsupported_media_type'] as const) : []),
  ])
  const all = new Set<ErrorCode>([
    ...everyOperation.filter((code) => !not.has(code)),
    ...operation.errors,
    ...(operation.area === 'operator' && !isOpen ? (['operator_only'] as const) : []),
    ...(takesIdempotencyKey(operation) ? (['idempotency_key_reused'] as const) : []),
  ])
  return codes.filter((code) => all.has(code))
}

/** A key belongs to a caller: before anybody is known, and for the operator, there is none. */
export function takesIdempotencyKey(operation: AnyOperation): boolean {
  const { by } = operation.access
  return (
    operation.method === 'POST' && isMutation(operation) && by !== 'anyone' && by !== 'operator'
  )
}

/** Whether `If-Match` is honoured: just where a mismatch is one of the refusals. */
export function takesIfMatch(operation: AnyOperation): boolean {
  return operation.errors.includes('revision_mismatch')
}

export const problemSchemas: Readonly<Record<string, JsonSchema>> = {
  InputError: {
    type: 'object',
    description: 'One thing that is wrong with the input.',
    properties: {
      pointer: { type: 'string', description: 'Where: a JSON pointer into the body, or a name.' },
      rule: { type: 'string', description: 'Which rule it breaks.' },
      message: { type: 'string', description: 'In words.' },
    },
    required: ['pointer', 'rule', 'message'],
  },
  ErrorCode: {
    type: 'string',
    description: 'Every way to refuse. A closed list: a code never changes its meaning.',
    enum: codes,
  },
  Problem: {
    type: 'object',
    description: 'A refusal, as RFC 9457 problem details.',
    properties: {
      type: { type: 'string', description: 'A page that explains the code and what to do.' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: schemaRef('ErrorCode'),
      detail: { type: 'string', description: 'What happened here, and what to do.' },
      requestId: { type: 'string', description: 'Quote it when you ask for help.' },
      errors: { type: 'array', items: schemaRef('InputError') },
      missingPermissions: { type: 'array', items: { type: 'string' } },
    },
    required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  },
}

const requestId = 'req_01kasbp6jqe8wsr0fn70rhcvzs'

/** A refusal with this code, as it may look. */
export function problemExample(code: ErrorCode) {
  const { status, title } = errors[code]
  const base = { type: errorPage(code), title, status, code, detail: `${title}.`, requestId }
  if (code === 'invalid_input') {
    const message = 'is 3 to 64 letters: a-z, 0-9 and dashes'
    return { ...base, errors: [{ pointer: '/name', rule: 'invalid_format', message }] }
  }
  if (code === 'not_allowed' || code === 'hands_out_more_than_held') {
    return { ...base, missingPermissions: ['model:use'] }
  }
  return base
}
