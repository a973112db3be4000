/** Temporary raises of budgets and usage limits: grants that are never edited, only ended. */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, nanos, time, usd } from './fields.ts'
import { listOf, listQuery } from './list.ts'

export const raiseReasonLettersMax = 500
/** A raise for longer is no temporary one: change the limit. */
export const raiseDaysMax = 366
/** In force or to come, of one limit. */
export const openRaisesMax = 50

const common = {
  id: id('raise'),
  limit: z.object({ id: id('bud', 'lim'), name: z.string() }),
  from: time,
  until: time,
  reason: z.string(),
  state: z.enum(['planned', 'in-force', 'over', 'ended']),
  createdAt: time,
  createdBy: z.string(),
  endedAt: time.nullable(),
  endedBy: z.string().nullable(),
}

const input = {
  from: time.optional().meta({ description: 'Absent: from now on.' }),
  until: time,
  reason: z
    .string()
    .trim()
    .min(1)
    .max(raiseReasonLettersMax)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'has no control characters')
    .meta({ description: 'Why. Kept with the raise and in the audit log.' }),
}

function raiseOperations<
  const K extends 'budget' | 'usage-limit',
  O extends z.ZodObject,
  C extends z.ZodObject,
>(kind: K, a: string, object: O, create: C) {
  const noun = `${kind}-raise` as const
  const base =
    `/accounts/{account}/${kind}s/{${kind}}/raises` as `/accounts/{account}/limits/{${K}}/raises`
  const one = `${base}/{${noun}}` as `/accounts/{account}/limits/{${K}}/raises/{${typeof noun}}`
  const access = (action: 'read' | 'update') =>
    ({ by: 'permission', permission: `${kind}:${action}`, on: 'account' }) as const
  return {
    object,
    create: operation({
      id: `${noun}.create`,
      summary: `Raises ${a} for a time: its amount, and on top of it the raises in force, are the limit.`,
      method: 'POST',
      path: base,
      access: access('update'),
      body: create,
      output: object,
      errors: ['refused_by_rule'],
    }),
    list: operation({
      id: `${noun}.list`,
      summary: `Lists the raises of ${a}, those that are over included.`,
      method: 'GET',
      path: base,
      access: access('read'),
      query: listQuery(['createdAt'], {}),
      output: listOf(object),
      errors: ['invalid_cursor'],
    }),
    end: operation({
      id: `${noun}.end`,
      summary: `Ends a raise of ${a} before its time, for the very next call.`,
      method: 'POST',
      path: `${one}:end` as const,
      access: access('update'),
      output: object,
      errors: ['wrong_state', 'refused_by_rule'],
    }),
  }
}

export const budgetRaise = raiseOperations(
  'budget',
  'a budget',
  z.object({ ...common, amountUsd: usd, amountNanos: nanos }),
  z.strictObject({ amountUsd: usd, ...input }),
)

export const usageLimitRaise = raiseOperations(
  'usage-limit',
  'a usage limit',
  z.object({ ...common, amount: z.number().int() }),
  z.strictObject({ amount: z.number().int().min(1).max(1_000_000_000_000), ...input }),
)
