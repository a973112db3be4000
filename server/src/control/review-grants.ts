/** What an access review finds about the grants of an account. Gathers all of them, then decides. */
import type { GrantFinding } from '@commonhold/contract'
import {
  type AccessTarget,
  type BuiltInRoleName,
  builtInRoleNames,
  builtInRoles,
  carriedBy,
  intersection,
  isSubset,
  listPermissions,
  type Permission,
  type PermissionSet,
  permissionSet,
  type ResourceKind,
} from '@commonhold/core'
import {
  type ReviewedGrantFilter,
  type ReviewedGrantRow,
  reviewedGrants,
  teamPlacesIn,
  usesIn,
} from '../store/access-review.ts'
import { typed } from '../store/database.ts'
import { rolePermissions } from '../store/facts-of-many.ts'
import { resourceIdOf } from '../store/resource-id.ts'
import { type AuthorState, type HandedOut, readAuthors } from './review-authors.ts'
import { UseIndex, usedOf } from './review-uses.ts'
import { isUnused, type Reviewing, type ReviewScope } from './review-window.ts'

export interface ReviewedGrant {
  readonly row: ReviewedGrantRow
  /** What the role means there, inside the account's boundary: what can be used of it at all. */
  readonly carried: PermissionSet
  readonly lastUsedAt: Date | null
  readonly used: readonly Permission[]
  readonly author: AuthorState
  readonly missing: readonly Permission[]
  readonly findings: readonly GrantFinding[]
}

export async function reviewGrants(
  c: Reviewing,
  scope: ReviewScope,
  filter: ReviewedGrantFilter = {},
): Promise<ReviewedGrant[]> {
  const rows = await reviewedGrants(c.tx, c.account.id, filter)
  const roles = await rolePermissions(c.tx)
  const places = await teamPlacesIn(c.tx, c.account.id)
  const uses = new UseIndex(await usesIn(c.tx, c.account.id), places)
  const authors = await readAuthors(
    c,
    rows.map((row) => row.createdBy),
  )
  const peopled = new Set(places.map((place) => place.teamId))
  const meaning = meanings(roles)
  return rows.map((row) => {
    const whole = meaning(row)
    const carried = intersection(whole, c.account.boundary)
    const objectId = row.objectType === 'resource' ? row.resourceId : null
    const { lastUsedAt, permissions } = usedOf(
      carried,
      uses.lastUses(row, objectId),
      scope.usedSince,
    )
    const isExpired = row.expiresAt !== null && row.expiresAt <= scope.now
    const handedOut = handedOutBy(c, row, whole)
    const facts: Judged = {
      row,
      carried,
      lastUsedAt,
      used: permissions,
      author: authors.stateOf(handedOut),
      // As missingForGrant has it: what has expired carries nothing.
      missing: isExpired ? [] : authors.missing(handedOut),
    }
    const isIdle = isInactive(row) || (row.teamId !== null && !peopled.has(row.teamId))
    return { ...facts, findings: findingsOf(c, scope, facts, isIdle) }
  })
}

type Judged = Omit<ReviewedGrant, 'findings'>

/** Every finding there is about a grant, each one condition. */
function findingsOf(
  { account }: Reviewing,
  scope: ReviewScope,
  { row, carried, lastUsedAt, used, author, missing }: Judged,
  isIdle: boolean,
): GrantFinding[] {
  const { now, expiringBefore } = scope
  if (row.expiresAt !== null && row.expiresAt <= now) return ['expired']
  const unused = isUnused(scope, row.createdAt, lastUsedAt)
  const isOld = isUnused(scope, row.createdAt, null)
  const holds: Record<GrantFinding, boolean> = {
    unused,
    unused_power: isOld && !unused && used.length < listPermissions(carried).length,
    expiring: row.expiresAt !== null && row.expiresAt <= expiringBefore,
    expired: false,
    author_gone: author === 'gone',
    author_lost_power: missing.length > 0,
    subject_inactive: isIdle,
    wide: row.objectType === 'account' && isSubset(account.boundary, carried),
  }
  return (Object.keys(holds) as GrantFinding[]).filter((finding) => holds[finding])
}

const isInactive = ({ subjectState }: ReviewedGrantRow) =>
  subjectState !== 'active' && subjectState !== 'invited'

/** A handful of roles on a handful of kinds of object: each is worked out once. */
function meanings(roles: ReadonlyMap<string, PermissionSet>) {
  const known = new Map<string, PermissionSet>()
  return ({ roleId, objectType, objectKind, resourceKind }: ReviewedGrantRow): PermissionSet => {
    const key = `${roleId} ${objectType} ${objectKind ?? resourceKind}`
    const before = known.get(key)
    if (before) return before
    const kind = (objectKind ?? resourceKind) as ResourceKind
    const object = objectType === 'account' ? { type: objectType } : { type: objectType, kind }
    const carried = carriedBy(roles.get(roleId)!, object)
    known.set(key, carried)
    return carried
  }
}

function handedOutBy(
  { account }: Reviewing,
  row: ReviewedGrantRow,
  carried: PermissionSet,
): HandedOut {
  const { createdBy, roleId, objectType, objectKind, resourceId } = row
  const key = `${roleId} ${objectType} ${objectKind} ${resourceId}`
  // A grant on a kind is asked about where it was made: at the account.
  const target = (): AccessTarget | null => {
    if (objectType === 'account') return null
    if (objectType === 'kind') return { tenantId: account.tenantId, ownerId: account.id, path: [] }
    const own = resourceIdOf(row.resourceKind!, resourceId!)
    const parent = row.parentId === null ? [] : [resourceIdOf(row.parentKind!, row.parentId)]
    const ownerId = typed('acct', row.resourceAccountId!)
    return { tenantId: account.tenantId, ownerId, path: [own, ...parent] }
  }
  return { by: createdBy, carried, key, target }
}

/** @returns the least built-in role that has all that was used, if it has less than is carried */
export function enoughFor({ row, carried, used }: ReviewedGrant): BuiltInRoleName | null {
  const kind = (row.objectKind ?? row.resourceKind) as ResourceKind
  const object =
    row.objectType === 'account' ? { type: 'account' as const } : { type: row.objectType, kind }
  const needed = permissionSet(used)
  const least = builtInRoleNames.find((name) => {
    const role = carriedBy(builtInRoles[name], object)
    return isSubset(needed, role) && !isSubset(carried, role)
  })
  return used.length === 0 ? null : (least ?? null)
}
