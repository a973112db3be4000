/**
 * Accounts, as objects that the tenant's admins manage. What an account owns is not here: for that
 * one acts in the account, as its member.
 */
import { boundaryPresets } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import {
  displayName,
  email,
  id,
  name,
  nanos,
  objectFields,
  permission,
  permissionList,
  signedUsd,
  time,
  timeZone,
  usd,
} from './fields.ts'
import { invitationWithLink } from './invitation.ts'
import { listOf, listQuery } from './list.ts'

const presets = Object.keys(boundaryPresets) as [keyof typeof boundaryPresets]

const boundary = z
  .union([z.enum(presets), permissionList])
  .meta({ description: 'A preset, or the permissions one by one.' })

const allottedBudget = z.strictObject({
  amountUsd: usd,
  period: z.enum(['day', 'week', 'month', 'year', 'lifetime']).default('month'),
  timeZone: timeZone.default('UTC'),
})

const accountObject = z.object({
  id: id('acct'),
  ...objectFields,
  isRoot: z.boolean(),
  state: z.enum(['active', 'suspended', 'deleted']),
  boundary: z.array(permission),
  budget: allottedBudget.nullable().meta({
    description: 'What the tenant allots to the account. Absent is unlimited, "0" is nothing.',
  }),
  settings: z.record(z.string(), z.json()),
})

const settings = z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/), z.json())

const one = '/accounts/{account}'
const onRoot = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ by: 'permission', permission: `account:${action}`, on: 'root' }) as const

export const account = {
  object: accountObject,
  list: operation({
    id: 'account.list',
    summary: 'Lists the accounts of the tenant: all for its admins, one’s own for everybody else.',
    method: 'GET',
    path: '/accounts',
    access: { by: 'caller' },
    query: listQuery(['name', 'createdAt'], { state: z.enum(['active', 'suspended']) }),
    output: listOf(accountObject),
    errors: ['invalid_cursor'],
  }),
  create: operation({
    id: 'account.create',
    summary: 'Creates an account, with its boundary, its first admin and its budget.',
    method: 'POST',
    path: '/accounts',
    access: onRoot('create'),
    body: z.strictObject({
      name,
      displayName: displayName.optional(),
      boundary: boundary.default('standard'),
      admin: z.strictObject({ email, displayName: displayName.optional() }).optional(),
      budget: allottedBudget.optional(),
      settings: settings.optional(),
    }),
    output: accountObject.extend({ invitation: invitationWithLink.nullable() }),
    secret: true,
    errors: ['name_taken', 'wrong_state', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  get: operation({
    id: 'account.get',
    summary: 'Reads an account: as one of its members, or as an admin of the tenant.',
    method: 'GET',
    path: one,
    access: { by: 'caller' },
    output: accountObject,
  }),
  update: operation({
    id: 'account.update',
    summary: 'Changes an account: its name, settings, budget or boundary, at once for everybody.',
    method: 'PATCH',
    path: one,
    access: onRoot('update'),
    body: z
      .strictObject({
        name,
        displayName,
        boundary,
        budget: allottedBudget.nullable(),
        settings,
      })
      .partial(),
    output: accountObject,
    errors: ['name_taken', 'revision_mismatch', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  suspend: operation({
    id: 'account.suspend',
    summary: 'Suspends an account: nothing acts in it until it is resumed.',
    method: 'POST',
    path: `${one}:suspend`,
    access: onRoot('update'),
    output: accountObject,
    errors: ['wrong_state', 'refused_by_rule'],
  }),
  resume: operation({
    id: 'account.resume',
    summary: 'Resumes a suspended account.',
    method: 'POST',
    path: `${one}:resume`,
    access: onRoot('update'),
    output: accountObject,
    errors: ['wrong_state', 'refused_by_rule'],
  }),
  delete: operation({
    id: 'account.delete',
    summary: 'Deletes an account with all that it owns; its bills and audit log are kept.',
    method: 'DELETE',
    path: one,
    access: onRoot('delete'),
    query: z.strictObject({
      dryRun: z.stringbool().optional().meta({ type: 'boolean' }),
      force: z.stringbool().optional().meta({
        type: 'boolean',
        description:
          'Even with calls in flight or an invoice that is still open: what is spent is billed all the same.',
      }),
    }),
    errors: ['in_use', 'refused_by_rule', 'revision_mismatch'],
  }),
  join: operation({
    id: 'account.join',
    summary: 'Joins an account as an admin. Audited there, where its admins see it.',
    method: 'POST',
    path: `${one}:join`,
    access: { by: 'permission', permission: 'account:manage', on: 'root' },
    output: accountObject,
    errors: ['wrong_state', 'refused_by_rule', 'hands_out_more_than_held'],
  }),
  bill: operation({
    id: 'account.bill',
    summary: 'Tells what an account has spent in the running month, for the admins of the tenant.',
    method: 'GET',
    path: `${one}/bill`,
    access: onRoot('read'),
    output: z.object({
      account: id('acct'),
      from: time,
      to: time,
      totalUsd: signedUsd,
      totalNanos: nanos,
      requests: z.number().int(),
    }),
  }),
}
