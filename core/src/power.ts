/**
 * The rule asked the other way round: not "may he do this", but "what may he do". Lists, reviews and
 * the losses of a change are told from here, and each function is tested to say what `decide` says.
 */
import { type AccessFacts, type AccessTarget, isEligible } from './access.ts'
import type { ResourceId } from './ids.ts'
import {
  allPermissions,
  has,
  intersection,
  noPermissions,
  type Permission,
  type PermissionSet,
  permissionBit,
  union,
} from './permission.ts'
import { isActive } from './tenancy.ts'

/** Everything that `decide` would allow on the target, at once. */
export function powerOn(facts: AccessFacts, target: AccessTarget): PermissionSet {
  const { tenant, account, held, shares } = facts
  if (!acts(facts) || target.tenantId !== tenant.id || !isEligible(facts, target)) {
    return noPermissions
  }
  const granted = united(held.everywhere, held.on, target)
  const isOwn = target.ownerId === account.id
  const shared = isOwn ? allPermissions : united(noPermissions, shares, target)
  return intersection(intersection(granted, ceilingOf(facts)), shared)
}

function united(
  first: PermissionSet,
  byResource: ReadonlyMap<string, PermissionSet>,
  { path }: AccessTarget,
): PermissionSet {
  const onPath = path.map((resource) => byResource.get(resource))
  return union(first, ...onPath.filter((set) => set !== undefined))
}

/** Boundary and scopes: what no grant of the account gets past. */
export function ceilingOf({ account, token }: AccessFacts): PermissionSet {
  return token?.scopes ? intersection(account.boundary, token.scopes) : account.boundary
}

/** Conditions 1 to 3, as far as they do not concern what is asked about. */
export function acts({ tenant, account, principal, token }: AccessFacts): boolean {
  return (
    principal.tenantId === tenant.id &&
    account.tenantId === tenant.id &&
    [tenant, account, principal, ...(token ? [token] : [])].every(isActive) &&
    principal.isMember &&
    (token === null || token.accountId === account.id)
  )
}

/**
 * Where a principal holds a permission in the acting account, for lists: `list == filter(decide)`.
 * A resource is shown if the account owns it, or root does and it (or its parent) is in
 * `sharedWith`; and, unless `within` is 'everything', it (or its parent) is in `within` too.
 */
export interface Reach {
  readonly within: 'everything' | readonly ResourceId[]
  readonly sharedWith: readonly ResourceId[]
}

const nowhere: Reach = { within: [], sharedWith: [] }

export function reach(facts: AccessFacts, permission: Permission): Reach {
  const bit = permissionBit(permission)
  if (!acts(facts) || !has(ceilingOf(facts), bit)) return nowhere
  const { held, shares } = facts
  const carrying = (byResource: ReadonlyMap<ResourceId, PermissionSet>) =>
    [...byResource].filter(([, set]) => has(set, bit)).map(([resource]) => resource)
  return {
    within: has(held.everywhere, bit) ? 'everything' : carrying(held.on),
    sharedWith: carrying(shares),
  }
}
