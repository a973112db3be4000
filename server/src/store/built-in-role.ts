/**
 * The built-in roles, as rows of the root account, so that a grant refers to every role alike. What
 * is in them follows from the code (core/src/role.ts), and the rows are made to follow it.
 */
import {
  type AccountId,
  allPermissions,
  type BuiltInRoleName,
  builtInRoleDescriptions,
  builtInRoleNames,
  builtInRoles,
  listPermissions,
  type PermissionSet,
  type RoleId,
  type TenantId,
} from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { type Tx, typed, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'

/** Who made what no person made. */
export const systemActor = 'system'

const capitalised = (name: string) => name[0]!.toUpperCase() + name.slice(1)

export interface BuiltInRole {
  readonly id: RoleId
  readonly name: BuiltInRoleName
  readonly builtIn: true
  readonly permissions: PermissionSet
}

/** @throws when the tenant has not been given its roles yet */
export async function findBuiltInRole(tx: Tx, name: BuiltInRoleName): Promise<BuiltInRole> {
  const row = await tx
    .selectFrom('role')
    .select(['id', 'permissions'])
    .where('builtIn', '=', true)
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  const permissions = storedPermissions(row.permissions)
  return { id: typed('role', row.id), name, builtIn: true, permissions }
}

/**
 * Makes the built-in roles, and root's boundary (which is everything), say what this version of the
 * code says. Changes nothing, and wakes nobody, where they do already.
 * @returns whether anything had to change
 */
export async function writeBuiltInRoles(
  tx: Tx,
  tenantId: TenantId,
  rootAccountId: AccountId,
): Promise<boolean> {
  const rows = await tx
    .selectFrom('role')
    .select(['id', 'name', 'permissions', 'description'])
    .where('builtIn', '=', true)
    .execute()
  let changed = await widenRootBoundary(tx, rootAccountId)
  for (const name of builtInRoleNames) {
    const permissions = listPermissions(builtInRoles[name])
    const description = builtInRoleDescriptions[name]
    const row = rows.find((one) => one.name === name)
    if (row && sameList(row.permissions, permissions) && row.description === description) continue
    changed = true
    if (row) {
      await tx
        .updateTable('role')
        .set({ permissions, description })
        .where('id', '=', row.id)
        .execute()
      continue
    }
    await tx
      .insertInto('role')
      .values({
        tenantId: uuid(tenantId),
        accountId: uuid(rootAccountId),
        id: uuid(newId('role')),
        name,
        displayName: capitalised(name),
        description,
        builtIn: true,
        permissions,
        createdBy: systemActor,
      })
      .execute()
  }
  return changed
}

async function widenRootBoundary(tx: Tx, rootAccountId: AccountId): Promise<boolean> {
  const boundary = listPermissions(allPermissions)
  const { boundary: stored } = await tx
    .selectFrom('account')
    .select('boundary')
    .where('id', '=', uuid(rootAccountId))
    .executeTakeFirstOrThrow()
  if (sameList(stored, boundary)) return false
  await tx.updateTable('account').set({ boundary }).where('id', '=', uuid(rootAccountId)).execute()
  return true
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}
