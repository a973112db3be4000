/** How the rows of a review look from outside. */
import { listPermissions, type ResourceKind } from '@commonhold/core'
import type { GrantNames } from '../store/access-review.ts'
import { principalId } from '../store/caller.ts'
import { typed } from '../store/database.ts'
import type { GrantRow } from '../store/grant.ts'
import { resourceIdOf } from '../store/resource-id.ts'
import { presentGrant } from './grant.ts'
import { enoughFor, type ReviewedGrant } from './review-grants.ts'
import { grantSentence, shareSentence, virtualAccountSentence } from './review-sentences.ts'
import type { ReviewedShare } from './review-shares.ts'
import type { ReviewedVirtualAccount } from './review-virtual-accounts.ts'
import type { Reviewing, ReviewScope } from './review-window.ts'

/** The names of authors, by id as `created_by` holds it; absent for who does not exist any more. */
export type Names = ReadonlyMap<string, string>

/** What no person wrote, the deployment or its operator did. */
const authorOf = (names: Names, id: string) => ({ id, name: names.get(id) ?? null })

const time = (at: Date | null) => at?.toISOString() ?? null

function grantRowOf({ row, carried }: ReviewedGrant, names: GrantNames): GrantRow {
  const { subjectKind, subjectName, resourceKind, resourceName, parentName } = names
  const of = row.principalId
  return {
    id: typed('grant', row.id),
    subject: {
      type: subjectKind,
      id: of === null ? typed('team', row.teamId!) : principalId(subjectKind, of),
      name: subjectName,
    },
    object: {
      type: row.objectType,
      kind: row.objectKind as ResourceKind | null,
      id: row.resourceId === null ? null : resourceIdOf(resourceKind!, row.resourceId),
      name: resourceName === null ? null : [parentName, resourceName],
      shared: names.isShared,
    },
    role: {
      id: typed('role', row.roleId),
      name: names.roleName,
      builtIn: names.roleBuiltIn,
      permissions: carried.whole,
    },
    expiresAt: row.expiresAtMs === null ? null : new Date(row.expiresAtMs),
    createdAt: new Date(row.createdAtMs),
    createdBy: row.createdBy,
  }
}

/** @param told what the grant itself is told by */
export function presentReviewedGrant(
  c: Reviewing,
  scope: ReviewScope,
  names: Names,
  told: GrantNames,
  grant: ReviewedGrant,
) {
  const author = authorOf(names, grant.row.createdBy)
  return {
    ...presentGrant(c, grantRowOf(grant, told)),
    kind: 'reviewed-grant' as const,
    author,
    lastUsedAt: time(grant.lastUsedAt),
    carried: grant.carried.usableCount,
    usedPermissions: [...grant.used],
    enough: enoughFor(grant),
    missingPermissions: [...grant.missing],
    findings: [...grant.findings],
    sentence: grantSentence(scope, grant, told.subjectName, author.name),
  }
}

export function presentReviewedShare(scope: ReviewScope, names: Names, share: ReviewedShare) {
  const { row } = share
  const name = row.parentName === null ? row.resourceName : `${row.parentName}/${row.resourceName}`
  const author = authorOf(names, row.createdBy)
  return {
    id: typed('share', row.id),
    kind: 'reviewed-share' as const,
    account: typed('acct', row.rootAccountId),
    resource: { id: resourceIdOf(row.resourceKind, row.resourceId), kind: row.resourceKind, name },
    to: { id: typed('acct', row.toAccountId), name: row.toName },
    permissions: listPermissions(share.most),
    author,
    lastUsedAt: time(share.lastUsedAt),
    grants: row.grants,
    usedPermissions: [...share.used],
    missingPermissions: [...share.missing],
    findings: [...share.findings],
    sentence: shareSentence(scope, share, author.name),
    createdAt: new Date(row.createdAtMs).toISOString(),
    createdBy: row.createdBy,
  }
}

export function presentReviewedVirtualAccount(
  { account }: Reviewing,
  scope: ReviewScope,
  names: Names,
  one: ReviewedVirtualAccount,
) {
  const { row } = one
  const { name, displayName, state, tokens, grants, createdBy } = row
  const team = row.ownerTeamId
  const author = authorOf(names, createdBy)
  return {
    id: typed('va', row.id),
    kind: 'reviewed-virtual-account' as const,
    account: account.id,
    name,
    displayName,
    state,
    ownerTeam: team === null ? null : { id: typed('team', team), name: row.ownerTeamName! },
    tokens,
    grants,
    author,
    lastUsedAt: time(one.lastUsedAt),
    findings: [...one.findings],
    sentence: virtualAccountSentence(scope, one, author.name),
    createdAt: new Date(row.createdAtMs).toISOString(),
    createdBy,
  }
}
