/**
 * That a review was done, and what was taken back from its lists: read from the audit log, which is
 * where it is kept. An index of its own (schema.sql) finds these few among all that is there.
 */
import type { AccountId } from '@commonhold/core'
import { sql } from 'kysely'
import type { AuditEntry } from './audit-event.ts'
import { type Tx, uuid } from './database.ts'

export interface ReviewRecord {
  readonly at: Date
  readonly actorId: string
  readonly actorName: string
  readonly after: NonNullable<AuditEntry['after']>
  readonly sequence: bigint
}

export async function lastReviewRecord(tx: Tx, accountId: AccountId): Promise<ReviewRecord | null> {
  const { rows } = await sql<ReviewRecord>`
    select at, actor_id, actor_name, after, sequence from audit_event
    where account_id = ${uuid(accountId)} and operation = 'access-review.complete'
    order by sequence desc limit 1`.execute(tx)
  return rows[0] ?? null
}

/** @param after the sequence in the audit log from which to count; 0 for all */
export async function revokedInReviews(
  tx: Tx,
  accountId: AccountId,
  after: bigint,
): Promise<{ grants: number; shares: number }> {
  const { rows } = await sql<{ grants: number; shares: number }>`
    select count(*) filter (where operation = 'access-review.revoke-grants')::int as grants,
      count(*) filter (where operation = 'access-review.revoke-shares')::int as shares
    from audit_event
    where account_id = ${uuid(accountId)} and sequence > ${after}
      and operation in ('access-review.revoke-grants', 'access-review.revoke-shares')`.execute(tx)
  return rows[0]!
}
