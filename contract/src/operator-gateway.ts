/**
 * Gateways as the operator sees them: each keeps a journal of its own and leases parts of budgets. One whose
 * disk is lost never settles what it had leased; the operator retires it (docs/guides/operate-the-gateway.md).
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { time, usd } from './fields.ts'

const access = { by: 'operator' } as const
const area = 'operator' as const

const count = z.string().regex(/^\d+$/)

/** Of all tenants together: what is whose is not the operator's to see. */
const leased = z.object({
  leases: z.number().int(),
  usd,
  requests: count,
  tokens: count,
})

const gateway = z.object({
  id: z.string().meta({ description: 'The journal that it keeps: a UUID.' }),
  epoch: z.number().int().meta({ description: 'Rises with each start.' }),
  state: z.enum(['running', 'stopped', 'lost']).meta({
    description: 'Lost: it says nothing any more, and did not say that it stops.',
  }),
  seenAt: time,
  stoppedAt: time.nullable(),
  held: leased.meta({ description: 'Leased, and neither settled nor returned.' }),
})

export const operatorGateway = {
  list: operation({
    id: 'operator-gateway.list',
    summary:
      'Lists the gateways of the deployment, when each was last heard of, and what it holds.',
    method: 'GET',
    path: '/gateways',
    area,
    access,
    output: z.object({ items: z.array(gateway), nextCursor: z.null() }),
  }),
  retire: operation({
    id: 'operator-gateway.retire',
    summary: 'Ends a gateway that never comes back: what it holds is charged to its budgets.',
    method: 'POST',
    path: '/gateways/{gateway}:retire',
    area,
    access,
    output: z.object({ charged: leased }),
    errors: ['wrong_state'],
  }),
}
