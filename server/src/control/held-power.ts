/**
 * The write rule for whole principals and teams: whoever puts somebody into a team, changes a
 * credential or removes a member hands out or takes away all that comes with it, so he must hold
 * all of that (1-domain.md, "Writing is checked as well").
 */
import {
  type AccessTarget,
  accountTarget,
  carriedBy,
  missingForBuiltIn,
  missingPermissions,
  type Permission,
  type PermissionSet,
  type PrincipalId,
  type ResourceId,
  type ResourceKind,
  type TeamId,
} from '@commonhold/core'
import { type GrantRow, grantsTo } from '../store/grant.ts'
import { readResource, targetOf } from '../store/resource.ts'
import { teamsOf } from '../store/team.ts'
import type { Context } from './context.ts'
import { handsOutTooMuch } from './make-context.ts'

type Author = Pick<Context, 'tx' | 'account' | 'facts'>

interface CarriedRole {
  readonly builtIn: boolean
  readonly permissions: PermissionSet
}

/** What the author lacks to hand out this role on this object; empty means that he may. */
export function missingForRole(
  author: Author,
  role: CarriedRole,
  object: { type: 'account' } | { type: 'kind' | 'resource'; kind: ResourceKind },
  target: AccessTarget,
): Permission[] {
  const carried = carriedBy(role.permissions, object)
  return object.type === 'account' && role.builtIn
    ? missingForBuiltIn(author.facts, carried, target)
    : missingPermissions(author.facts, carried, target)
}

/** @throws hands_out_more_than_held unless the author holds all that is granted to the subject */
export async function requireHoldsGrantsOf(
  author: Author,
  subject: PrincipalId | TeamId,
): Promise<void> {
  const missing = new Set<Permission>()
  for (const grant of await grantsTo(author.tx, author.account.id, subject)) {
    for (const permission of await missingForGrant(author, grant)) missing.add(permission)
  }
  if (missing.size > 0) throw handsOutTooMuch([...missing])
}

/** The same for a principal with all its teams: what one needs to touch its credentials. */
export async function requirePowerOf(author: Author, principal: PrincipalId): Promise<void> {
  await requireHoldsGrantsOf(author, principal)
  for (const team of await teamsOf(author.tx, author.account.id, principal)) {
    await requireHoldsGrantsOf(author, team.id)
  }
}

export async function missingForGrant(author: Author, grant: GrantRow): Promise<Permission[]> {
  const { type, kind, id } = grant.object
  if (type === 'account') {
    return missingForRole(author, grant.role, { type }, accountTarget(author.account))
  }
  const target =
    type === 'kind'
      ? accountTarget(author.account)
      : targetOf(await readResource(author.tx, id as ResourceId))
  return missingForRole(author, grant.role, { type, kind: kind! }, target)
}
