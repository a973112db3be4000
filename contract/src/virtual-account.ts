/**
 * Virtual accounts: principals for code. Never tied to a person; a team may answer for one, which
 * gives the team no power over it and counts its spend under the team's budgets and limits
 * (docs/decisions/0011-a-team-answers-for-a-virtual-account.md).
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, id, name, objectFields, reference } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const object = z.object({
  id: id('va'),
  ...objectFields,
  state: z.enum(['active', 'suspended']),
  creatorActive: z.boolean().meta({
    description: 'False when its creator was deactivated or left. It goes on all the same.',
  }),
  ownerTeam: z
    .object({ id: id('team'), name: z.string() })
    .nullable()
    .meta({
      description:
        'The team that answers for it. Its budgets and usage limits count what it spends.',
    }),
  formerOwnerTeam: z.string().nullable().meta({
    description: 'Set when the team that answered for it was deleted: what that team was called.',
  }),
})

const base = '/accounts/{account}/virtual-accounts'
const one = `${base}/{virtual-account}` as const
const on = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ by: 'permission', permission: `virtual-account:${action}`, on: 'account' }) as const

export const virtualAccount = {
  object,
  create: operation({
    id: 'virtual-account.create',
    summary: 'Creates a virtual account.',
    method: 'POST',
    path: base,
    access: on('create'),
    body: z.strictObject({
      name,
      displayName: displayName.optional(),
      teams: z.array(reference).max(50).optional(),
      ownerTeam: reference.optional().meta({ description: 'A team that is to answer for it.' }),
    }),
    output: object,
    errors: ['name_taken', 'hands_out_more_than_held'],
  }),
  list: operation({
    id: 'virtual-account.list',
    summary: 'Lists the virtual accounts of the account.',
    method: 'GET',
    path: base,
    access: on('read'),
    query: listQuery(['name', 'createdAt'], {
      state: z.enum(['active', 'suspended']),
      ownerTeam: reference,
    }),
    output: listOf(object),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'virtual-account.get',
    summary: 'Reads a virtual account.',
    method: 'GET',
    path: one,
    access: on('read'),
    output: object,
  }),
  update: operation({
    id: 'virtual-account.update',
    summary: 'Renames, suspends or resumes a virtual account, or says which team answers for it.',
    method: 'PATCH',
    path: one,
    access: on('update'),
    body: z
      .strictObject({
        name,
        displayName,
        state: z.enum(['active', 'suspended']),
        ownerTeam: reference.nullable(),
      })
      .partial(),
    output: object,
    errors: ['name_taken', 'revision_mismatch', 'hands_out_more_than_held'],
  }),
  delete: operation({
    id: 'virtual-account.delete',
    summary: 'Deletes a virtual account with its tokens and grants.',
    method: 'DELETE',
    path: one,
    access: on('delete'),
    errors: ['revision_mismatch', 'hands_out_more_than_held'],
  }),
}
