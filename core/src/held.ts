/**
 * What grants give, united: rights only add up, so the grants of a principal and of its teams can be
 * put together before anything is asked, and no order among them is left to get wrong.
 */
import type { Place } from './codebook.ts'
import { HeldTable } from './held-table.ts'
import type { ResourceId } from './ids.ts'
import {
  has,
  type Kind,
  noPermissions,
  type PermissionBit,
  type PermissionSet,
  restrictedTo,
  union,
} from './permission.ts'

/** What a grant is on: the account itself, every object of a kind in it, or one resource. */
export type ObjectKey = 'account' | `kind:${Kind}` | ResourceId

export interface Held {
  /** By grants on the account, or on a kind for that kind: on whatever the account owns or is shared. */
  readonly everywhere: PermissionSet
  /** By grants on a resource: on it and on what is in it. */
  readonly on: ReadonlyMap<ResourceId, PermissionSet>
}

export const nothingHeld: Held = { everywhere: noPermissions, on: new Map() }

/**
 * @param grants of one account, to subjects that count alike; in any order, an object any number of
 * times. A grant on a kind gives what its role says of just that kind.
 */
export function uniteGrants(
  grants: Iterable<{ readonly object: ObjectKey; readonly permissions: PermissionSet }>,
): Held {
  let everywhere = noPermissions
  const on = new Map<ResourceId, PermissionSet>()
  for (const { object, permissions } of grants) {
    if (object === 'account') everywhere = union(everywhere, permissions)
    else if (isKindKey(object)) {
      everywhere = union(everywhere, restrictedTo(permissions, [kindOf(object)]))
    } else {
      const before = on.get(object)
      on.set(object, before ? union(before, permissions) : permissions)
    }
  }
  return { everywhere, on }
}

/**
 * On the resource, an ancestor, its kind, or the whole account.
 *
 * @param place the same as `path`, for whoever has both by number: then nothing is compared by id
 */
export function holds(
  held: Held,
  permission: PermissionBit,
  path: readonly ResourceId[],
  place?: Place,
): boolean {
  if (has(held.everywhere, permission)) return true
  if (place && held.on instanceof HeldTable && held.on.codebook === place.codebook) {
    return held.on.holds(permission, place)
  }
  for (const resource of path) {
    const onResource = held.on.get(resource)
    if (onResource !== undefined && has(onResource, permission)) return true
  }
  return false
}

function isKindKey(object: ObjectKey): object is `kind:${Kind}` {
  return object.startsWith('kind:')
}

function kindOf(object: `kind:${Kind}`): Kind {
  return object.slice('kind:'.length) as Kind
}
