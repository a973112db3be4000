/**
 * Invitations: opaque, single use, bound to one e-mail in one tenant. The secret is in the link's
 * fragment, which browsers never send, and in the body here: never in a URL (case A65).
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, email, id, password, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'
import { sessionObject } from './session.ts'

const secret = z.string().min(20).max(200)

export const invitationObject = z.object({
  id: id('inv'),
  kind: z.literal('invitation'),
  account: id('acct'),
  user: id('user'),
  email: z.string(),
  state: z.enum(['open', 'used', 'expired']),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time,
})

export const invitationWithLink = invitationObject.extend({
  link: z.string().meta({ description: 'Shown once. Whoever has it can set the password.' }),
})

const one = '/accounts/{account}/invitations/{invitation}'
const manage = { by: 'permission', permission: 'user:create', on: 'account' } as const

export const invitation = {
  object: invitationObject,
  list: operation({
    id: 'invitation.list',
    summary: 'Lists the invitations of the account.',
    method: 'GET',
    path: '/accounts/{account}/invitations',
    access: { by: 'permission', permission: 'user:read', on: 'account' },
    query: listQuery(['createdAt'], {}),
    output: listOf(invitationObject),
    errors: ['invalid_cursor'],
  }),
  renew: operation({
    id: 'invitation.renew',
    summary: 'Makes a new link for an invited user; the old one stops working.',
    method: 'POST',
    path: `${one}:renew`,
    access: manage,
    output: invitationWithLink,
    secret: true,
    errors: ['wrong_state', 'hands_out_more_than_held'],
  }),
  delete: operation({
    id: 'invitation.delete',
    summary: 'Takes an invitation back.',
    method: 'DELETE',
    path: one,
    access: manage,
  }),
  inspect: operation({
    id: 'invitation.inspect',
    summary: 'Tells the holder of an invitation link what it invites to.',
    method: 'POST',
    path: '/invitations:inspect',
    access: { by: 'anyone' },
    readOnly: true,
    body: z.strictObject({ secret }),
    output: z.object({
      email: z.string().nullable().meta({
        description: 'Null for the one-time link of a first admin, who chooses the e-mail.',
      }),
      displayName: z.string(),
      tenant: z.object({ name: z.string(), displayName: z.string() }),
      account: z.object({ displayName: z.string(), isRoot: z.boolean() }),
      hasPassword: z.boolean(),
    }),
  }),
  accept: operation({
    id: 'invitation.accept',
    summary: 'Accepts an invitation: sets the password and signs in.',
    method: 'POST',
    path: '/invitations:accept',
    access: { by: 'anyone' },
    query: z.strictObject({}),
    body: z.strictObject({
      secret,
      password,
      displayName: displayName.optional(),
      email: email.optional().meta({
        description: 'Only with the one-time link of a first admin: what to sign in with.',
      }),
    }),
    output: sessionObject,
    errors: ['wrong_state', 'refused_by_rule', 'sign_in_failed'],
  }),
}
