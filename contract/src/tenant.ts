/** The tenant, as its own people see it. */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, id, time } from './fields.ts'

const object = z.object({
  id: id('tnt'),
  kind: z.literal('tenant'),
  name: z.string(),
  displayName: z.string(),
  state: z.string(),
  plan: z.string(),
  rootAccount: id('acct'),
  sandbox: z.boolean().meta({ description: 'Whether this deployment runs the sandbox provider.' }),
  createdAt: time,
})

export const tenant = {
  object,
  get: operation({
    id: 'tenant.get',
    summary: 'Reads the tenant.',
    method: 'GET',
    path: '/tenant',
    access: { by: 'caller' },
    output: object,
  }),
  update: operation({
    id: 'tenant.update',
    summary: 'Changes the tenant’s display name.',
    method: 'PATCH',
    path: '/tenant',
    access: { by: 'permission', permission: 'account:manage', on: 'root' },
    body: z.strictObject({ displayName }),
    output: object,
  }),
}
