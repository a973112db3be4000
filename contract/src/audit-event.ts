/** The audit log: who did what, when, on what. */
import { z } from 'zod'
import { operation } from './define.ts'
import { id, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

const object = z.object({
  id: id('aud'),
  kind: z.literal('audit-event'),
  account: id('acct'),
  sequence: z.number().int(),
  at: time,
  actor: z.object({ id: z.string(), name: z.string() }),
  token: z.string().nullable(),
  session: z.string().nullable(),
  operation: z.string(),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  before: z.record(z.string(), z.json()).nullable(),
  after: z.record(z.string(), z.json()).nullable(),
  requestId: z.string(),
  address: z.string().nullable(),
  hash: z.string(),
})

const denial = z.object({
  id: id('aud'),
  at: time,
  actor: z.string(),
  operation: z.string(),
  target: z.string(),
  reason: z.string(),
  requestId: z.string(),
  address: z.string().nullable(),
})

const read = { by: 'permission', permission: 'audit-event:read', on: 'account' } as const

export const auditEvent = {
  object,
  list: operation({
    id: 'audit-event.list',
    summary: 'Lists the audit events of the account, newest first.',
    method: 'GET',
    path: '/accounts/{account}/audit-events',
    access: read,
    query: listQuery(['-sequence'], {
      operation: z.string().max(100),
      actor: z.string().max(100),
      target: z.string().max(100),
      from: time,
      to: time,
    }),
    output: listOf(object),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'audit-event.get',
    summary: 'Reads an audit event.',
    method: 'GET',
    path: '/accounts/{account}/audit-events/{audit-event}',
    access: read,
    output: object,
  }),
  denials: operation({
    id: 'audit-event.denials',
    summary: 'Lists refused requests, a limited sample, newest first.',
    method: 'GET',
    path: '/accounts/{account}/audit-denials',
    access: read,
    query: listQuery(['-at'], {}),
    output: listOf(denial),
    errors: ['invalid_cursor'],
  }),
}
