/** Sessions of people in browsers (and of the CLI after `login`). */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, email, id, name, password, time } from './fields.ts'
import { listOf } from './list.ts'

export const sessionObject = z.object({
  user: z.object({ id: id('user'), email: z.string(), displayName: z.string() }),
  tenant: z.object({ id: id('tnt'), name: z.string(), displayName: z.string() }),
  csrfToken: z.string().meta({
    description: 'Send it as X-CSRF-Token with every change made with the session cookie.',
  }),
  expiresAt: time,
})

const listed = z.object({
  id: id('sess'),
  current: z.boolean(),
  createdAt: time,
  lastSeenAt: time,
  expiresAt: time,
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
})

export const session = {
  object: sessionObject,
  create: operation({
    id: 'session.create',
    summary: 'Signs in with e-mail and password; the answer sets the session cookie.',
    method: 'POST',
    path: '/session',
    access: { by: 'anyone' },
    query: z.strictObject({}),
    body: z.strictObject({
      email,
      password: z.string().min(1).max(256),
      tenant: name.optional().meta({
        description: 'Which tenant’s sign-in this is. Not needed where there is only one.',
      }),
    }),
    output: sessionObject,
    errors: ['sign_in_failed'],
  }),
  get: operation({
    id: 'session.get',
    summary: 'Reads the session that the cookie stands for.',
    method: 'GET',
    path: '/session',
    access: { by: 'caller' },
    output: sessionObject,
  }),
  delete: operation({
    id: 'session.delete',
    summary: 'Signs out.',
    method: 'DELETE',
    path: '/session',
    access: { by: 'caller' },
  }),
  list: operation({
    id: 'session.list',
    summary: 'Lists the caller’s own sessions.',
    method: 'GET',
    path: '/me/sessions',
    access: { by: 'caller' },
    output: listOf(listed),
  }),
  revoke: operation({
    id: 'session.revoke',
    summary: 'Ends one of the caller’s own sessions.',
    method: 'DELETE',
    path: '/me/sessions/{session}',
    access: { by: 'caller' },
  }),
}

export const signup = {
  create: operation({
    id: 'signup.create',
    summary: 'Makes a tenant with its first admin. Only where the deployment is in hosted mode.',
    method: 'POST',
    path: '/signup',
    access: { by: 'anyone' },
    query: z.strictObject({}),
    body: z.strictObject({
      tenant: name,
      tenantDisplayName: displayName,
      email,
      displayName,
      password,
    }),
    output: sessionObject,
    errors: ['name_taken', 'wrong_state', 'refused_by_rule'],
  }),
}
