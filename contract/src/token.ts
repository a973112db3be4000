/**
 * Tokens of virtual accounts, and personal access tokens. A token is bound to one account, may be
 * narrower than its principal, and never wider.
 */
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, id, name, objectFields, permission, permissionList, time } from './fields.ts'
import { listOf, listQuery } from './list.ts'

export const allowlistEntriesMax = 100
export const overlapSecondsMax = 7 * 24 * 3600

const object = z.object({
  id: id('tok'),
  ...objectFields,
  principal: id('user', 'va'),
  state: z.enum(['active', 'expired']),
  scopes: z.array(permission).nullable(),
  ipAllowlist: z.array(z.string()).nullable(),
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
  secrets: z.number().int().meta({
    description: 'How many secrets are valid now: two while a rotation overlaps.',
  }),
})

const withSecret = object.extend({
  secret: z.string().meta({ description: 'The token itself. Shown once, kept only as a hash.' }),
})

const restrictions = {
  expiresAt: time.nullable().optional().meta({ description: 'Absent or null: does not expire.' }),
  scopes: permissionList.nullable().optional().meta({
    description: 'Absent or null: all that the principal may. An empty list: nothing.',
  }),
  ipAllowlist: z
    .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]))
    .min(1)
    .max(allowlistEntriesMax)
    .nullable()
    .optional()
    .meta({
      description:
        'Addresses or CIDR ranges that the token may be used from. Absent or null: anywhere.',
    }),
}

const rotation = z.strictObject({
  overlapSeconds: z.number().int().min(0).max(overlapSecondsMax).default(0).meta({
    description: 'How long the old secret goes on working, in seconds.',
  }),
})

type Noun = 'token' | 'personal-access-token'

function tokenOperations<const Base extends string>(
  noun: Noun,
  what: string,
  base: Base,
  on: (action: 'read' | 'create' | 'update' | 'delete') =>
    | {
        by: 'permission'
        permission: `token:${'read' | 'create' | 'update' | 'delete'}`
        on: 'account'
      }
    | { by: 'member' },
) {
  const one = `${base}/{token}` as const
  return {
    object,
    create: operation({
      id: `${noun}.create`,
      summary: `Creates a ${what}; its secret is in this answer and nowhere else.`,
      method: 'POST',
      path: base,
      access: on('create'),
      body: z.strictObject({ name, displayName: displayName.optional(), ...restrictions }),
      output: withSecret,
      secret: true,
      errors: ['name_taken', 'hands_out_more_than_held', 'refused_by_rule'],
    }),
    list: operation({
      id: `${noun}.list`,
      summary: `Lists each ${what}.`,
      method: 'GET',
      path: base,
      access: on('read'),
      query: listQuery(['name', 'createdAt'], {}),
      output: listOf(object),
      errors: ['invalid_cursor'],
    }),
    get: operation({
      id: `${noun}.get`,
      summary: `Reads a ${what}, without its secret.`,
      method: 'GET',
      path: one,
      access: on('read'),
      output: object,
    }),
    update: operation({
      id: `${noun}.update`,
      summary: `Changes the expiry, scopes or addresses of a ${what}.`,
      method: 'PATCH',
      path: one,
      access: on('update'),
      body: z.strictObject({
        name: name.optional(),
        displayName: displayName.optional(),
        ...restrictions,
      }),
      output: object,
      errors: ['name_taken', 'revision_mismatch', 'hands_out_more_than_held', 'refused_by_rule'],
    }),
    rotate: operation({
      id: `${noun}.rotate`,
      summary: `Gives a ${what} a new secret; the old one goes on for the overlap.`,
      method: 'POST',
      path: `${one}:rotate`,
      access: on('update'),
      body: rotation,
      output: withSecret,
      secret: true,
      errors: ['hands_out_more_than_held', 'refused_by_rule'],
    }),
    delete: operation({
      id: `${noun}.delete`,
      summary: `Revokes a ${what} at once.`,
      method: 'DELETE',
      path: one,
      access: on('delete'),
      errors: ['hands_out_more_than_held', 'refused_by_rule'],
    }),
  }
}

export const token = tokenOperations(
  'token',
  'token of a virtual account',
  '/accounts/{account}/virtual-accounts/{virtual-account}/tokens',
  (action) => ({ by: 'permission', permission: `token:${action}`, on: 'account' }),
)

export const personalAccessToken = tokenOperations(
  'personal-access-token',
  'personal access token of the caller',
  '/accounts/{account}/personal-access-tokens',
  () => ({ by: 'member' }),
)
