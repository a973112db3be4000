/**
 * Charges computed again at another version of the price: for a price that was wrong when it was used. The
 * charges stay, and the difference is booked beside them.
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, nanos, time, usd } from './fields.ts'
import { ledgerReason } from './ledger-entry.ts'

/** In one call, which is one transaction: what is more goes on with `after`. */
export const reRateRecordsMax = 5_000

const sums = {
  records: z.number().int().meta({ description: 'Looked at: all of the model in this time.' }),
  changed: z.number().int().meta({ description: 'Something was booked on them.' }),
  unknown: z.number().int().meta({
    description: 'Left alone: what they used is not known well enough to compute it again.',
  }),
  beforeUsd: usd.meta({ description: 'Owed for them before, credits taken off.' }),
  beforeNanos: nanos,
  afterUsd: usd,
  afterNanos: nanos,
  creditedUsd: usd,
  creditedNanos: nanos,
  adjustedNanos: nanos.meta({
    description: 'By adjustments: for charges that were too low, less earlier ones taken back.',
  }),
  dearerNanos: nanos.meta({
    description: 'What charges were too low by, and was not booked for want of chargeDearer.',
  }),
}

export const reRate = {
  run: operation({
    id: 're-rate.run',
    summary:
      'Computes the charges of a model in a span of time again at a version of its price, and books the difference.',
    method: 'POST',
    path: '/accounts/{account}/models/{model}:re-rate',
    access: { by: 'permission', permission: 'model:update', on: '{model}' },
    body: z.strictObject({
      price: z.number().int().min(1).meta({ description: 'The version of the price, such as 3.' }),
      from: time,
      to: time.optional().meta({ description: 'Absent: now.' }),
      chargeDearer: z.boolean().default(false).meta({
        description: 'Book it as well where a charge was too low. Else only what is cheaper.',
      }),
      after: z
        .string()
        .max(200)
        .optional()
        .meta({
          description: `The next of the call before: one call looks at ${reRateRecordsMax} records at most.`,
        }),
      reason: ledgerReason,
    }),
    output: z.object({
      model: z.string(),
      price: z.number().int(),
      from: time,
      to: time,
      ...sums,
      accounts: z
        .array(z.object({ id: id('acct'), name: z.string(), ...sums }))
        .meta({ description: 'The same by account.' }),
      next: z.string().nullable().meta({
        description: 'There is more: send it as after, with the same from and to.',
      }),
    }),
    errors: ['refused_by_rule', 'name_ambiguous', 'malformed_request'],
  }),
}
