/** Teams: whoever is in it now has what is granted to it. */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, id, name, objectFields, reference, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const object = z.object({
  id: id('team'),
  ...objectFields,
  state: z.enum(['active', 'suspended']),
  members: z.number().int(),
})

const member = z.object({
  id: id('user', 'va'),
  kind: z.enum(['user', 'virtual-account']),
  name: z.string(),
  displayName: z.string(),
  addedAt: time,
  addedBy: z.string(),
})

const base = '/accounts/{account}/teams'
const one = `${base}/{team}` as const
const on = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ by: 'permission', permission: `team:${action}`, on: 'account' }) as const

export const team = {
  object,
  create: operation({
    id: 'team.create',
    summary: 'Creates a team.',
    method: 'POST',
    path: base,
    access: on('create'),
    body: z.strictObject({
      name,
      displayName: displayName.optional(),
      members: z.array(reference).max(200).optional().meta({
        description: 'Users (e-mail or id) or virtual accounts (name or id) of this account.',
      }),
    }),
    output: object,
    errors: ['name_taken'],
  }),
  list: operation({
    id: 'team.list',
    summary: 'Lists the teams of the account.',
    method: 'GET',
    path: base,
    access: on('read'),
    query: listQuery(['name', 'createdAt'], {}),
    output: listOf(object),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'team.get',
    summary: 'Reads a team.',
    method: 'GET',
    path: one,
    access: on('read'),
    output: object,
  }),
  update: operation({
    id: 'team.update',
    summary: 'Renames a team, suspends or resumes it; a suspended team carries no grants.',
    method: 'PATCH',
    path: one,
    access: on('update'),
    body: z.strictObject({ name, displayName, state: z.enum(['active', 'suspended']) }).partial(),
    output: object,
    errors: ['name_taken', 'revision_mismatch', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  delete: operation({
    id: 'team.delete',
    summary: 'Deletes a team and what was granted to it.',
    method: 'DELETE',
    path: one,
    access: on('delete'),
    errors: ['revision_mismatch', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
}

export const teamMember = {
  list: operation({
    id: 'team-member.list',
    summary: 'Lists the members of a team.',
    method: 'GET',
    path: `${one}/members`,
    access: on('read'),
    query: listQuery(['createdAt'], {}),
    output: listOf(member),
    errors: ['invalid_cursor'],
  }),
  add: operation({
    id: 'team-member.add',
    summary: 'Adds a member of the account to a team.',
    method: 'POST',
    path: `${one}/members`,
    access: on('update'),
    body: z.strictObject({ member: reference }),
    output: member,
    errors: ['name_taken', 'hands_out_more_than_held'],
  }),
  remove: operation({
    id: 'team-member.remove',
    summary: 'Takes a member out of a team.',
    method: 'DELETE',
    path: `${one}/members/{member}`,
    access: on('update'),
    errors: ['hands_out_more_than_held', 'refused_by_rule'],
  }),
}
