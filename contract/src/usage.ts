/** What was used, at which price, what it cost, who pays: records, sums, ledger and invoices. */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, nanos, reference, time, usd } from './fields.ts'
import { listOf, listQuery } from './list.ts'

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
  price: id('prc').nullable(),
  priceVersion: z.number().int().nullable(),
  markupPpm: z.number().int(),
  costUsd: usd,
  costNanos: nanos,
  heldNanos: nanos,
  overHold: z.boolean(),
  durationMs: z.number().int(),
})

/** Unlike what one types, a sum may be negative: a balance in the account’s favour. */
const signedUsd = z.string().regex(/^-?\d{1,10}\.\d{2,9}$/)

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
          costUsd: usd,
          costNanos: nanos,
        }),
      ),
    }),
    errors: ['refused_by_rule'],
  }),
}

const ledgerEntry = z.object({
  id: id('led'),
  kind: z.enum(['usage_charge', 'credit', 'adjustment']),
  account: id('acct'),
  at: time,
  amountUsd: signedUsd.meta({ description: 'What the account owes by it; a credit is negative.' }),
  amountNanos: nanos,
  usageRecord: id('use').nullable(),
  note: z.string(),
})

export const ledgerEntryOperations = {
  list: operation({
    id: 'ledger-entry.list',
    summary: 'Lists what was booked on the account, newest first.',
    method: 'GET',
    path: '/accounts/{account}/ledger-entries',
    access: invoices,
    query: listQuery(['-at'], { from: time, to: time }),
    output: listOf(ledgerEntry),
    errors: ['invalid_cursor'],
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
