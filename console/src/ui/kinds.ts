/** Which kinds live in which: a role on a cluster counts for its workspaces as well. */
const childOf: Readonly<Record<string, string>> = {
  cluster: 'workspace',
  'provider-account': 'model',
  'secret-group': 'secret',
}

/** @returns the kind itself and the kind of what lives in it */
export function kindsWithin(kind: string): string[] {
  const child = childOf[kind]
  return child === undefined ? [kind] : [kind, child]
}

export function kindOf(permission: string): string {
  return permission.slice(0, permission.indexOf(':'))
}

/** What of a set of permissions can mean anything on an object of this kind. */
export function concerning(kind: string, permissions: readonly string[]): string[] {
  const within = kindsWithin(kind)
  return permissions.filter((permission) => within.includes(kindOf(permission)))
}
