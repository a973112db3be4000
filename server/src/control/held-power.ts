/**
 * The write rule for whole principals and teams: whoever puts somebody into a team, changes a
 * credential or removes a member hands out or takes away all that comes with it, so he must hold
 * all of that (1-domain.md, "Writing is checked as well").
 */
import {
  type AccessTarget,
  accountTarget,
  carriedBy,
  missingByGrant,
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

type Author = Pick<Context, 'tx' | 'account' | 'facts' | 'now'>

interface CarriedRole {
  readonly builtIn: boolean
  readonly permissions: PermissionSet
}

/**
 * What the author lacks to grant this role on this object anew; empty means that he may. Strict,
 * but for a built-in role on the whole account, which means "all that this account may ever do of
 * this sort" (docs/decisions/0003-built-in-roles-follow-the-boundary.md).
 */
export function missingForRole(
  author: Pick<Author, 'facts'>,
  role: CarriedRole,
  object: { type: 'account' } | { type: 'kind' | 'resource'; kind: ResourceKind },
  target: AccessTarget,
): Permission[] {
  const carried = carriedBy(role.permissions, object)
  return object.type === 'account' && role.builtIn
    ? missingByGrant(author.facts, carried, target)
    : missingPermissions(author.facts, carried, target)
}

/**
 * @throws hands_out_more_than_held unless the author has, by his own grants, all that the subjects
 * have by theirs: enough to move, take away or get hold of what is granted already. It names all
 * that is missing at once.
 */
export async function requireHoldsGrantsOf(
  author: Author,
  ...subjects: readonly (PrincipalId | TeamId)[]
): Promise<void> {
  const missing = new Set<Permission>()
  for (const subject of subjects) {
    for (const grant of await grantsTo(author.tx, author.account.id, subject)) {
      for (const permission of await missingForGrant(author, grant)) missing.add(permission)
    }
  }
  if (missing.size > 0) throw handsOutTooMuch([...missing])
}

/** The same for a principal with all its teams: what one needs to touch its credentials. */
export async function requirePowerOf(author: Author, principal: PrincipalId): Promise<void> {
  const teams = await teamsOf(author.tx, author.account.id, principal)
  await requireHoldsGrantsOf(author, principal, ...teams.map(({ id }) => id))
}

/**
 * What the author lacks of what a grant carries. By grants alone: what boundary or share leave idle
 * now, nobody exercises, and it must not become something that nobody can take back. A grant that
 * has expired carries nothing.
 */
export async function missingForGrant(author: Author, grant: GrantRow): Promise<Permission[]> {
  if (grant.expiresAt !== null && grant.expiresAt <= author.now) return []
  const { type, kind, id } = grant.object
  const object = type === 'account' ? { type } : { type, kind: kind! }
  const target =
    type === 'resource'
      ? targetOf(await readResource(author.tx, id as ResourceId))
      : accountTarget(author.account)
  return missingByGrant(author.facts, carriedBy(grant.role.permissions, object), target)
}
