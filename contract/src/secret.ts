/** Secrets: named values in a group. Reading the value is `secret:use`, and audited. */
import { z } from 'zod'
import { operation } from './define.ts'
import { resourceOperations } from './resource.ts'

export const secretValueLettersMax = 65_536

const secretResource = resourceOperations('secret', {
  a: 'a secret',
  spec: {},
  writeOnly: { value: z.string().min(1).max(secretValueLettersMax) },
})

export const secret = {
  ...secretResource,
  reveal: operation({
    id: 'secret.reveal',
    summary: 'Reveals the value of a secret. The read is in the audit log.',
    method: 'POST',
    path: '/accounts/{account}/secrets/{secret}:reveal',
    access: { by: 'permission', permission: 'secret:use', on: '{secret}' },
    query: z.strictObject({}),
    output: z.object({ value: z.string() }),
    secret: true,
    errors: ['name_ambiguous'],
  }),
}
