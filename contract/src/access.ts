/** Questions to the access rule. */
import { type ResourceKind, refusalReasons, resourceKinds } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import { id, permission, reference, time } from './fields.ts'

const kind = z.enum(resourceKinds.map((k) => k.kind) as [ResourceKind, ...ResourceKind[]])
const verdict = z.enum(['allowed', ...refusalReasons])

const question = z.strictObject({
  permission,
  kind: kind.optional().meta({
    description: 'Of the resource. Absent: what its id or the permission says.',
  }),
  resource: reference.optional().meta({ description: 'Absent: about the account itself.' }),
  principal: reference.optional().meta({
    description: 'A user or virtual account of the account. Absent: the caller.',
  }),
})

const link = z.object({
  grant: id('grant'),
  role: z.string(),
  subject: z.object({ type: z.string(), id: z.string(), name: z.string() }),
  object: z.string(),
  createdAt: time,
  createdBy: z.string(),
})

export const access = {
  check: operation({
    id: 'access.check',
    summary: 'Asks whether the caller, or another principal of the account, may do something.',
    method: 'POST',
    path: '/accounts/{account}/access/check',
    access: { by: 'member' },
    readOnly: true,
    body: question,
    output: z.object({ allowed: z.boolean(), verdict }),
    errors: ['name_ambiguous'],
  }),
  explain: operation({
    id: 'access.explain',
    summary: 'Explains a decision: every condition of the rule, and the grants that carry it.',
    method: 'POST',
    path: '/accounts/{account}/access/explain',
    access: { by: 'member' },
    readOnly: true,
    body: question,
    output: z.object({
      allowed: z.boolean(),
      verdict,
      sentence: z.string(),
      conditions: z.array(
        z.object({ condition: z.string(), holds: z.boolean(), sentence: z.string() }),
      ),
      grants: z.array(link),
      share: z
        .object({
          id: id('share'),
          createdAt: time,
          createdBy: z.string(),
          permissions: z.array(permission),
        })
        .nullable(),
    }),
    errors: ['name_ambiguous'],
  }),
}
