/**
 * The operator runs the deployment. Sees of a tenant its name, state, plan and counts, never what
 * is in it; each act on a tenant is in that tenant's own audit log.
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, email, id, name, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const tenantObject = z.object({
  id: id('tnt'),
  kind: z.literal('tenant'),
  name: z.string(),
  displayName: z.string(),
  state: z.enum(['active', 'suspended', 'deleted']),
  plan: z.string(),
  createdAt: time,
  counts: z.object({
    accounts: z.number().int().meta({ description: 'Besides the root account.' }),
    users: z.number().int(),
    virtualAccounts: z.number().int(),
  }),
})

const settings = z.object({
  multiTenancy: z.boolean().meta({ description: 'Whether more than one tenant may be made.' }),
})

const access = { by: 'operator' } as const
const area = 'operator' as const
const one = '/tenants/{tenant}'

export const operatorSession = {
  create: operation({
    id: 'operator-session.create',
    summary: 'Signs the operator in with the operator key; the answer sets a cookie.',
    method: 'POST',
    path: '/session',
    area,
    access: { by: 'anyone' },
    query: z.strictObject({}),
    body: z.strictObject({ key: z.string().min(1).max(200) }),
    output: z.object({ csrfToken: z.string(), expiresAt: time }),
    errors: ['sign_in_failed'],
  }),
  get: operation({
    id: 'operator-session.get',
    summary: 'Reads the operator’s session.',
    method: 'GET',
    path: '/session',
    area,
    access,
    output: z.object({ csrfToken: z.string(), expiresAt: time.nullable() }),
  }),
  delete: operation({
    id: 'operator-session.delete',
    summary: 'Signs the operator out.',
    method: 'DELETE',
    path: '/session',
    area,
    access,
  }),
}

export const operatorSettings = {
  get: operation({
    id: 'operator-settings.get',
    summary: 'Reads the settings of the deployment.',
    method: 'GET',
    path: '/settings',
    area,
    access,
    output: settings,
  }),
  update: operation({
    id: 'operator-settings.update',
    summary: 'Changes the settings of the deployment.',
    method: 'PATCH',
    path: '/settings',
    area,
    access,
    body: z.strictObject(settings.shape).partial(),
    output: settings,
    errors: ['wrong_state'],
  }),
}

export const operatorTenant = {
  object: tenantObject,
  list: operation({
    id: 'operator-tenant.list',
    summary: 'Lists the tenants of the deployment.',
    method: 'GET',
    path: '/tenants',
    area,
    access,
    query: listQuery(['name', 'createdAt'], { state: z.enum(['active', 'suspended', 'deleted']) }),
    output: listOf(tenantObject),
    errors: ['invalid_cursor'],
  }),
  create: operation({
    id: 'operator-tenant.create',
    summary: 'Creates a tenant and a one-time link for its first admin.',
    method: 'POST',
    path: '/tenants',
    area,
    access,
    body: z.strictObject({
      name,
      displayName: displayName.optional(),
      admin: z.strictObject({ email, displayName: displayName.optional() }),
    }),
    output: tenantObject.extend({ adminLink: z.string() }),
    secret: true,
    errors: ['name_taken', 'wrong_state'],
  }),
  get: operation({
    id: 'operator-tenant.get',
    summary: 'Reads a tenant: its name, state, plan and counts.',
    method: 'GET',
    path: one,
    area,
    access,
    output: tenantObject,
  }),
  suspend: operation({
    id: 'operator-tenant.suspend',
    summary: 'Suspends a tenant: nobody signs in, no token works, until it is resumed.',
    method: 'POST',
    path: `${one}:suspend`,
    area,
    access,
    output: tenantObject,
    errors: ['wrong_state'],
  }),
  resume: operation({
    id: 'operator-tenant.resume',
    summary: 'Resumes a suspended tenant.',
    method: 'POST',
    path: `${one}:resume`,
    area,
    access,
    output: tenantObject,
    errors: ['wrong_state'],
  }),
  delete: operation({
    id: 'operator-tenant.delete',
    summary: 'Deletes a tenant: all that is in it but its records, and the key of its secrets.',
    method: 'DELETE',
    path: one,
    area,
    access,
    errors: ['wrong_state'],
  }),
}
