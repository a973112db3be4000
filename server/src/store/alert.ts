/**
 * That a part of a limit is used, told once. Gateways and settlements know nothing of it: a sweep
 * compares what pools have settled with the percentages that are watched, and writes a row for each
 * that is reached. The row is unique per limit, period and percentage, so of several sweeps at once
 * one tells it, in the transaction that writes what is to be sent.
 */
import { alertEverySecondsMin } from '@commonhold/contract'
import { type AccountId, type Id, isId, type PrincipalId, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { newId } from '../crypto/new-id.ts'
import { type Tx, typed, uuid } from './database.ts'
import type { LimitId } from './limit-raise.ts'
import { inForce } from './limit-raise.ts'

/** In one transaction: a default for each user may have many users. */
export const alertsAtOnceMax = 100
/** What was settled late is told as late as this after its period has ended. */
export const alertLateHoursMax = 24
/** After its period; until then it is what keeps it from being told again. */
export const alertsKeptDays = 90

export interface ToldAlert {
  readonly id: Id<'alert'>
  /** Whose limit it is. */
  readonly accountId: AccountId
  /** Where it was said whom to tell: root, of what root has set on an account. */
  readonly setIn: AccountId
  readonly limitId: LimitId
  readonly percent: number
  /** In the unit of the limit: nano-dollars, or a count. */
  readonly settled: bigint
  /** The limit in force, raises included. */
  readonly amount: bigint
  readonly startsAt: Date
  readonly endsAt: Date | null
  /** Of a default for each: whose part it is. */
  readonly principalId: PrincipalId | null
}

interface Reached {
  readonly accountId: string
  readonly setInId: string
  readonly budgetId: string | null
  readonly usageLimitId: string | null
  readonly periodId: string
  readonly toldUnder: string
  readonly percent: number
  readonly settled: bigint
  readonly amount: bigint
  readonly startsAt: Date
  readonly endsAt: Date | null
}

/** Of a default for each, the id of a pool's period ends with whose it is (core/src/budget.ts). */
const principalOf = (periodId: string): PrincipalId | null => {
  const last = periodId.slice(periodId.lastIndexOf('/') + 1)
  return isId(last, 'user', 'va') ? last : null
}

/**
 * Writes down what is to be told now.
 *
 * @returns what was not told before, at most `alertsAtOnceMax`; `hasMore` where there is more
 */
export async function noteReached(
  tx: Tx,
  tenantId: TenantId,
): Promise<{ told: ToldAlert[]; hasMore: boolean }> {
  const reached = await findReached(tx)
  const told: ToldAlert[] = []
  for (const row of reached) {
    const id = newId('alert')
    const { accountId, budgetId, usageLimitId, toldUnder, percent, settled, amount, endsAt } = row
    const { rows } = await sql`insert into alert (tenant_id, account_id, id, budget_id,
        usage_limit_id, told_under, percent, settled, amount, ends_at)
      values (${uuid(tenantId)}, ${accountId}, ${uuid(id)}, ${budgetId}, ${usageLimitId},
        ${toldUnder}, ${percent}, ${settled}, ${amount}, ${endsAt})
      on conflict (tenant_id, limit_id, told_under, percent) do nothing
      returning id`.execute(tx)
    if (rows.length === 0) continue
    told.push({
      id,
      accountId: typed('acct', accountId),
      setIn: typed('acct', row.setInId),
      limitId: budgetId === null ? typed('lim', usageLimitId!) : typed('bud', budgetId),
      percent,
      settled,
      amount,
      startsAt: row.startsAt,
      endsAt,
      principalId: principalOf(row.periodId),
    })
  }
  return { told, hasMore: reached.length === alertsAtOnceMax }
}

/**
 * In one order for all who ask, so that two sweeps can't wait for each other in a circle. A limit of 0
 * that something was counted under is used up.
 */
async function findReached(tx: Tx): Promise<Reached[]> {
  const { rows } = await sql<Reached>`
    select a.account_id, a.set_in_id, a.budget_id, a.usage_limit_id, p.period_id, k.told_under,
      w.percent, u.used as settled, f.amount, p.starts_at, p.ends_at
    from limit_alert a
    join pool p on p.tenant_id = a.tenant_id and p.owner_id = a.limit_id
    left join budget b on b.tenant_id = a.tenant_id and b.id = a.budget_id
    left join usage_limit l on l.tenant_id = a.tenant_id and l.id = a.usage_limit_id
    cross join lateral (select coalesce(b.amount_nanos, l.amount) + coalesce(sum(r.amount), 0)
        as amount from limit_raise r
      where r.tenant_id = a.tenant_id and r.limit_id = a.limit_id and ${inForce}) f
    cross join lateral (select case
      when p.ends_at - p.starts_at < ${`${alertEverySecondsMin} seconds`}::interval
      then to_char(p.starts_at at time zone 'UTC', '"hour:"YYYY-MM-DD"T"HH24')
        || coalesce(substring(p.period_id from '/.*$'), '')
      else p.period_id end as told_under) k
    cross join lateral (select p.settled - p.credited as used) u
    cross join unnest(a.percents) as w (percent)
    where u.used > 0 and u.used::numeric * 100 >= f.amount * w.percent
      and (p.ends_at is null or (p.ends_at > a.since
        and p.ends_at > now() - ${`${alertLateHoursMax} hours`}::interval))
      and not exists (select from alert t where t.tenant_id = a.tenant_id
        and t.limit_id = a.limit_id and t.told_under = k.told_under and t.percent = w.percent)
    order by a.limit_id, k.told_under, w.percent limit ${alertsAtOnceMax}`.execute(tx)
  return rows
}

/** Whether any limit of the tenant is watched. */
export async function hasLimitAlerts(tx: Tx): Promise<boolean> {
  const row = await tx.selectFrom('limitAlert').select('limitId').limit(1).executeTakeFirst()
  return row !== undefined
}
