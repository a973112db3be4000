/**
 * Transfers: a resource changes hands between two accounts of a tenant. Powers never add up across
 * accounts, so no request acts in two: one account offers, in an act of its own (`<kind>.transfer`),
 * and the other accepts, in an act of its own. Until then nothing has moved.
 */
import { type ResourceKind, resourceKinds } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import { id, name, reference, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const kind = z.enum(resourceKinds.map((k) => k.kind) as [ResourceKind, ...ResourceKind[]])
const place = z.object({ id: id('acct'), name: z.string() })

export const transferObject = z.object({
  id: id('trf'),
  kind: z.literal('transfer'),
  account: id('acct').meta({ description: 'The account that gives.' }),
  from: place,
  to: place,
  resource: z.object({
    id: z.string(),
    kind,
    name: z.string().meta({ description: '`parent/name` for what lives in something.' }),
    displayName: z.string(),
    contains: z.number().int().meta({ description: 'How many things in it go along.' }),
  }),
  withSecrets: z.boolean().meta({
    description: 'Whether stored keys and secret values go along; else they are wiped.',
  }),
  state: z.enum(['offered', 'accepted']),
  offeredBy: z.string().meta({ description: 'Who offered it, by name.' }),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time,
})

/** What a kind's own operation takes: see resource.ts. */
export const transferInput = z.strictObject({
  to: reference.meta({
    description: 'The account: root, or another one that the caller has to do with.',
  }),
  withSecrets: z.boolean().optional().meta({
    description:
      'True by default: stored keys and secret values go along, for which the caller has to be able to use them. False wipes them.',
  }),
})

const one = '/accounts/{account}/transfers/{transfer}'

export const transfer = {
  object: transferObject,
  list: operation({
    id: 'transfer.list',
    summary: 'Lists open offers: of what this account gives away, and of what it is given.',
    method: 'GET',
    path: '/accounts/{account}/transfers',
    access: { by: 'member' },
    query: listQuery(['-createdAt'], { direction: z.enum(['in', 'out']), kind }),
    output: listOf(transferObject),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'transfer.get',
    summary: 'Reads an open offer.',
    method: 'GET',
    path: one,
    access: { by: 'member' },
    output: transferObject,
  }),
  accept: operation({
    id: 'transfer.accept',
    summary: 'Accepts an offer: the resource, with what is in it, is this account’s from now on.',
    method: 'POST',
    path: `${one}:accept`,
    access: { by: 'member' },
    body: z.strictObject({
      name: name.optional().meta({ description: 'What to call it here, if its name is taken.' }),
    }),
    output: transferObject,
    errors: ['name_taken', 'wrong_state', 'in_use', 'refused_by_rule'],
  }),
  delete: operation({
    id: 'transfer.delete',
    summary: 'Takes an offer back, or declines it. Nothing has moved.',
    method: 'DELETE',
    path: one,
    access: { by: 'member' },
  }),
}
