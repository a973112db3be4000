/** Permissions are `kind:action`; here they are put in groups, to be read and chosen. */
const ACTION_ORDER = ['read', 'use', 'create', 'update', 'delete', 'manage']

export interface KindPermissions {
  kind: string
  permissions: string[]
}

/** In the order of the list, which is the server's. */
export function groupByKind(permissions: readonly string[]): KindPermissions[] {
  const groups = new Map<string, string[]>()
  for (const permission of permissions) {
    const kind = permission.slice(0, permission.indexOf(':'))
    groups.set(kind, [...(groups.get(kind) ?? []), permission])
  }
  return [...groups].map(([kind, found]) => ({ kind, permissions: found }))
}

export function actionOf(permission: string): string {
  return permission.slice(permission.indexOf(':') + 1)
}

/** The actions that occur, few and always in the same order. */
export function actionsOf(permissions: readonly string[]): string[] {
  const found = new Set(permissions.map(actionOf))
  return ACTION_ORDER.filter((action) => found.has(action))
}
