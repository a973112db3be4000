/** What an access review finds about the grants of an account. Gathers all of them, then decides. */
import { type GrantFinding, grantFindings } from '@commonhold/contract'
import {
  type AccessTarget,
  accountTarget,
  type BuiltInRoleName,
  builtInRoleNames,
  builtInRoles,
  carriedBy,
  intersection,
  isSubset,
  listPermissions,
  noPermissions,
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
import { typed, uuid } from '../store/database.ts'
import { rolePermissions } from '../store/facts-of-many.ts'
import { resourceIdOf } from '../store/resource-id.ts'
import { type AuthorState, readAuthors } from './review-authors.ts'
import { UseIndex, usedOf } from './review-uses.ts'
import { isUnused, type Reviewing, type ReviewScope } from './review-window.ts'

export interface ReviewedGrant {
  readonly row: ReviewedGrantRow
  /** What the role means there, inside the account's boundary: what can be used of it at all. */
  readonly carried: Carried
  readonly lastUsedAt: Date | null
  readonly used: readonly Permission[]
  readonly author: AuthorState
  readonly missing: readonly Permission[]
  readonly findings: readonly GrantFinding[]
}

/** A role on a sort of object. */
interface Carried {
  /** All of it, as the write rule weighs it. */
  readonly whole: PermissionSet
  /** What the boundary leaves, which is what can be used. */
  readonly usable: PermissionSet
  readonly usableCount: number
  /** Everything that the account may do. */
  readonly isEverything: boolean
}

export async function reviewGrants(
  c: Reviewing,
  scope: ReviewScope,
  filter: ReviewedGrantFilter = {},
): Promise<ReviewedGrant[]> {
  const rows = await reviewedGrants(c.tx, c.account.id, filter)
  const places = await teamPlacesIn(c.tx, c.account.id)
  const named = new Set(rows.flatMap(({ resourceId }) => resourceId ?? []))
  const uses = new UseIndex(await usesIn(c.tx, c.account.id, named), places, named)
  const carriedOf = await readCarried(c)
  const authors = await readAuthors(
    c,
    rows.map((row) => row.createdBy),
  )
  return rows.map((row) => {
    const carried = carriedOf(row)
    const last = uses.lastUses(row, row.objectType === 'resource' ? row.resourceId : null)
    const { lastUsedAt, permissions } = usedOf(carried.usable, last, scope.usedSince)
    const { author, missing } = authors({
      by: row.createdBy,
      // As missingForGrant has it: what has expired carries nothing.
      carried: isExpired(scope, row) ? noPermissions : carried.whole,
      target: targetOf(c, row),
    })
    const judged = { row, carried, lastUsedAt, used: permissions, author, missing }
    const isIdle = isInactive(row) || (row.teamId !== null && !uses.hasMembers(row.teamId))
    return { ...judged, findings: findingsOf(scope, judged, isIdle) }
  })
}

/** Every finding there is about a grant, each one condition. */
function findingsOf(
  scope: ReviewScope,
  { row, carried, lastUsedAt, used, author, missing }: Omit<ReviewedGrant, 'findings'>,
  isIdle: boolean,
): GrantFinding[] {
  if (isExpired(scope, row)) return ['expired']
  const { expiresAtMs, createdAtMs } = row
  const unused = isUnused(scope, createdAtMs, lastUsedAt)
  const isOld = isUnused(scope, createdAtMs, null)
  const holds: Record<GrantFinding, boolean> = {
    unused,
    unused_power: isOld && !unused && used.length < carried.usableCount,
    expiring: expiresAtMs !== null && expiresAtMs <= scope.expiringBefore.getTime(),
    expired: false,
    author_gone: author === 'gone',
    author_lost_power: missing.length > 0,
    subject_inactive: isIdle,
    wide: row.objectType === 'account' && carried.isEverything,
  }
  return grantFindings.filter((finding) => holds[finding])
}

const isExpired = ({ now }: ReviewScope, { expiresAtMs }: ReviewedGrantRow) =>
  expiresAtMs !== null && expiresAtMs <= now.getTime()

const isInactive = ({ subjectState }: ReviewedGrantRow) =>
  subjectState !== 'active' && subjectState !== 'invited'

/** A handful of roles on a handful of kinds of object: each is worked out once. */
async function readCarried({ tx, account, caller }: Reviewing) {
  const root = uuid(caller.tenant.rootAccountId)
  const roles = await rolePermissions(tx, { account: uuid(account.id), root })
  const known = new Map<string, Carried>()
  return (row: ReviewedGrantRow): Carried => {
    const key = `${row.roleId} ${row.objectType} ${row.objectKind}`
    const before = known.get(key)
    if (before) return before
    const whole = carriedBy(roles.get(row.roleId) ?? noPermissions, objectOf(row))
    const usable = intersection(whole, account.boundary)
    const isEverything = isSubset(account.boundary, usable)
    const usableCount = listPermissions(usable).length
    const carried = { whole, usable, usableCount, isEverything }
    known.set(key, carried)
    return carried
  }
}

function objectOf({ objectType, objectKind }: ReviewedGrantRow) {
  return objectType === 'account'
    ? ({ type: objectType } as const)
    : { type: objectType, kind: objectKind as ResourceKind }
}

/** Where it was made: a grant on a kind, at the account. Null for one on the account itself. */
function targetOf({ account }: Reviewing, row: ReviewedGrantRow): AccessTarget | null {
  const { objectType, objectKind, resourceId, parentId } = row
  if (objectType === 'account') return null
  if (objectType === 'kind') return accountTarget(account)
  const own = resourceIdOf(objectKind!, resourceId!)
  const path = parentId === null ? [own] : [own, resourceIdOf(row.parentKind!, parentId)]
  return { tenantId: account.tenantId, ownerId: typed('acct', row.resourceAccountId!), path }
}

/** @returns the least built-in role that has all that was used, if it has less than is carried */
export function enoughFor({ row, carried, used }: ReviewedGrant): BuiltInRoleName | null {
  const needed = permissionSet(used)
  const least = builtInRoleNames.find((name) => {
    const role = carriedBy(builtInRoles[name], objectOf(row))
    return isSubset(needed, role) && !isSubset(carried.usable, role)
  })
  return used.length === 0 ? null : (least ?? null)
}
