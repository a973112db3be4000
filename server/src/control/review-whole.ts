/**
 * A whole review: all lists that the caller may see, counted, and when the last one was done. What
 * several operations of the review share.
 */
import type { Permission } from '@commonhold/core'
import { grantNames } from '../store/access-review.ts'
import { lastReviewRecord, type ReviewRecord } from '../store/access-review-record.ts'
import { principalNames } from '../store/principal-name.ts'
import type { Context } from './context.ts'
import { type ReviewedGrant, reviewGrants } from './review-grants.ts'
import { countFindings } from './review-page.ts'
import {
  presentReviewedGrant,
  presentReviewedShare,
  presentReviewedVirtualAccount,
} from './review-present.ts'
import { type ReviewedShare, reviewShares } from './review-shares.ts'
import { type ReviewedVirtualAccount, reviewVirtualAccounts } from './review-virtual-accounts.ts'
import type { Reviewing, ReviewScope } from './review-window.ts'

export type Listed = ReviewedGrant | ReviewedShare | ReviewedVirtualAccount

export const withFinding = <Row extends Listed>(
  rows: readonly Row[],
  finding: string | undefined,
) =>
  finding === undefined
    ? rows
    : rows.filter((row) => (row.findings as readonly string[]).includes(finding))

const namesOf = ({ tx }: Reviewing, rows: readonly Listed[]) =>
  principalNames(tx, [...new Set(rows.map(({ row }) => row.createdBy))])

/** What was revoked since it was judged has no name any more, and is left out. */
export async function shownGrants(
  c: Reviewing,
  scope: ReviewScope,
  rows: readonly ReviewedGrant[],
) {
  const names = await namesOf(c, rows)
  const ids = rows.map(({ row }) => row.id)
  const told = await grantNames(c.tx, c.account.id, ids)
  return rows.flatMap((grant) => {
    const its = told.get(grant.row.id)
    return its === undefined ? [] : presentReviewedGrant(c, scope, names, its, grant)
  })
}

export async function shownShares(
  c: Reviewing,
  scope: ReviewScope,
  rows: readonly ReviewedShare[],
) {
  const names = await namesOf(c, rows)
  return rows.map((share) => presentReviewedShare(scope, names, share))
}

export async function shownVirtualAccounts(
  c: Reviewing,
  scope: ReviewScope,
  rows: readonly ReviewedVirtualAccount[],
) {
  const names = await namesOf(c, rows)
  return rows.map((one) => presentReviewedVirtualAccount(c, scope, names, one))
}

export const idOf = ({ row }: Listed) => row.id

/** Everything that the caller may see of it, at once. */
export interface WholeReview {
  readonly grants: readonly ReviewedGrant[]
  readonly shares: readonly ReviewedShare[] | null
  readonly virtualAccounts: readonly ReviewedVirtualAccount[] | null
}

type Reader = Reviewing & Pick<Context, 'can'>

export async function wholeReview(c: Reader, scope: ReviewScope): Promise<WholeReview> {
  const may = (permission: Permission) => c.can(permission)
  return {
    grants: await reviewGrants(c, scope),
    shares: may('share:read') ? await reviewShares(c, scope) : null,
    virtualAccounts: may('virtual-account:read') ? await reviewVirtualAccounts(c, scope) : null,
  }
}

export async function presentReview(c: Reader, scope: ReviewScope, whole: WholeReview) {
  const last = await lastReviewRecord(c.tx, c.account.id)
  return {
    kind: 'access-review' as const,
    account: c.account.id,
    at: scope.now.toISOString(),
    unusedDays: scope.unusedDays,
    expiringDays: scope.expiringDays,
    usesKnownSince: scope.usesKnownSince.toISOString(),
    grants: countFindings(whole.grants),
    shares: whole.shares && countFindings(whole.shares),
    virtualAccounts: whole.virtualAccounts && countFindings(whole.virtualAccounts),
    lastReview: last && presentRecord(last),
  }
}

function presentRecord({ at, actorId, actorName, after }: ReviewRecord) {
  const { note, grants, revokedGrants, revokedShares } = after as unknown as Recorded
  const by = { id: actorId, name: actorName }
  return { at: at.toISOString(), by, note, grants, revokedGrants, revokedShares }
}

/** What the audit log keeps of a review. */
export interface Recorded {
  readonly note: string
  readonly grants: ReturnType<typeof countFindings>
  readonly revokedGrants: number
  readonly revokedShares: number
}
