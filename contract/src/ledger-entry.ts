/**
 * The ledger of an account: its charges, and what people book on it. An entry is never changed or taken
 * out; a charge that is wrong gets a credit that names it.
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, nanos, signedUsd, time, usd } from './fields.ts'
import { listOf, listQuery } from './list.ts'

export const ledgerReasonLettersMax = 500

/** Why. It is on the bill, so it is not optional. */
export const ledgerReason = z
  .string()
  .trim()
  .min(1)
  .max(ledgerReasonLettersMax)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'has no control characters')
  .meta({ description: 'Why. Kept with the entry, shown on the bill and in the audit log.' })

const kinds = ['usage_charge', 'credit', 'adjustment'] as const

const ledgerEntry = z.object({
  id: id('led'),
  kind: z.enum(kinds),
  account: id('acct'),
  at: time,
  amountUsd: signedUsd.meta({ description: 'What the account owes by it; a credit is negative.' }),
  amountNanos: nanos,
  usageRecord: id('use')
    .nullable()
    .meta({ description: 'The charge itself, or the one that it corrects.' }),
  price: id('prc')
    .nullable()
    .meta({ description: 'The version of the price that a re-rate went by.' }),
  note: z.string(),
  createdBy: z.string().nullable(),
})

const base = '/accounts/{account}/ledger-entries'

/**
 * The bill goes to the account, so the account does not write it: the tenant’s admins do, as with the
 * account’s budget. `manage`, because a credit gives money.
 */
const byTenant = { by: 'permission', permission: 'account:manage', on: 'root' } as const

export const ledgerEntryOperations = {
  object: ledgerEntry,
  list: operation({
    id: 'ledger-entry.list',
    summary: 'Lists what was booked on the account, newest first.',
    method: 'GET',
    path: base,
    access: { by: 'permission', permission: 'invoice:read', on: 'account' },
    query: listQuery(['-at'], { kind: z.enum([...kinds, 'correction']), from: time, to: time }),
    output: listOf(ledgerEntry),
    errors: ['invalid_cursor'],
  }),
  credit: operation({
    id: 'ledger-entry.credit',
    summary:
      'Credits a charge of an account, wholly or in part: the bill and its budgets get it back.',
    method: 'POST',
    path: `${base}:credit`,
    access: byTenant,
    body: z.strictObject({
      charge: id('use', 'led').meta({ description: 'The usage record, or its ledger entry.' }),
      amountUsd: usd.optional().meta({ description: 'Absent: all that is not credited yet.' }),
      reason: ledgerReason,
    }),
    output: ledgerEntry,
    errors: ['refused_by_rule', 'wrong_state'],
  }),
  adjust: operation({
    id: 'ledger-entry.adjust',
    summary:
      'Adjusts what an account owes: a credit in advance, or a debit. Budgets stay as they are.',
    method: 'POST',
    path: `${base}:adjust`,
    access: byTenant,
    body: z.strictObject({
      amountUsd: z
        .string()
        .regex(/^-?(0|[1-9]\d{0,8})(\.\d{1,9})?$/, 'is an amount in US dollars, such as "-12.50"')
        .meta({ description: 'Added to what is owed; "-12.50" is a credit of 12.50 in advance.' }),
      reason: ledgerReason,
    }),
    output: ledgerEntry,
    errors: ['refused_by_rule'],
  }),
}
