/** What was used, at which price, what it cost, who pays: records, sums and invoices. */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, nanos, reference, signedUsd, time, usd } from './fields.ts'
import { listOf, listQuery } from './list.ts'

/** What is not sold by the token. Only what was used is there. */
const units = z
  .object({
    images: z.number().int(),
    audioSeconds: z.number(),
    characters: z.number().int(),
    searchUnits: z.number().int(),
  })
  .partial()
  .meta({ description: 'Pictures, seconds of audio, characters of speech, search units.' })

const usageRecord = z.object({
  id: id('use'),
  kind: z.literal('usage-record'),
  account: id('acct'),
  requestId: id('req'),
  attempt: z.number().int(),
  at: time,
  principal: z.object({ id: id('user', 'va'), kind: z.string(), name: z.string() }),
  token: id('tok').nullable(),
  model: z.object({ id: id('mdl'), name: z.string() }),
  shared: z.boolean(),
  route: z.string(),
  status: z.enum(['ok', 'error', 'cancelled', 'unknown']),
  numbersFrom: z.enum(['provider', 'estimate', 'worst-case', 'cache']),
  inputTokens: z.number().int(),
  cachedInputTokens: z.number().int(),
  outputTokens: z.number().int(),
  units,
  price: id('prc').nullable(),
  priceVersion: z.number().int().nullable(),
  markupPpm: z.number().int(),
  costUsd: usd,
  costNanos: nanos,
  creditedNanos: nanos.meta({ description: 'Of the cost, taken back by credits since.' }),
  heldNanos: nanos,
  overHold: z.boolean(),
  durationMs: z.number().int(),
})

export const groupings = ['model', 'principal', 'team', 'token', 'day', 'status'] as const

const read = { by: 'permission', permission: 'usage:read', on: 'account' } as const
const invoices = { by: 'permission', permission: 'invoice:read', on: 'account' } as const

export const usage = {
  object: usageRecord,
  list: operation({
    id: 'usage.list',
    summary: 'Lists usage records, newest first.',
    method: 'GET',
    path: '/accounts/{account}/usage',
    access: read,
    query: listQuery(['-at'], {
      model: reference,
      user: reference,
      virtualAccount: reference,
      token: reference,
      team: reference,
      status: z.enum(['ok', 'error', 'cancelled', 'unknown']),
      from: time,
      to: time,
    }),
    output: listOf(usageRecord),
    errors: ['invalid_cursor'],
  }),
  summary: operation({
    id: 'usage.summary',
    summary: 'Sums up usage by model, principal, team, token, status or day.',
    method: 'GET',
    path: '/accounts/{account}/usage/summary',
    access: read,
    query: z.strictObject({
      groupBy: z.enum(groupings).default('day'),
      thenBy: z.enum(groupings).optional(),
      from: time.optional(),
      to: time.optional(),
      timeZone: z.string().max(64).default('UTC'),
    }),
    output: z.object({
      from: time,
      to: time,
      totalUsd: usd,
      totalNanos: nanos,
      requests: z.number().int(),
      groups: z.array(
        z.object({
          key: z.string(),
          name: z.string(),
          thenKey: z.string().nullable(),
          thenName: z.string().nullable(),
          requests: z.number().int(),
          inputTokens: z.number().int(),
          outputTokens: z.number().int(),
          units,
          costUsd: usd,
          costNanos: nanos,
        }),
      ),
    }),
    errors: ['refused_by_rule'],
  }),
}

const invoiceObject = z.object({
  id: id('ivc').nullable().meta({ description: 'Null while the month is running.' }),
  kind: z.literal('invoice'),
  account: id('acct'),
  period: z.string().meta({ description: 'Such as 2026-11.' }),
  from: time,
  to: time,
  state: z.enum(['open', 'closed']),
  totalUsd: signedUsd.meta({
    description: 'Charges, less credits, with adjustments and what is carried over.',
  }),
  totalNanos: nanos,
  creditedUsd: usd,
  creditedNanos: nanos,
  adjustedUsd: signedUsd,
  adjustedNanos: nanos,
  carriedOverUsd: signedUsd.meta({
    description: 'Booked for an earlier month after its invoice was closed.',
  }),
  carriedOverNanos: nanos,
  lines: z
    .array(
      z.object({
        model: z.string(),
        priceVersion: z.number().int().nullable(),
        requests: z.number().int(),
        inputTokens: z.number().int(),
        outputTokens: z.number().int(),
        amountUsd: usd,
        amountNanos: nanos,
      }),
    )
    .meta({ description: 'The charges, by model and price version.' }),
})

export const invoice = {
  object: invoiceObject,
  list: operation({
    id: 'invoice.list',
    summary: 'Lists the invoices of the account, the running month included.',
    method: 'GET',
    path: '/accounts/{account}/invoices',
    access: invoices,
    output: listOf(invoiceObject),
  }),
  get: operation({
    id: 'invoice.get',
    summary: 'Reads the invoice of a month, such as 2026-11.',
    method: 'GET',
    path: '/accounts/{account}/invoices/{period}',
    access: invoices,
    output: invoiceObject,
  }),
}
