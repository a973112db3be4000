/** Grants: a subject of the account has a role on an object that the account may reach. */
import { type ResourceKind, resourceKinds } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import { id, reference, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const kind = z.enum(resourceKinds.map((k) => k.kind) as [ResourceKind, ...ResourceKind[]])

const subject = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('user'), user: reference }),
  z.strictObject({ type: z.literal('team'), team: reference }),
  z.strictObject({ type: z.literal('virtual-account'), virtualAccount: reference }),
])

const object = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('account') }),
  z.strictObject({ type: z.literal('kind'), kind }),
  z.strictObject({
    type: z.literal('resource'),
    kind,
    resource: reference.meta({ description: 'A name, parent/name, or an id.' }),
  }),
])

const grantObject = z.object({
  id: id('grant'),
  kind: z.literal('grant'),
  account: id('acct'),
  subject: z.object({
    type: z.enum(['user', 'team', 'virtual-account']),
    id: id('user', 'team', 'va'),
    name: z.string(),
  }),
  object: z.object({
    type: z.enum(['account', 'kind', 'resource']),
    kind: z.string().nullable(),
    id: z.string().nullable(),
    name: z.string(),
    shared: z.boolean(),
  }),
  role: z.object({ id: id('role'), name: z.string() }),
  expiresAt: time.nullable(),
  createdAt: time,
  createdBy: z.string(),
})

const base = '/accounts/{account}/grants'

export const grant = {
  object: grantObject,
  create: operation({
    id: 'grant.create',
    summary: 'Grants a role on an object to a user, team or virtual account of the account.',
    method: 'POST',
    path: base,
    access: {
      by: 'permission',
      permission: 'grant:create',
      on: 'account',
      orManageOf: 'body.object',
    },
    body: z.strictObject({
      subject,
      object,
      role: reference,
      expiresAt: time.nullable().optional(),
    }),
    output: grantObject,
    errors: ['name_taken', 'hands_out_more_than_held', 'name_ambiguous', 'refused_by_rule'],
  }),
  list: operation({
    id: 'grant.list',
    summary: 'Lists the grants of the account.',
    method: 'GET',
    path: base,
    access: { by: 'permission', permission: 'grant:read', on: 'account' },
    query: listQuery(['createdAt'], {
      user: reference,
      team: reference,
      virtualAccount: reference,
      resource: reference,
      role: reference,
    }),
    output: listOf(grantObject),
    errors: ['invalid_cursor', 'name_ambiguous'],
  }),
  get: operation({
    id: 'grant.get',
    summary: 'Reads a grant.',
    method: 'GET',
    path: `${base}/{grant}`,
    access: { by: 'permission', permission: 'grant:read', on: 'account' },
    output: grantObject,
  }),
  delete: operation({
    id: 'grant.delete',
    summary: 'Takes a grant back; it stops counting with the next request.',
    method: 'DELETE',
    path: `${base}/{grant}`,
    access: {
      by: 'permission',
      permission: 'grant:delete',
      on: 'account',
      orManageOf: '{grant}',
    },
    errors: ['hands_out_more_than_held', 'refused_by_rule'],
  }),
}
