/**
 * What `?dryRun=true` answers: what would change, what would go with it, and who would lose or gain
 * which access, exactly. Lists are cut to what a person can read; the numbers beside them are whole.
 */
import { z } from 'zod'
import { id, permission } from './fields.ts'
import { type JsonSchema, jsonSchema, mapChildren, schemaRef } from './json-schema.ts'

/** At most so many seats (somebody in an account) are compared one by one; more are counted. */
export const seatsComparedMax = 10_000
/** Told of each difference by name; the rest are counted. */
export const namedPerDifferenceMax = 50
/** Told of one change by name, in all differences together. */
export const namedMax = 500
/** Different losses, and different gains, that are told; the rest are counted. */
export const differencesToldMax = 100
/** Told of running calls, by who makes them. */
export const callersToldMax = 50

const place = z
  .object({
    kind: z.string().meta({ description: '`account`, or the kind of a resource.' }),
    id: z.string().nullable(),
    name: z.string().nullable().meta({ description: 'Null for what the caller may not read.' }),
  })
  .meta({ description: 'The account with all that it reaches, or a resource and what is in it.' })

const carrier = z
  .object({
    grant: id('grant'),
    role: z.string(),
    subject: z.object({ kind: z.enum(['user', 'virtual-account', 'team']), name: z.string() }),
    on: place,
    state: z.enum(['deleted', 'cut', 'new', 'raised']),
  })
  .meta({ description: 'A grant that carried it, and what becomes of that.' })

const ownToken = z.object({ id: id('tok'), name: z.string() })

const holder = z
  .object({
    kind: z.enum(['user', 'virtual-account']),
    id: id('user', 'va'),
    name: z.string(),
    token: ownToken.nullable().meta({
      description: 'Where it is this token’s doing alone: whose it is keeps the access.',
    }),
    through: z.array(carrier),
    tokens: z
      .array(ownToken.extend({ state: z.enum(['deleted', 'cut', 'wider']) }))
      .meta({ description: 'The holder’s tokens that reach less with it (or more).' }),
  })
  .meta({ description: 'Who loses it, or gains it.' })

const accessDifference = z
  .object({
    account: z.object({ id: id('acct'), name: z.string() }),
    on: place,
    permissions: z.array(permission),
    except: z
      .array(z.object({ on: place, permissions: z.array(permission) }))
      .meta({ description: 'Where within it some of the permissions stay as they are.' }),
    isAll: z.boolean().meta({ description: 'Nothing is left in the account (or: nothing was).' }),
    count: z.number().int().meta({ description: 'How many lose or gain it, exactly.' }),
    holders: z
      .array(holder)
      .meta({ description: 'The first of them that the caller may know of.' }),
    sentence: z.string(),
  })
  .meta({ description: 'The same loss, or gain, of one or many.' })

const runningCaller = z.object({
  kind: z.enum(['user', 'virtual-account']),
  name: z.string().nullable(),
  token: z.string().nullable(),
  model: z.string().nullable(),
  calls: z.number().int(),
})

const runningCalls = z
  .object({
    calls: z.number().int().meta({ description: 'How many calls that run now would be ended.' }),
    callers: z.array(runningCaller),
    asked: z.number().int().meta({ description: 'How many gateways were asked.' }),
    silent: z.number().int().meta({ description: 'How many did not answer in time.' }),
    sentence: z.string(),
  })
  .meta({ description: 'Calls through the gateway that the change would cut off.' })

const accessChange = z
  .object({
    lost: z.array(accessDifference),
    gained: z.array(accessDifference),
    total: z
      .object({
        losers: z.number().int(),
        gainers: z.number().int(),
        lost: z.number().int(),
        gained: z.number().int(),
      })
      .meta({ description: 'Exact, also where the lists are cut.' }),
    compared: z.number().int().meta({ description: 'Seats whose power was compared.' }),
    notCompared: z
      .number()
      .int()
      .meta({
        description: `Seats that the change concerns, where they are more than ${seatsComparedMax}: none is compared then.`,
      }),
    running: runningCalls.nullable(),
  })
  .meta({ description: 'Who would lose and gain which access.' })

const change = z
  .object({
    target: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    before: z.record(z.string(), z.json()).optional(),
    after: z.record(z.string(), z.json()).optional(),
  })
  .meta({ description: 'What would be created, changed or deleted.' })

const loss = z
  .object({ what: z.string(), id: z.string(), sentence: z.string() })
  .meta({ description: 'What would be taken away with it.' })

export const dryRunAnswer = z
  .object({
    dryRun: z.literal(true),
    changes: z.array(change),
    lost: z.array(loss),
    access: accessChange.nullable().meta({
      description: 'Null for a change that touches nobody’s access.',
    }),
    result: z.json().optional().meta({ description: 'What the call would have answered.' }),
  })
  .meta({ description: 'What a change would do. Nothing was written.' })

type In<T extends z.ZodType> = z.input<T>
export type AccessChange = In<typeof accessChange>
export type AccessDifference = In<typeof accessDifference>
export type AccessHolder = In<typeof holder>
export type AccessPlace = In<typeof place>
export type RunningCalls = In<typeof runningCalls>

/** As components of the OpenAPI document, each referring to the others by name. */
export const dryRunSchemas: Readonly<Record<string, JsonSchema>> = referring({
  Change: change,
  Loss: loss,
  AccessPlace: place,
  AccessCarrier: carrier,
  AccessHolder: holder,
  AccessDifference: accessDifference,
  RunningCalls: runningCalls,
  AccessChange: accessChange,
  DryRun: dryRunAnswer,
})

function referring(schemas: Record<string, z.ZodType>): Record<string, JsonSchema> {
  const keyOf = ({ description: _, ...schema }: JsonSchema) => JSON.stringify(schema)
  const written = Object.entries(schemas).map(([name, schema]) => {
    return [name, jsonSchema(schema, 'output')!] as const
  })
  const nameOf = new Map(written.map(([name, schema]) => [keyOf(schema), name]))
  const refer = (schema: JsonSchema): JsonSchema => {
    const name = nameOf.get(keyOf(schema))
    return name === undefined ? mapChildren(schema, refer) : schemaRef(name)
  }
  return Object.fromEntries(written.map(([name, schema]) => [name, mapChildren(schema, refer)]))
}
