/** What an access review finds about virtual accounts: whether used, and whether anybody answers. */
import type { VirtualAccountFinding } from '@commonhold/contract'
import { type ReviewedVirtualAccountRow, reviewedVirtualAccounts } from '../store/access-review.ts'
import { activeCreators } from '../store/virtual-account.ts'
import { isWriter } from './review-authors.ts'
import { isUnused, type Reviewing, type ReviewScope } from './review-window.ts'

export interface ReviewedVirtualAccount {
  readonly row: ReviewedVirtualAccountRow
  readonly lastUsedAt: Date | null
  readonly findings: readonly VirtualAccountFinding[]
}

export async function reviewVirtualAccounts(
  c: Reviewing,
  scope: ReviewScope,
): Promise<ReviewedVirtualAccount[]> {
  const rows = await reviewedVirtualAccounts(c.tx, c.account.id)
  const creators = [...new Set(rows.map((row) => row.createdBy))].filter(isWriter)
  const active = await activeCreators(c.tx, c.account.id, creators)
  return rows.map((row) => {
    const { createdAtMs, createdBy, lastUsedAt } = row
    const holds: Record<VirtualAccountFinding, boolean> = {
      unused: isUnused(scope, createdAtMs, lastUsedAt),
      creator_gone: isWriter(createdBy) && !active.has(createdBy),
      owner_team_gone: isOwnerTeamGone(row),
    }
    const findings = Object.keys(holds) as VirtualAccountFinding[]
    return { row, lastUsedAt, findings: findings.filter((finding) => holds[finding]) }
  })
}

/** Deleted, suspended, or without anybody in it who could answer. */
function isOwnerTeamGone(row: ReviewedVirtualAccountRow): boolean {
  if (row.ownerTeamId === null) return row.formerOwnerTeam !== null
  return row.ownerTeamState !== 'active' || row.ownerTeamPeople === 0
}
