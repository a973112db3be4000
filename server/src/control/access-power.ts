/** What changes would hand out: the narrowest grant that would do, and what somebody has already. */
import {
  accountTarget,
  carriedBy,
  intersection,
  isResourceKind,
  isSubset,
  listPermissions,
  noPermissions,
  type PermissionSet,
  type PrincipalId,
  permissionSet,
  type ResourceId,
  type ResourceKind,
  type TeamId,
  union,
} from '@commonhold/core'
import { rolesWith } from '../store/access-remedy.ts'
import { grantsTo } from '../store/grant.ts'
import { readResource, targetOf } from '../store/resource.ts'
import type { RoleRow } from '../store/role.ts'
import { teamsOf } from '../store/team.ts'
import type { Carried } from './access-makers.ts'
import type { Context } from './context.ts'
import { type Answered, fullName, words } from './explain-sentences.ts'

/** So many roles with the permission are compared. */
export const rolesComparedMax = 1_000

type Here = Pick<Context, 'tx' | 'account' | 'facts' | 'now'>

type GrantObject =
  | { readonly type: 'account' }
  | { readonly type: 'kind'; readonly kind: ResourceKind }
  | { readonly type: 'resource'; readonly kind: ResourceKind; readonly resource: string }

/**
 * On the resource rather than the account, with the role that carries the least there; null where
 * each carries more than anybody could hand out, however boundary and share are widened by it.
 */
export async function narrowestGrant({ tx, account, facts }: Here, answered: Answered) {
  const { permission, resource, target } = answered
  const asked = permissionSet([permission.permission])
  const object = objectFor(answered)
  const scope = { accountId: account.id, rootAccountId: facts.account.rootAccountId }
  const roles = await rolesWith(tx, scope, permission.permission, rolesComparedMax)
  const size = (role: RoleRow) => listPermissions(carriedBy(role.permissions, object)).length
  const isFree = (role: RoleRow) => object.type === 'account' && role.builtIn
  const ceiling = ceilingFor(answered, asked)
  // The built-in ones come first, and stay so among roles of one size.
  const role = roles
    .filter((one) => isFree(one) || isSubset(carriedBy(one.permissions, object), ceiling))
    .toSorted((a, b) => size(a) - size(b))[0]
  const carried: Carried = {
    permissions: role ? carriedBy(role.permissions, object) : asked,
    target,
    byGrant: role !== undefined && isFree(role),
  }
  const objectName =
    object.type === 'account'
      ? `the account ${account.name}`
      : object.type === 'kind'
        ? `every ${words(object.kind)} of ${account.name}`
        : fullName(resource!)
  return { role: role?.name ?? null, object, objectName, carried }
}

/** What can be handed out on the thing at most, once boundary and share have what is asked for. */
function ceilingFor({ facts, target, account }: Answered, asked: PermissionSet): PermissionSet {
  const boundary = union(facts.account.boundary, asked)
  if (target.ownerId === account.id) return boundary
  const shared = target.path.map((id) => facts.shares.get(id) ?? noPermissions)
  return intersection(boundary, union(asked, ...shared))
}

function objectFor({ permission, resource }: Answered): GrantObject {
  if (resource !== null) return { type: 'resource', kind: resource.kind, resource: resource.id }
  const { kind } = permission
  return isResourceKind(kind) ? { type: 'kind', kind } : { type: 'account' }
}

/** What is granted in the account to one principal or team. Expired grants carry nothing. */
export async function powerOfSubject(
  { tx, account, now }: Here,
  subject: PrincipalId | TeamId,
): Promise<Carried[]> {
  const carried: Carried[] = []
  for (const { object, role, expiresAt } of await grantsTo(tx, account.id, subject)) {
    if (expiresAt !== null && expiresAt <= now) continue
    const { type, kind, id } = object
    const target =
      type === 'resource'
        ? targetOf(await readResource(tx, id as ResourceId))
        : accountTarget(account)
    const on = type === 'account' ? { type } : { type, kind: kind! }
    carried.push({ permissions: carriedBy(role.permissions, on), target, byGrant: true })
  }
  return carried
}

/** The same for a principal with all its teams: what one needs to touch its credentials. */
export async function powerOfPrincipal(c: Here, principal: PrincipalId): Promise<Carried[]> {
  const teams = await teamsOf(c.tx, c.account.id, principal)
  const all: Carried[] = []
  for (const subject of [principal, ...teams.map(({ id }) => id)]) {
    all.push(...(await powerOfSubject(c, subject)))
  }
  return all
}

/** What is handed out on one resource weighs less than the same on the whole account. */
export function breadth({ permissions, target }: Carried): number {
  return listPermissions(permissions).length * (target.path.length === 0 ? 100 : 1)
}
