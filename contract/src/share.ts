/** Shares: a tenant-level resource allotted to an account, up to a largest set of permissions. */
import { builtInRoleNames, type ResourceKind, resourceKinds } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import { id, permission, permissionList, reference, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const kind = z.enum(resourceKinds.map((k) => k.kind) as [ResourceKind, ...ResourceKind[]])

const object = z.object({
  id: id('share'),
  kind: z.literal('share'),
  account: id('acct').meta({ description: 'The root account, which shares.' }),
  resource: z.object({ id: z.string(), kind: z.string(), name: z.string() }),
  to: z.object({ id: id('acct'), name: z.string() }),
  permissions: z.array(permission),
  markupPpm: z.number().int(),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  revision: z.number().int(),
})

const most = {
  upTo: z.enum(builtInRoleNames).optional().meta({
    description:
      'The most that the account may do with it, as a role: "user", "admin" … Reading is always part of it.',
  }),
  permissions: permissionList.optional().meta({ description: 'Instead of upTo: one by one.' }),
}

const markupPpm = z.number().int().min(0).max(100_000_000).meta({
  description: 'Added to the price for this account, in parts per million (50000 is 5 %).',
})

const base = '/accounts/{account}/shares'
const one = `${base}/{share}` as const

export const share = {
  object,
  create: operation({
    id: 'share.create',
    summary: 'Shares a tenant-level resource with an account. Only in the root account.',
    method: 'POST',
    path: base,
    access: {
      by: 'permission',
      permission: 'share:create',
      on: 'account',
      orManageOf: 'body.resource',
    },
    body: z.strictObject({
      kind,
      resource: reference,
      to: reference.meta({ description: 'The account.' }),
      ...most,
      markupPpm: markupPpm.optional(),
    }),
    output: object,
    errors: ['name_taken', 'hands_out_more_than_held', 'name_ambiguous', 'refused_by_rule'],
  }),
  list: operation({
    id: 'share.list',
    summary: 'Lists shares: in root those that it made, elsewhere those made to the account.',
    method: 'GET',
    path: base,
    access: { by: 'permission', permission: 'share:read', on: 'account' },
    query: listQuery(['createdAt'], { to: reference, resource: reference, kind }),
    output: listOf(object),
    errors: ['invalid_cursor', 'name_ambiguous'],
  }),
  get: operation({
    id: 'share.get',
    summary: 'Reads a share.',
    method: 'GET',
    path: one,
    access: { by: 'permission', permission: 'share:read', on: 'account' },
    output: object,
  }),
  update: operation({
    id: 'share.update',
    summary: 'Changes the most that the account may do with the shared resource.',
    method: 'PATCH',
    path: one,
    access: { by: 'permission', permission: 'share:update', on: 'account', orManageOf: '{share}' },
    body: z.strictObject({ ...most, markupPpm: markupPpm.optional() }),
    output: object,
    errors: ['revision_mismatch', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  delete: operation({
    id: 'share.delete',
    summary: 'Un-shares: every grant that the account made on it goes as well.',
    method: 'DELETE',
    path: one,
    access: { by: 'permission', permission: 'share:delete', on: 'account', orManageOf: '{share}' },
    errors: ['in_use', 'revision_mismatch', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
}
