/** What a sign-in page has to know before anybody is known. */
import { z } from 'zod'
import { operation } from './define.ts'
import { name } from './fields.ts'

export const deployment = {
  get: operation({
    id: 'deployment.get',
    summary: 'Tells how to sign in here: the mode, and the tenant if there is just one.',
    method: 'GET',
    path: '/deployment',
    access: { by: 'anyone' },
    query: z.strictObject({ tenant: name.optional() }),
    output: z.object({
      mode: z.enum(['self-hosted', 'hosted']),
      version: z.string(),
      signUp: z.boolean(),
      multiTenancy: z.boolean(),
      tenant: z.object({ name: z.string(), displayName: z.string() }).nullable(),
    }),
  }),
}
