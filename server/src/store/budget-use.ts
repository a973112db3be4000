/**
 * What the pools of the running period say of budgets. A default for each user or virtual account has a
 * pool for everybody who has spent under it: told is the one of whoever has used most.
 */
import { type Id, type Period, type PrincipalId, periodOf, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import type { BudgetRow } from './budget.ts'
import { type Tx, uuid } from './database.ts'

/** A budget in the period that runs now. */
export interface BudgetUse {
  readonly periodId: string
  readonly startsAtMs: number
  readonly endsAtMs: number | null
  /** Less what credits gave back in the period. */
  readonly settledNanos: bigint
  readonly creditedNanos: bigint
  /** Leased to gateways for calls in flight. */
  readonly heldNanos: bigint
  /** Of one that only counts: what it would have refused. */
  readonly wouldRefuse: { readonly calls: number; readonly nanos: bigint }
  /** Of a default: who has used most, if anybody has. */
  readonly of: { readonly id: string; readonly name: string } | null
}

interface PoolSums {
  readonly settled: bigint
  readonly credited: bigint
  readonly leased: bigint
  readonly wouldRefuse: bigint
  readonly wouldRefuseAmount: bigint
}

const sums = sql.raw(
  'settled - credited as settled, credited, leased, would_refuse, would_refuse_amount',
)

/**
 * A period that nobody has spent in has no row, and is used by nothing.
 * @param nowMs epoch milliseconds
 */
export async function budgetUses(
  tx: Tx,
  budgets: readonly BudgetRow[],
  nowMs: number,
): Promise<Map<Id<'bud'>, BudgetUse>> {
  const periods = budgets.map((budget) => periodOf(nowMs, budget.timeZone, budget.period))
  const { rows } = await sql<PoolSums & { ownerId: string }>`
    select owner_id, ${sums} from pool where (owner_id, period_id) in (select * from unnest(
      ${budgets.map(({ id }) => uuid(id))}::uuid[], ${periods.map(({ id }) => id)}::text[]))`.execute(
    tx,
  )
  const pools = new Map(rows.map((row) => [row.ownerId, row]))
  const uses = new Map<Id<'bud'>, BudgetUse>()
  for (const [index, { id, level }] of budgets.entries()) {
    const period = periods[index]!
    const { id: periodId, startsAtMs, endsAtMs } = period
    const fullest = level.startsWith('each-') ? await fullestPool(tx, id, period) : null
    const pool = fullest ?? pools.get(uuid(id))
    const { settled = 0n, leased = 0n, credited = 0n } = pool ?? {}
    const { wouldRefuse = 0n, wouldRefuseAmount = 0n } = pool ?? {}
    const times = { periodId, startsAtMs, endsAtMs }
    const of = fullest && { id: fullest.principalId, name: fullest.name ?? fullest.principalId }
    uses.set(id, {
      ...times,
      settledNanos: settled,
      creditedNanos: credited,
      heldNanos: leased,
      wouldRefuse: { calls: Number(wouldRefuse), nanos: wouldRefuseAmount },
      of,
    })
  }
  return uses
}

/** By when the period ends, which has an index: an account may have many users, and many days. */
async function fullestPool(tx: Tx, id: Id<'bud'>, period: Period) {
  const ends =
    period.endsAtMs === null
      ? sql`ends_at is null`
      : sql`ends_at = ${new Date(period.endsAtMs).toISOString()}::timestamptz`
  const { rows } = await sql<PoolSums & { periodId: string }>`
    select period_id, ${sums} from pool
    where owner_id = ${uuid(id)} and ${ends} and starts_with(period_id, ${`${period.id}/`})
    order by pool.settled - pool.credited + pool.leased desc limit 1`.execute(tx)
  const row = rows[0]
  if (!row) return null
  const principalId = row.periodId.slice(period.id.length + 1) as PrincipalId
  const names = await sql<{ name: string }>`
    select email as name from "user" where id = ${uuidOf(principalId)}
    union all select name from virtual_account where id = ${uuidOf(principalId)}`.execute(tx)
  return { ...row, principalId, name: names.rows[0]?.name }
}
