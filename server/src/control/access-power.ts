/** What changes would hand out: the narrowest grant that would do, and what somebody has already. */
import {
  accountTarget,
  carriedBy,
  isResourceKind,
  listPermissions,
  type PrincipalId,
  type ResourceId,
  type ResourceKind,
  type TeamId,
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

/** On the resource rather than the account, with the role that carries the least there. */
export async function narrowestGrant({ tx, account, facts }: Here, answered: Answered) {
  const { permission, resource, target } = answered
  const object = objectFor(answered)
  const scope = { accountId: account.id, rootAccountId: facts.account.rootAccountId }
  const roles = await rolesWith(tx, scope, permission.permission, rolesComparedMax)
  const size = (role: RoleRow) => listPermissions(carriedBy(role.permissions, object)).length
  // The built-in ones come first, and stay so among roles of one size.
  const role = roles.toSorted((a, b) => size(a) - size(b))[0]!
  const carried: Carried = {
    permissions: carriedBy(role.permissions, object),
    target,
    byGrant: object.type === 'account' && role.builtIn,
  }
  const objectName =
    object.type === 'account'
      ? `the account ${account.name}`
      : object.type === 'kind'
        ? `every ${words(object.kind)} of ${account.name}`
        : fullName(resource!)
  return { role, object, objectName, carried }
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
