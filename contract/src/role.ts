/** Roles: built-in ones, the tenant's, and the account's own. */
import { z } from 'zod'
import { operation } from './define.ts'
import {
  description,
  displayName,
  id,
  name,
  objectFields,
  permission,
  permissionList,
} from './fields.ts'
import { listOf, listQuery } from './list.ts'

const object = z.object({
  id: id('role'),
  ...objectFields,
  description: z.string(),
  builtIn: z.boolean(),
  permissions: z.array(permission),
})

const base = '/accounts/{account}/roles'
const one = `${base}/{role}` as const
const on = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ by: 'permission', permission: `role:${action}`, on: 'account' }) as const

export const role = {
  object,
  create: operation({
    id: 'role.create',
    summary: 'Creates a custom role. It can only carry what its author holds.',
    method: 'POST',
    path: base,
    access: on('create'),
    body: z.strictObject({
      name,
      displayName: displayName.optional(),
      description: description.optional(),
      permissions: permissionList,
    }),
    output: object,
    errors: ['name_taken', 'hands_out_more_than_held'],
  }),
  list: operation({
    id: 'role.list',
    summary: 'Lists the roles that can be granted in the account.',
    method: 'GET',
    path: base,
    access: on('read'),
    query: listQuery(['name', 'createdAt'], { builtIn: z.enum(['true', 'false']) }),
    output: listOf(object),
    errors: ['invalid_cursor'],
  }),
  get: operation({
    id: 'role.get',
    summary: 'Reads a role.',
    method: 'GET',
    path: one,
    access: on('read'),
    output: object,
  }),
  update: operation({
    id: 'role.update',
    summary: 'Changes a custom role, at once for everybody who has it.',
    method: 'PATCH',
    path: one,
    access: on('update'),
    body: z.strictObject({ name, displayName, description, permissions: permissionList }).partial(),
    output: object,
    errors: ['name_taken', 'revision_mismatch', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  delete: operation({
    id: 'role.delete',
    summary: 'Deletes a custom role that nobody has any more.',
    method: 'DELETE',
    path: one,
    access: on('delete'),
    errors: ['in_use', 'revision_mismatch', 'refused_by_rule'],
  }),
}
