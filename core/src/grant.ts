/**
 * The write rule: nobody hands out, or takes away, what they do not hold (1-domain.md). Whatever
 * carries power (a grant, a role edit, a share, a token, an invitation) asks here first, and the
 * refusal names the permissions that are missing.
 */
import { type AccessFacts, type AccessTarget, decide, type ObjectKey } from './access.ts'
import { kindsWithin, type ResourceKind } from './kinds/index.ts'
import {
  allPermissions,
  has,
  listPermissions,
  type Permission,
  type PermissionSet,
  permissionBit,
  restrictedTo,
  union,
} from './permission.ts'
import { isActive } from './tenancy.ts'

/** What a role can mean on an object: on one model, only what concerns models. */
export function carriedBy(
  role: PermissionSet,
  object: { type: 'account' } | { type: 'kind' | 'resource'; kind: ResourceKind },
): PermissionSet {
  return object.type === 'account' ? role : restrictedTo(role, kindsWithin(object.kind))
}

/** Those of `carried` that the author does not hold on the target now; empty means: may hand out. */
export function missingPermissions(
  author: AccessFacts,
  carried: PermissionSet,
  target: AccessTarget,
): Permission[] {
  return listPermissions(carried).filter(
    (permission) => decide(author, permissionBit(permission), target) !== 'allowed',
  )
}

/**
 * A built-in role on a whole account is relative to the account: `admin` means "all that this
 * account may ever do". The author needs it whole by grant, and the boundary cuts both alike, now
 * and after the boundary moves. (docs/decisions/0003-built-in-roles-follow-the-boundary.md)
 */
export function missingForBuiltIn(
  author: AccessFacts,
  role: PermissionSet,
  target: AccessTarget,
): Permission[] {
  const withoutBoundary = { ...author, account: { ...author.account, boundary: allPermissions } }
  return missingPermissions(withoutBoundary, role, target)
}

/** What a list may show: everything of the kind, or only what stands under these resources. */
export type Reach =
  | { readonly all: true }
  | { readonly all: false; readonly resources: readonly string[] }

/**
 * Where a principal holds a permission in the acting account, for lists: `list == filter(decide)`.
 * The caller still joins eligibility (own, or shared with the permission in the share's maximum).
 */
export function reach(facts: AccessFacts, permission: Permission): Reach {
  const bit = permissionBit(permission)
  const { account, principal, tenant, token } = facts
  const acts =
    [tenant, account, principal, ...(token ? [token] : [])].every(isActive) &&
    principal.isMember &&
    (token === null || token.accountId === account.id) &&
    (token === null || token.scopes === null || has(token.scopes, bit)) &&
    has(account.boundary, bit)
  if (!acts) return { all: false, resources: [] }
  const resources = new Set<string>()
  for (const subject of facts.subjects) {
    if (!isActive(subject)) continue
    for (const [object, held] of subject.grants) {
      if (!has(held, bit)) continue
      if (object === 'account' || object === `kind:${bit.kind}`) return { all: true }
      if (!object.startsWith('kind:')) resources.add(object)
    }
  }
  return { all: false, resources: [...resources] }
}

/** The union of what several grants on one object carry, keyed as `decide` reads them. */
export function mergeGrants(
  grants: Iterable<{ object: ObjectKey; permissions: PermissionSet }>,
): Map<ObjectKey, PermissionSet> {
  const merged = new Map<ObjectKey, PermissionSet>()
  for (const { object, permissions } of grants) {
    const before = merged.get(object)
    merged.set(object, before ? union(before, permissions) : permissions)
  }
  return merged
}
