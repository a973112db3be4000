/** Budgets and usage limits: how much, per period, for whom. 0 is zero; absent is unlimited. */
import { limitLevels } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import {
  displayName,
  id,
  name,
  nanos,
  objectFields,
  reference,
  time,
  timeZone,
  usd,
} from './fields.ts'
import { alertsChange, alertsInput, alertsOutput } from './limit-alert.ts'
import { listOf, listQuery } from './list.ts'

export const periods = ['day', 'week', 'month', 'year', 'lifetime'] as const
export const amountMax = 1_000_000_000_000

const level = z.enum(limitLevels).meta({
  description:
    'What is counted. tenant: all accounts together, and share: what an account spends through a share; both are made in the root account. each-user, each-virtual-account: the same for everyone who has none of his own.',
})
const of = reference.meta({
  description:
    'Which team, user, virtual account, token, model or share. Not given for the other levels.',
})

const applies = {
  level,
  of: z.object({ id: z.string(), name: z.string() }).nullable(),
  imposed: z.boolean().meta({
    description: 'Set by the tenant: the account reads it and can’t change it.',
  }),
}

const onAccount = (
  kind: 'budget' | 'usage-limit',
  action: 'read' | 'create' | 'update' | 'delete',
) => ({ by: 'permission', permission: `${kind}:${action}`, on: 'account' }) as const

const whoUsedMost = z.object({ id: z.string(), name: z.string() }).nullable().meta({
  description: 'For each-user and each-virtual-account: who has used most of his. Else null.',
})

const budgetObject = z.object({
  id: id('bud'),
  ...objectFields,
  ...applies,
  amountUsd: usd,
  amountNanos: nanos,
  period: z.enum(periods),
  timeZone: z.string(),
  mode: z.enum(['enforce', 'audit']),
  fallbackModel: z.object({ id: z.string(), name: z.string() }).nullable(),
  alerts: alertsOutput,
  current: z.object({
    of: whoUsedMost,
    periodId: z.string(),
    startsAt: time,
    resetsAt: time.nullable(),
    raisedUsd: usd.meta({ description: 'By raises in force now, on top of the amount.' }),
    raisedNanos: nanos,
    settledUsd: usd,
    settledNanos: nanos,
    heldUsd: usd,
    heldNanos: nanos.meta({
      description: 'Set aside for calls in flight, by the gateways’ leases.',
    }),
    remainingUsd: usd,
    remainingNanos: nanos,
    wouldRefuse: z.object({ calls: z.number().int(), usd, nanos }).meta({
      description: 'In mode audit: the calls that would have been refused, and what they cost.',
    }),
  }),
})

const mode = z.enum(['enforce', 'audit']).meta({
  description: 'audit: count and flag, refuse nothing.',
})

const budgetInput = {
  amountUsd: usd,
  period: z.enum(periods),
  timeZone: timeZone.default('UTC'),
  mode: mode.default('enforce'),
}

const fallbackModel = reference.nullable().meta({
  description:
    'A model to call instead of refusing, where this budget has no room for the one that was asked for. It has to fit as well, and the caller to be allowed to use it.',
})

function limitOperations<
  const K extends 'budget' | 'usage-limit',
  O extends z.ZodObject,
  C extends z.ZodObject,
  U extends z.ZodObject,
>(kind: K, plural: string, a: string, object: O, create: C, update: U) {
  const base = `/accounts/{account}/${plural}` as '/accounts/{account}/limits'
  const one = `${base}/{${kind}}` as `/accounts/{account}/limits/{${K}}`
  return {
    object,
    create: operation({
      id: `${kind}.create`,
      summary: `Creates ${a}.`,
      method: 'POST',
      path: base,
      access: onAccount(kind, 'create'),
      body: create,
      output: object,
      errors: ['name_taken', 'name_ambiguous', 'refused_by_rule'],
    }),
    list: operation({
      id: `${kind}.list`,
      summary: `Lists each ${kind.replace('-', ' ')} of the account, with what is left of it.`,
      method: 'GET',
      path: base,
      access: onAccount(kind, 'read'),
      query: listQuery(['name', 'createdAt'], { level }),
      output: listOf(object),
      errors: ['invalid_cursor'],
    }),
    get: operation({
      id: `${kind}.get`,
      summary: `Reads ${a}, with what is left of it.`,
      method: 'GET',
      path: one,
      access: onAccount(kind, 'read'),
      output: object,
    }),
    update: operation({
      id: `${kind}.update`,
      summary: `Changes ${a}, for the very next call.`,
      method: 'PATCH',
      path: one,
      access: onAccount(kind, 'update'),
      body: update,
      output: object,
      errors: ['name_taken', 'revision_mismatch', 'refused_by_rule'],
    }),
    delete: operation({
      id: `${kind}.delete`,
      summary: `Deletes ${a}: what it limited is then unlimited by it.`,
      method: 'DELETE',
      path: one,
      access: onAccount(kind, 'delete'),
      errors: ['revision_mismatch', 'refused_by_rule'],
    }),
  }
}

const identity = { name, displayName: displayName.optional() }

export const budget = limitOperations(
  'budget',
  'budgets',
  'a budget',
  budgetObject,
  z.strictObject({
    ...identity,
    level,
    of: of.optional(),
    ...budgetInput,
    fallbackModel: fallbackModel.optional(),
    alerts: alertsInput.optional(),
  }),
  z
    .strictObject({
      name,
      displayName,
      amountUsd: usd,
      timeZone,
      mode,
      fallbackModel,
      alerts: alertsChange,
    })
    .partial(),
)

const metric = z.enum(['requests', 'tokens', 'concurrency'])
const amount = z.number().int().min(0).max(amountMax)
const windowSeconds = z.number().int().min(1).max(86_400)

export const usageLimit = limitOperations(
  'usage-limit',
  'usage-limits',
  'a usage limit',
  z.object({
    id: id('lim'),
    ...objectFields,
    ...applies,
    metric,
    amount: z.number().int(),
    raised: z.number().int().meta({ description: 'By raises in force now, on top of the amount.' }),
    windowSeconds: z.number().int().nullable(),
    mode: z.enum(['enforce', 'audit']),
    alerts: alertsOutput,
    current: z.object({
      of: whoUsedMost,
      startsAt: time.nullable().meta({ description: 'Null for concurrency, as resetsAt.' }),
      resetsAt: time.nullable(),
      used: z.number().int().meta({ description: 'In this window. Concurrency: 0.' }),
      inFlight: z.number().int().meta({
        description: 'Set aside for calls in flight, by the gateways’ leases.',
      }),
      remaining: z.number().int().meta({ description: 'Of the amount and the raises in force.' }),
      wouldRefuse: z.object({ calls: z.number().int(), amount: z.number().int() }).meta({
        description: 'In mode audit: the calls that would have been refused, and what they used.',
      }),
    }),
  }),
  z.strictObject({
    ...identity,
    level,
    of: of.optional(),
    metric,
    amount,
    windowSeconds: windowSeconds.optional().meta({
      description: 'Seconds, for requests and tokens. Not given for concurrency.',
    }),
    mode: mode.default('enforce'),
    alerts: alertsInput.optional(),
  }),
  z.strictObject({ name, displayName, amount, mode, alerts: alertsChange }).partial(),
)
