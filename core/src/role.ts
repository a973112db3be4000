/** Roles: named sets of permissions. The built-in ones are computed, so that a new kind is in them. */
import { isResourceKind } from './kinds/index.ts'
import { type PermissionSet, permissionSet, permissions } from './permission.ts'

export const builtInRoleNames = ['viewer', 'user', 'editor', 'admin'] as const
export type BuiltInRoleName = (typeof builtInRoleNames)[number]

export const builtInRoleDescriptions: Readonly<Record<BuiltInRoleName, string>> = {
  viewer: 'Sees everything, changes and spends nothing.',
  user: 'Sees everything and uses resources: calls models, runs prompts, deploys.',
  editor: 'Uses, creates, changes and deletes resources; hands out no access.',
  admin: 'Everything, grants and settings included.',
}

const editorActions = ['read', 'use', 'create', 'update', 'delete']

/**
 * Role × permission, as a rule. Reading a secret's value is `secret:use`, so a viewer never does.
 * The committed text of this matrix is docs/permission-matrix.md.
 */
function inBuiltIn(role: BuiltInRoleName, kind: string, action: string): boolean {
  if (role === 'admin') return true
  if (action === 'read') return true
  if (role === 'viewer') return false
  if (!isResourceKind(kind)) return false
  return role === 'user' ? action === 'use' : editorActions.includes(action)
}

export const builtInRoles: Readonly<Record<BuiltInRoleName, PermissionSet>> = Object.fromEntries(
  builtInRoleNames.map((role) => [
    role,
    permissionSet(
      permissions.filter((p) => inBuiltIn(role, ...(p.split(':') as [string, string]))),
    ),
  ]),
) as Record<BuiltInRoleName, PermissionSet>

export function isBuiltInRoleName(name: string): name is BuiltInRoleName {
  return (builtInRoleNames as readonly string[]).includes(name)
}
