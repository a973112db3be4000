/** What Explain answers: the chain of a decision link by link, and what would turn a refusal. */
import { refusalReasons } from '@commonhold/core'
import { z } from 'zod'
import { permission, time } from './fields.ts'

export const verdict = z.enum(['allowed', ...refusalReasons])

/** Links are told up to here; the rest as a number (`moreGrants`). */
export const grantsToldMax = 20
/** Remedies are told up to here, the smallest first. */
export const remediesToldMax = 6
/** Of those who could make a change, so many are named. */
export const makersNamedMax = 5
/** So many candidates are weighed one by one for each change; see `exact`. */
export const makersWeighedMax = 200

const author = z
  .object({ id: z.string(), name: z.string() })
  .nullable()
  .meta({ description: 'Null for what the system itself made, and where nobody is on record.' })

export const linkTypes = [
  'tenant',
  'account',
  'principal',
  'membership',
  'token',
  'team',
  'grant',
  'role',
  'boundary',
  'share',
  'resource',
] as const

const link = z.object({
  type: z.enum(linkTypes),
  id: z.string().nullable().meta({ description: 'Null for a link that is missing.' }),
  name: z.string(),
  sentence: z.string(),
  through: z.string().nullable().meta({
    description: 'The id of the link before it: the team of a grant, the grant of a role.',
  }),
  holds: z.boolean(),
  madeBy: author,
  madeAt: time.nullable(),
  expiresAt: time.nullable(),
})

export const changeNames = [
  'resume-tenant',
  'resume-account',
  'resume-principal',
  'add-member',
  'share',
  'widen-share',
  'widen-boundary',
  'make-role',
  'grant',
  'join-team',
  'resume-team',
  'renew-token',
  'widen-scopes',
  'new-token',
] as const

const who = z.object({
  people: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['user', 'virtual-account']),
      name: z.string(),
    }),
  ),
  total: z.number().int().nullable().meta({
    description: 'Null where it is the operator, or nobody of this tenant.',
  }),
  exact: z.boolean().meta({
    description: `False when more than ${makersWeighedMax} had to be weighed: there may be more.`,
  }),
  sentence: z.string(),
})

const change = z.object({
  change: z.enum(changeNames),
  sentence: z.string(),
  operation: z
    .object({
      id: z.string(),
      params: z.record(z.string(), z.string()),
      body: z.record(z.string(), z.json()).optional(),
    })
    .nullable()
    .meta({
      description: 'The call that does it, ready to send; null where no call of ours does.',
    }),
  who: who.meta({ description: 'Who could make it, once the changes before it are made.' }),
  byCaller: z.boolean().meta({ description: 'Whether the caller could make it now.' }),
})

export const explanation = z.object({
  allowed: z.boolean(),
  verdict,
  sentence: z.string(),
  permission,
  principal: z.object({
    id: z.string(),
    kind: z.enum(['user', 'virtual-account']),
    name: z.string(),
  }),
  conditions: z.array(
    z.object({ condition: z.string(), holds: z.boolean(), sentence: z.string() }),
  ),
  chain: z.array(link),
  moreGrants: z
    .number()
    .int()
    .meta({ description: 'How many grants carry it besides those told.' }),
  remedies: z.array(z.object({ changes: z.array(change) })).meta({
    description:
      'The smallest sets of changes that would allow it, each in the order in which to make them.',
  }),
})

export type AccessExplanationLink = z.output<typeof link>
export type AccessRemedyChange = z.output<typeof change>
