/** The access rule asked the other way round: who can reach a thing, and what somebody can reach. */
import { type ResourceKind, resourceKinds } from '@commonhold/core'
import { z } from 'zod'
import { verdict } from './access-explanation.ts'
import { operation } from './define.ts'
import { id, permission, reference, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

/** Ways are told up to here for each principal; the rest as a number. */
export const waysToldMax = 5
/** Accounts that reach a shared resource are named up to here; the rest as a number. */
export const accountsToldMax = 100

const kind = z.enum(resourceKinds.map((k) => k.kind) as [ResourceKind, ...ResourceKind[]])
const author = z.object({ id: z.string(), name: z.string() })

const way = z.object({
  grant: id('grant'),
  role: z.string(),
  object: z.string(),
  team: z.object({ id: id('team'), name: z.string() }).nullable(),
  createdBy: author,
  createdAt: time,
  expiresAt: time.nullable(),
})

const reacher = z.object({
  id: id('user', 'va'),
  kind: z.enum(['user', 'virtual-account']),
  name: z.string(),
  displayName: z.string(),
  ways: z.array(way),
  waysTotal: z.number().int(),
})

const sharedWith = z.object({
  items: z.array(
    z.object({
      account: z.object({ id: id('acct'), name: z.string() }),
      share: id('share'),
      resource: z.string().meta({ description: 'What is shared: the resource or what it is in.' }),
      permissions: z.array(permission).meta({ description: 'The most that the account may do.' }),
    }),
  ),
  total: z.number().int(),
})

const reached = z.object({
  id: z.string(),
  kind,
  name: z.string(),
  displayName: z.string(),
  shared: z.boolean(),
  permissions: z.array(permission),
})

export const whoCan = operation({
  id: 'access.who-can',
  summary: 'Lists who can do something in the account, or on one resource, and through what.',
  method: 'POST',
  path: '/accounts/{account}/access/who-can',
  access: { by: 'permission', permission: 'grant:read', on: 'account' },
  readOnly: true,
  query: listQuery(['name'], { subject: z.enum(['user', 'virtual-account']) }),
  body: z.strictObject({
    permission,
    kind: kind.optional(),
    resource: reference.optional().meta({ description: 'Absent: on the account itself.' }),
  }),
  output: listOf(reacher).extend({
    barrier: verdict.nullable().meta({
      description: 'Why nobody can, whatever is granted: the boundary or the share leaves it out.',
    }),
    sharedWith: sharedWith.nullable().meta({
      description:
        'In root, for whoever may read shares: the accounts that reach it by a share. Who in them does is theirs to know.',
    }),
  }),
  errors: ['invalid_cursor', 'name_ambiguous'],
})

export const whatCan = operation({
  id: 'access.what-can',
  summary:
    'Lists what the caller, another principal or a token can reach, and what it may do there.',
  method: 'POST',
  path: '/accounts/{account}/access/what-can',
  access: { by: 'member' },
  readOnly: true,
  query: listQuery(['name', 'createdAt'], { shared: z.enum(['true', 'false']) }),
  body: z.strictObject({
    principal: reference.optional().meta({ description: 'Absent: the caller.' }),
    token: reference.optional().meta({
      description: 'A token of that principal: what it reaches, its scopes applied.',
    }),
    permission: permission.optional().meta({ description: 'Only where this is allowed.' }),
    kind: kind.optional().meta({ description: 'Only resources of this kind.' }),
  }),
  output: listOf(reached).extend({
    principal: z.object({
      id: id('user', 'va'),
      kind: z.enum(['user', 'virtual-account']),
      name: z.string(),
    }),
    token: z.object({ id: id('tok'), name: z.string() }).nullable(),
    accountWide: z.array(permission).meta({
      description: 'What may be done in the account as a whole, and so on whatever it owns.',
    }),
  }),
  errors: ['invalid_cursor'],
})
