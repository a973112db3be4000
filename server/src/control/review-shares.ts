/**
 * What an access review finds about shares: in root about those that it made, elsewhere about those
 * made to the account, whose authors act in root and are not weighed from there.
 */
import type { ShareFinding } from '@commonhold/contract'
import {
  type AccessTarget,
  has,
  isPermission,
  listPermissions,
  missingPermissions,
  type Permission,
  type PermissionBit,
  type PermissionSet,
  type PrincipalId,
  permissionBit,
} from '@commonhold/core'
import {
  type ReviewedShareRow,
  reviewedShares,
  type ShareUseRow,
  usesUnderShares,
} from '../store/access-review-share.ts'
import { typed } from '../store/database.ts'
import { storedPermissions } from '../store/facts.ts'
import { loadFactsOfMany } from '../store/facts-of-many.ts'
import { resourceIdOf } from '../store/resource-id.ts'
import { isThere, isWriter } from './review-authors.ts'
import { keepLater, type LastUses, usedOf } from './review-uses.ts'
import { isUnused, type Reviewing, type ReviewScope } from './review-window.ts'

export interface ReviewedShare {
  readonly row: ReviewedShareRow
  readonly most: PermissionSet
  readonly lastUsedAt: Date | null
  readonly used: readonly Permission[]
  readonly missing: readonly Permission[]
  readonly findings: readonly ShareFinding[]
}

export async function reviewShares(c: Reviewing, scope: ReviewScope): Promise<ReviewedShare[]> {
  const viewer = c.account.isRoot ? null : c.account.id
  const rows = await reviewedShares(c.tx, viewer)
  const uses = usesByShare(await usesUnderShares(c.tx, viewer))
  const authors = c.account.isRoot ? await authorsInRoot(c, rows) : null
  return rows.map((row) => {
    const most = storedPermissions(row.permissions)
    const { lastUsedAt, permissions } = usedOf(most, uses.get(row.id) ?? new Map(), scope.usedSince)
    const { isGone, missing } = authors?.(row, most) ?? { isGone: false, missing: [] }
    const unused = isUnused(scope, row.createdAtMs, lastUsedAt)
    const isOld = isUnused(scope, row.createdAtMs, null)
    const holds: Record<ShareFinding, boolean> = {
      unused,
      unused_power: isOld && !unused && permissions.length < listPermissions(most).length,
      author_gone: isGone,
      author_lost_power: missing.length > 0,
      wide: has(most, manageOf(row)),
    }
    const findings = (Object.keys(holds) as ShareFinding[]).filter((finding) => holds[finding])
    return { row, most, lastUsedAt, used: permissions, missing, findings }
  })
}

const manageOf = ({ resourceKind }: ReviewedShareRow): PermissionBit =>
  permissionBit(`${resourceKind}:manage` as Permission)

function usesByShare(rows: readonly ShareUseRow[]): Map<string, LastUses> {
  const byShare = new Map<string, Map<Permission, number>>()
  for (const { shareId, permission, lastUsedAt } of rows) {
    if (!isPermission(permission)) continue
    const uses = byShare.get(shareId) ?? new Map<Permission, number>()
    byShare.set(shareId, uses)
    keepLater(uses, permission, lastUsedAt.getTime())
  }
  return byShare
}

/** Sharing is weighed strictly: its author has in root all that the share allows (share.ts). */
async function authorsInRoot(c: Reviewing, rows: readonly ReviewedShareRow[]) {
  const ids = [...new Set(rows.map((row) => row.createdBy))].filter(isWriter)
  const facts = await loadFactsOfMany(c.tx, c.caller.tenant, c.account, ids, c.now)
  return (row: ReviewedShareRow, most: PermissionSet) => {
    if (!isWriter(row.createdBy)) return { isGone: false, missing: [] }
    const author = facts.get(row.createdBy as PrincipalId)
    if (!author || !isThere(author)) return { isGone: true, missing: listPermissions(most) }
    return { isGone: false, missing: missingPermissions(author, most, targetOf(c, row)) }
  }
}

function targetOf({ account }: Reviewing, row: ReviewedShareRow): AccessTarget {
  const own = resourceIdOf(row.resourceKind, row.resourceId)
  const parent = row.parentId === null ? [] : [resourceIdOf(row.parentKind!, row.parentId)]
  const ownerId = typed('acct', row.rootAccountId)
  return { tenantId: account.tenantId, ownerId, path: [own, ...parent] }
}
