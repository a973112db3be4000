/**
 * Limits in audit mode: what an enforced one would have refused is counted, and nothing is refused. As
 * such a limit holds nothing, calls are looked at one after the other, as they end.
 */
import { shortfallOf, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { fillOf, type LockedPool } from './pool.ts'
import type { Settlement } from './usage-record.ts'

/** Whether it would not have fitted into what was left before it. */
export function wouldRefuse(row: LockedPool, { amount, wanted = amount }: Settlement): boolean {
  return shortfallOf({ ...fillOf(row), held: 0n }, wanted) !== null
}

/** Only where there is something to count: pools of enforced limits are never written here. */
export async function countWouldRefuse(
  tx: Tx,
  tenantId: TenantId,
  refused: readonly Settlement[],
): Promise<void> {
  await sql`update pool p set would_refuse = p.would_refuse + t.calls,
      would_refuse_amount = p.would_refuse_amount + t.amount
    from (select owner, period, count(*) as calls, sum(amount)::bigint as amount
      from unnest(${refused.map(({ ownerId }) => uuid(ownerId))}::uuid[],
        ${refused.map(({ period }) => period.id)}::text[],
        ${refused.map(({ amount }) => amount.toString())}::bigint[]) as u (owner, period, amount)
      group by owner, period) t
    where p.tenant_id = ${uuid(tenantId)} and p.owner_id = t.owner and p.period_id = t.period`.execute(
    tx,
  )
}
