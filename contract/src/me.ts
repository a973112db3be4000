/** The caller: who it is, where it is a member, what it may do there. */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, id, password, permission } from './fields.ts'

const principal = z.object({
  id: id('user', 'va'),
  kind: z.enum(['user', 'virtual-account']),
  name: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
})

export const me = {
  get: operation({
    id: 'me.get',
    summary: 'Tells who the caller is and which accounts it is a member of.',
    method: 'GET',
    path: '/me',
    access: { by: 'caller' },
    output: z.object({
      principal,
      tenant: z.object({ id: id('tnt'), name: z.string(), displayName: z.string() }),
      accounts: z.array(
        z.object({
          id: id('acct'),
          name: z.string(),
          displayName: z.string(),
          isRoot: z.boolean(),
          state: z.string(),
        }),
      ),
      hasAccounts: z.boolean().meta({
        description:
          'Whether the tenant has any account besides root, as far as the caller can know.',
      }),
    }),
  }),
  account: operation({
    id: 'me.account',
    summary: 'Tells what the caller may do in an account as a whole, and its teams there.',
    method: 'GET',
    path: '/accounts/{account}/me',
    access: { by: 'member' },
    output: z.object({
      permissions: z.array(permission),
      boundary: z.array(permission),
      teams: z.array(z.object({ id: id('team'), name: z.string(), displayName: z.string() })),
    }),
  }),
  update: operation({
    id: 'me.update',
    summary: 'Changes the caller’s own display name.',
    method: 'PATCH',
    path: '/me',
    access: { by: 'caller' },
    body: z.strictObject({ displayName }),
    output: principal,
  }),
  leave: operation({
    id: 'me.leave',
    summary: 'Leaves an account, with the grants, teams and tokens that one has there.',
    method: 'POST',
    path: '/accounts/{account}/me:leave',
    access: { by: 'member' },
    errors: ['refused_by_rule'],
  }),
  changePassword: operation({
    id: 'me.change-password',
    summary: 'Changes the caller’s password and ends every other session.',
    method: 'POST',
    path: '/me:change-password',
    access: { by: 'caller' },
    body: z.strictObject({ currentPassword: z.string().min(1).max(256), newPassword: password }),
    errors: ['sign_in_failed', 'refused_by_rule'],
  }),
}
