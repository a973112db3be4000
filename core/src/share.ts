/**
 * Shares: a tenant-level resource allotted to an account, with the most that the account may ever
 * do with it. Whatever is granted inside the account, `decide` cuts it to this at check time.
 */
import { kindsWithin, type ResourceKind } from './kinds/index.ts'
import {
  difference,
  listPermissions,
  type Permission,
  type PermissionSet,
  permissionSet,
  restrictedTo,
} from './permission.ts'
import { type BuiltInRoleName, builtInRoles } from './role.ts'

/** "Up to use", "up to admin": the share of a built-in role's permissions that fits the kind. */
export function shareUpTo(role: BuiltInRoleName, kind: ResourceKind): PermissionSet {
  return restrictedTo(builtInRoles[role], kindsWithin(kind))
}

/** Permissions that mean nothing on a resource of this kind; a share naming them is refused. */
export function foreignToKind(list: readonly Permission[], kind: ResourceKind): Permission[] {
  const set = permissionSet(list)
  return listPermissions(difference(set, restrictedTo(set, kindsWithin(kind))))
}
