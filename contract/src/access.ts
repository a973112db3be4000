/** Questions to the access rule. */
import { type ResourceKind, resourceKinds } from '@commonhold/core'
import { z } from 'zod'
import { explanation, verdict } from './access-explanation.ts'
import { whatCan, whoCan } from './access-reach.ts'
import { operation } from './define.ts'
import { permission, reference } from './fields.ts'

export {
  type AccessExplanationLink,
  type AccessRemedyChange,
  grantsToldMax,
  makersNamedMax,
  makersWeighedMax,
  remediesToldMax,
} from './access-explanation.ts'
export { accountsToldMax, waysToldMax } from './access-reach.ts'

const kind = z.enum(resourceKinds.map((k) => k.kind) as [ResourceKind, ...ResourceKind[]])

const question = z.strictObject({
  permission,
  kind: kind.optional().meta({
    description: 'Of the resource. Absent: what its id or the permission says.',
  }),
  resource: reference.optional().meta({ description: 'Absent: about the account itself.' }),
  principal: reference.optional().meta({
    description: 'A user or virtual account of the account. Absent: the caller.',
  }),
  token: reference.optional().meta({
    description:
      'A token of that principal, bound to this account: the question is then what it may do.',
  }),
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
    summary:
      'Explains a decision: every condition, each link of the chain with who made it, and what would change a refusal.',
    method: 'POST',
    path: '/accounts/{account}/access/explain',
    access: { by: 'member' },
    readOnly: true,
    body: question,
    output: explanation,
    errors: ['name_ambiguous'],
  }),
  whoCan,
  whatCan,
}
