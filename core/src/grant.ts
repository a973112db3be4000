/**
 * The write rule: nobody hands out, or takes away, what they do not hold (1-domain.md). Whatever
 * carries power (a grant, a role edit, a share, a token, an invitation) asks here first, and the
 * refusal names the permissions that are missing.
 */
import { type AccessFacts, type AccessTarget, decide } from './access.ts'
import { kindsWithin, type ResourceKind } from './kinds/index.ts'
import {
  allPermissions,
  listPermissions,
  type Permission,
  type PermissionSet,
  permissionBit,
  restrictedTo,
} from './permission.ts'

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
 * The author as his grants alone make him, with boundary and share maximum set aside. Those two cut
 * the author and whoever has the grant alike, now and after they move, so nobody can get more than
 * the author by it. (docs/decisions/0003-built-in-roles-follow-the-boundary.md)
 */
export function byGrantsAlone(author: AccessFacts): AccessFacts {
  return {
    ...author,
    account: { ...author.account, boundary: allPermissions },
    shares: new Map([...author.shares.keys()].map((resource) => [resource, allPermissions])),
  }
}

/** What `missingPermissions` says of the author's grants alone. */
export function missingByGrant(
  author: AccessFacts,
  carried: PermissionSet,
  target: AccessTarget,
): Permission[] {
  return missingPermissions(byGrantsAlone(author), carried, target)
}
