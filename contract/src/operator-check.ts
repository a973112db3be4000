/**
 * What the operator needs to check the isolation of an own deployment: the rules of the database, asked
 * of the database that serves, and throw-away tenants to ask the isolation matrix in.
 * `commonhold doctor isolation` uses both (docs/guides/check-isolation.md).
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, time } from './fields.ts'

export const checkMinutesMax = 120
export const checkMinutesDefault = 30
/** Throw-away tenants that a deployment may have at once. */
export const checkTenantsMax = 10

const access = { by: 'operator' } as const
const area = 'operator' as const

const checkResult = z.object({
  name: z.string(),
  rule: z.string().meta({ description: 'What holds, as a sentence.' }),
  ok: z.boolean(),
  problems: z.array(z.string()).meta({ description: 'Each place where it does not hold.' }),
})

const tableRows = z.object({
  table: z.string(),
  rows: z.number().int(),
  kept: z.string().nullable().meta({
    description: 'Why they stay: records are kept. Null for what should not be there.',
  }),
})

export const operatorDatabase = {
  check: operation({
    id: 'operator-database.check',
    summary: 'Checks the walls of the database that serves: its policies, keys and rights.',
    method: 'GET',
    path: '/database/checks',
    area,
    access,
    output: z.object({
      database: z.object({
        version: z.string(),
        role: z.string().meta({ description: 'The role that the server asks as.' }),
        login: z.string().meta({ description: 'The role that it logs in as.' }),
      }),
      checks: z.array(checkResult),
    }),
  }),
}

export const operatorCheckTenant = {
  create: operation({
    id: 'operator-check-tenant.create',
    summary: 'Creates a throw-away tenant for a check of isolation, which ends by itself.',
    method: 'POST',
    path: '/check-tenants',
    area,
    access,
    body: z.strictObject({
      minutes: z
        .number()
        .int()
        .min(1)
        .max(checkMinutesMax)
        .default(checkMinutesDefault)
        .meta({ description: 'After these it is removed, whatever happens to who made it.' }),
    }),
    output: z.object({
      id: id('tnt'),
      name: z.string(),
      checkUntil: time,
      adminLink: z.string().meta({ description: 'One-time link of its first admin.' }),
    }),
    secret: true,
    errors: ['wrong_state'],
  }),
  end: operation({
    id: 'operator-check-tenant.end',
    summary: 'Deletes a throw-away tenant and tells what the database still held of it.',
    method: 'POST',
    path: '/check-tenants/{tenant}:end',
    area,
    access,
    output: z.object({
      afterDeletion: z.array(tableRows).meta({
        description: 'What is left of a tenant that is deleted as every tenant is.',
      }),
      afterRemoval: z.array(tableRows).meta({
        description: 'What is left once the tombstone and the records are removed as well.',
      }),
    }),
  }),
}
