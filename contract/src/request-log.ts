/** The request log: what callers asked of the gateway, and what became of it. */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, nanos, reference, time, usd } from './fields.ts'
import { listOf, listQuery } from './list.ts'

export const requestOutcomes = ['ok', 'refused', 'failed', 'cancelled'] as const

const entry = z.object({
  id: id('req'),
  kind: z.literal('request'),
  account: id('acct'),
  at: time,
  route: z.string(),
  principal: z.object({ id: id('user', 'va'), kind: z.string(), name: z.string() }),
  token: z.object({ id: id('tok'), name: z.string() }),
  modelAsked: z.string().meta({ description: 'As the caller wrote it.' }),
  modelServed: z.string().nullable(),
  streamed: z.boolean(),
  outcome: z.enum(requestOutcomes),
  code: z.string().nullable().meta({ description: 'Why it was refused or failed.' }),
  message: z.string().nullable().meta({ description: 'What the caller was told.' }),
  durationMs: z.number().int(),
  firstByteMs: z.number().int().nullable().meta({
    description: 'Until the first byte of the answer; of a stream, its first token.',
  }),
  requestBytes: z.number().int(),
  answerBytes: z.number().int(),
  bodies: z.enum(['none', 'kept']),
  attempts: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  costUsd: usd,
  costNanos: nanos,
})

const attempt = z.object({
  usageRecord: id('use'),
  attempt: z.number().int(),
  at: time,
  model: z.object({ id: id('mdl'), name: z.string() }),
  shared: z.boolean(),
  status: z.enum(['ok', 'error', 'cancelled', 'unknown']),
  why: z.string().nullable(),
  numbersFrom: z.string(),
  inputTokens: z.number().int(),
  cachedInputTokens: z.number().int(),
  outputTokens: z.number().int(),
  priceVersion: z.number().int().nullable(),
  heldNanos: nanos.meta({ description: 'Its worst case, held before the provider was called.' }),
  costNanos: nanos,
  overHold: z.boolean(),
  durationMs: z.number().int(),
})

const body = z.object({
  state: z
    .enum(['kept', 'too_large', 'not_text', 'none'])
    .meta({ description: 'Why there is no text, where there is none.' }),
  bytes: z.number().int().meta({ description: 'As it was sent.' }),
  text: z.string().nullable().meta({ description: 'Redacted; a stream is put together.' }),
})

const at = '/accounts/{account}/request-log'
const read = { by: 'permission', permission: 'request-log:read', on: 'account' } as const

export const requestLog = {
  object: entry,
  list: operation({
    id: 'request-log.list',
    summary: 'Lists the requests that were logged, refused ones included, newest first.',
    method: 'GET',
    path: at,
    access: read,
    query: listQuery(['-at'], {
      model: reference,
      user: reference,
      virtualAccount: reference,
      token: reference,
      outcome: z.enum(requestOutcomes),
      code: z.string().max(64),
      costMin: usd,
      from: time,
      to: time,
    }),
    output: listOf(entry),
    errors: ['invalid_cursor'],
  }),
  own: operation({
    id: 'request-log.own',
    summary: 'Lists the caller’s own requests that were logged, newest first. Needs no permission.',
    method: 'GET',
    path: '/accounts/{account}/own-requests',
    access: { by: 'member' },
    query: listQuery(['-at'], {
      model: reference,
      outcome: z.enum(requestOutcomes),
      code: z.string().max(64),
      costMin: usd,
      from: time,
      to: time,
    }),
    output: listOf(entry),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'request-log.get',
    summary: 'Reads a logged request with each attempt: what was held and what it cost.',
    method: 'GET',
    path: `${at}/{request}`,
    access: read,
    output: entry.omit({ attempts: true }).extend({ attempts: z.array(attempt) }),
  }),
  reveal: operation({
    id: 'request-log.reveal',
    summary: 'Shows the bodies that were kept of a request. Audited.',
    method: 'POST',
    path: `${at}/{request}:reveal`,
    access: { by: 'permission', permission: 'request-log:use', on: 'account' },
    output: z.object({ request: body, answer: body }),
    secret: true,
  }),
}
