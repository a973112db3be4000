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

/**
 * What a role can mean on an object: on one provider account, what concerns it and the models in it;
 * on a kind, what concerns just that kind, because a grant on a kind is none on what lives inside.
 */
export function carriedBy(
  role: PermissionSet,
  object: { type: 'account' } | { type: 'kind' | 'resource'; kind: ResourceKind },
): PermissionSet {
  if (object.type === 'account') return role
  return restrictedTo(role, object.type === 'kind' ? [object.kind] : kindsWithin(object.kind))
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
 * The same by the author's grants alone, with boundary and share maximum set aside. Those two cut
 * the author and whoever has the grant alike, now and after they move, so nobody can get more than
 * the author by it. (docs/decisions/0003-built-in-roles-follow-the-boundary.md)
 */
export function missingByGrant(
  author: AccessFacts,
  carried: PermissionSet,
  target: AccessTarget,
): Permission[] {
  const uncut = {
    ...author,
    account: { ...author.account, boundary: allPermissions },
    shares: new Map([...author.shares.keys()].map((resource) => [resource, allPermissions])),
  }
  return missingPermissions(uncut, carried, target)
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
