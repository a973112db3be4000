/** Users, seen from an account that they are members of. */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, email, id, objectFields, reference, time } from './fields.ts'
import { invitationWithLink } from './invitation.ts'
import { listOf, listQuery } from './list.ts'

const object = z.object({
  id: id('user'),
  ...objectFields,
  email: z.string(),
  state: z.enum(['invited', 'active', 'deactivated', 'deleted']),
  memberSince: time.nullable().meta({
    description: 'Null for a user of the tenant who is not in this account, seen by its admins.',
  }),
  source: z.enum(['manual', 'scim', 'sso']).nullable(),
})

const back = z
  .object({
    accounts: z.array(z.string()),
    teams: z.number().int(),
    grants: z.number().int(),
    needsInvitation: z.boolean().meta({
      description: 'Who never chose a password signs in by a new invitation: invite again.',
    }),
  })
  .meta({
    description:
      'What the user has again, as it was: memberships, places in teams, grants that have not expired. Sessions, tokens and open invitations ended for good.',
  })

const one = '/accounts/{account}/users/{user}'
const on = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ by: 'permission', permission: `user:${action}`, on: 'account' }) as const

export const user = {
  object,
  list: operation({
    id: 'user.list',
    summary: 'Lists the users of the account.',
    method: 'GET',
    path: '/accounts/{account}/users',
    access: on('read'),
    query: listQuery(['email', 'createdAt'], {
      state: z.enum(['invited', 'active', 'deactivated']),
      team: reference,
    }),
    output: listOf(object),
    errors: ['invalid_cursor'],
  }),
  invite: operation({
    id: 'user.invite',
    summary: 'Invites a person into the account, or adds somebody who is in the tenant already.',
    method: 'POST',
    path: '/accounts/{account}/users',
    access: on('create'),
    body: z.strictObject({
      email,
      displayName: displayName.optional(),
      role: reference.optional().meta({ description: 'A role on the whole account.' }),
      teams: z.array(reference).max(50).optional(),
    }),
    output: object.extend({ invitation: invitationWithLink.nullable() }),
    secret: true,
    errors: ['wrong_state', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  get: operation({
    id: 'user.get',
    summary: 'Reads a user of the account, by id or e-mail.',
    method: 'GET',
    path: one,
    access: on('read'),
    output: object,
  }),
  update: operation({
    id: 'user.update',
    summary: 'Changes a user’s display name.',
    method: 'PATCH',
    path: one,
    access: on('update'),
    body: z.strictObject({ displayName }).partial(),
    output: object,
    errors: ['revision_mismatch', 'hands_out_more_than_held'],
  }),
  deactivate: operation({
    id: 'user.deactivate',
    summary: 'Deactivates a user: sessions and personal tokens stop at once, everywhere.',
    method: 'POST',
    path: `${one}:deactivate`,
    access: on('update'),
    output: object,
    errors: ['wrong_state', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  reactivate: operation({
    id: 'user.reactivate',
    summary: 'Lets a deactivated user sign in again. Sessions and tokens do not come back.',
    method: 'POST',
    path: `${one}:reactivate`,
    access: on('update'),
    output: object.extend({ back }),
    errors: ['wrong_state', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  resetPassword: operation({
    id: 'user.reset-password',
    summary: 'Takes a user’s password away and makes a link that sets a new one.',
    method: 'POST',
    path: `${one}:reset-password`,
    access: on('update'),
    output: invitationWithLink,
    secret: true,
    errors: ['wrong_state', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  remove: operation({
    id: 'user.remove',
    summary: 'Removes a user from the account, with the grants, teams and tokens held there.',
    method: 'DELETE',
    path: one,
    access: on('delete'),
    errors: ['hands_out_more_than_held', 'refused_by_rule'],
  }),
}
