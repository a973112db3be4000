/**
 * What the pools of the running period say of budgets and usage limits. A default for each user or
 * virtual account has a pool for everybody who has used it: told is the one of whoever has used most.
 */
import type { LimitLevel, Period, PrincipalId } from '@commonhold/core'
import { uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import type { LimitId } from './limit-raise.ts'

/** A limit, and the period or window that it is in now. */
export interface UsedLimit {
  readonly id: LimitId
  readonly level: LimitLevel
  readonly period: Period
}

/** In the unit of the limit: nano-dollars, or a count. */
export interface LimitUse {
  readonly period: Period
  /** Less what credits gave back in the period. */
  readonly settled: bigint
  readonly credited: bigint
  /** Leased to gateways for calls in flight. */
  readonly held: bigint
  /** Of one that only counts: what it would have refused. */
  readonly wouldRefuse: { readonly calls: number; readonly amount: bigint }
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

/** A period that nobody has used anything in has no row: nothing is used of it. */
export async function limitUses(
  tx: Tx,
  limits: readonly UsedLimit[],
): Promise<ReadonlyMap<LimitId, LimitUse>> {
  const { rows } = await sql<PoolSums & { ownerId: string }>`
    select owner_id, ${sums} from pool where (owner_id, period_id) in (select * from unnest(
      ${limits.map(({ id }) => uuid(id))}::uuid[],
      ${limits.map(({ period }) => period.id)}::text[]))`.execute(tx)
  const pools = new Map(rows.map((row) => [row.ownerId, row]))
  const uses = new Map<LimitId, LimitUse>()
  for (const { id, level, period } of limits) {
    const fullest = level.startsWith('each-') ? await fullestPool(tx, id, period) : null
    const pool = fullest ?? pools.get(uuid(id))
    const { settled = 0n, leased = 0n, credited = 0n } = pool ?? {}
    const { wouldRefuse = 0n, wouldRefuseAmount = 0n } = pool ?? {}
    uses.set(id, {
      period,
      settled,
      credited,
      held: leased,
      wouldRefuse: { calls: Number(wouldRefuse), amount: wouldRefuseAmount },
      of: fullest && { id: fullest.principalId, name: fullest.name ?? fullest.principalId },
    })
  }
  return uses
}

/** By when the period ends, which has an index: an account may have many users, and many days. */
async function fullestPool(tx: Tx, id: LimitId, period: Period) {
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
