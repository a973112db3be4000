/**
 * Permission boundaries: what anyone acting in an account can ever exercise. The root account's is
 * everything. Lowering one never deletes a grant; it makes it idle.
 */
import { isResourceKind } from './kinds/index.ts'
import {
  allPermissions,
  difference,
  listPermissions,
  type Permission,
  type PermissionSet,
  permissionSet,
  permissions,
} from './permission.ts'

/** What an account manages by itself under every preset but `everything`. */
const ownHousehold = permissions.filter((p) => {
  const [kind, action] = p.split(':') as [string, string]
  if (isResourceKind(kind)) return false
  // Shares go out from root alone; prices and the account object itself are the tenant's.
  if (kind === 'share' || kind === 'price') return action === 'read'
  if (kind === 'account') return action === 'read' || action === 'update' || action === 'manage'
  return true
})

const ofKinds = (...kinds: string[]) =>
  permissions.filter((p) => kinds.includes(p.slice(0, p.indexOf(':'))))

/** Starting points that a tenant admin can pick, then edit. */
export const boundaryPresets = {
  everything: allPermissions,
  /** Runs its own household, uses models and workspaces, keeps prompts and secrets. */
  standard: permissionSet([
    ...ownHousehold,
    ...ofKinds('workspace', 'prompt', 'secret-group', 'secret', 'virtual-model'),
    'cluster:read',
    'cluster:use',
    'provider-account:read',
    'model:read',
    'model:use',
  ]),
  /** Calls the models that are shared to it and nothing else. */
  'models-only': permissionSet([
    ...ownHousehold,
    ...ofKinds('prompt'),
    'provider-account:read',
    'model:read',
    'model:use',
    'virtual-model:read',
    'virtual-model:use',
  ]),
} as const satisfies Record<string, PermissionSet>

export type BoundaryPreset = keyof typeof boundaryPresets

export function isBoundaryPreset(name: string): name is BoundaryPreset {
  return Object.hasOwn(boundaryPresets, name)
}

/** What a change of boundary takes away. */
export function lostByLowering(before: PermissionSet, after: PermissionSet): Permission[] {
  return listPermissions(difference(before, after))
}
