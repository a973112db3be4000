/**
 * Temporary raises of budgets and usage limits. A raise is never edited, only ended, and what is in
 * force at an instant is the limit's amount and the raises in force then. Whoever needs that to be
 * exact (store/pool.ts) asks the database for it, at the database's time.
 */
import type { AccountId, Id, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'

export type LimitId = Id<'bud' | 'lim'>

export interface RaiseRow {
  readonly id: Id<'raise'>
  /** In the unit of the limit: nano-dollars, or a count. */
  readonly amount: bigint
  readonly startsAt: Date
  readonly endsAt: Date
  readonly reason: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly endedAt: Date | null
  readonly endedBy: string | null
}

const selectRaise = (tx: Tx, limitId: LimitId) =>
  tx.selectFrom('limitRaise').selectAll().where('limitId', '=', uuid(limitId))

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectRaise>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): RaiseRow {
  const { amount, startsAt, endsAt, reason, createdAt, createdBy, endedAt, endedBy } = row
  const id = typed('raise', row.id)
  return { id, amount, startsAt, endsAt, reason, createdAt, createdBy, endedAt, endedBy }
}

export async function findRaise(
  tx: Tx,
  limitId: LimitId,
  id: Id<'raise'>,
): Promise<RaiseRow | null> {
  const row = await selectRaise(tx, limitId).where('id', '=', uuid(id)).executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listRaises(tx: Tx, limitId: LimitId, request: PageRequest) {
  const page = await fetchPage(
    selectRaise(tx, limitId),
    request,
    { createdAt: { column: 'limit_raise.created_at', type: 'timestamptz' } },
    'limit_raise.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

/** Those that are in force, or will be. */
export async function countOpenRaises(tx: Tx, limitId: LimitId, now: Date): Promise<number> {
  const { count } = await selectRaise(tx, limitId)
    .clearSelect()
    .select(sql<bigint>`count(*)`.as('count'))
    .where('endedAt', 'is', null)
    .where('endsAt', '>', now)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertRaise(
  tx: Tx,
  raise: {
    tenantId: TenantId
    /** Whose limit it is. */
    accountId: AccountId
    id: Id<'raise'>
    limitId: LimitId
    amount: bigint
    startsAt: Date
    endsAt: Date
    reason: string
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, limitId, ...rest } = raise
  const isBudget = limitId.startsWith('bud_')
  await tx
    .insertInto('limitRaise')
    .values({
      ...rest,
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      id: uuid(id),
      budgetId: isBudget ? uuid(limitId) : null,
      usageLimitId: isBudget ? null : uuid(limitId),
    })
    .execute()
}

/** @returns false where somebody else has ended it already */
export async function endRaise(tx: Tx, id: Id<'raise'>, endedBy: string, at: Date) {
  const { numUpdatedRows } = await tx
    .updateTable('limitRaise')
    .set({ endedAt: at, endedBy })
    .where('id', '=', uuid(id))
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What the raises in force now add to a row of this table. */
export function raisedNow(table: 'budget' | 'usage_limit') {
  return sql<bigint>`(select coalesce(sum(r.amount), 0)::bigint from limit_raise r
    where r.limit_id = ${sql.ref(`${table}.id`)} and ${inForce})`
}

/** The same with those that are still to come: less of it means that one was ended, or is over. */
export function raisedInAll(table: 'budget' | 'usage_limit') {
  return sql<bigint>`(select coalesce(sum(r.amount), 0)::bigint from limit_raise r
    where r.limit_id = ${sql.ref(`${table}.id`)} and r.ended_at is null and r.ends_at > now())`
}

/** Of a raise called r. Not `now()`, which stands still while a transaction waits for a lock. */
export const inForce = sql<boolean>`r.ended_at is null and r.starts_at <= clock_timestamp()
  and r.ends_at > clock_timestamp()`

/** Over raises called r that are not over: how long until one of them begins or ends, in whole ms. */
export const forMs = sql<number | null>`floor(extract(epoch from min(
  case when r.starts_at > clock_timestamp() then r.starts_at else r.ends_at end)
  - clock_timestamp()) * 1000)::float8`

/** A raise as the caller of a gateway is told of it. */
export interface ToldRaise {
  readonly limitId: LimitId
  readonly amount: bigint
  readonly startsAt: Date
  readonly endsAt: Date
  readonly isInForce: boolean
}

/** Those in force, and those to come. */
export async function readRaises(tx: Tx, limitIds: readonly LimitId[]): Promise<ToldRaise[]> {
  const { rows } = await sql<ToldRaise & { budgetId: string | null; usageLimitId: string | null }>`
    select budget_id, usage_limit_id, amount, starts_at, ends_at, ${inForce} as is_in_force
    from limit_raise r where r.limit_id = any(${limitIds.map(uuid)}::uuid[])
      and r.ended_at is null and r.ends_at > clock_timestamp() order by starts_at, id`.execute(tx)
  return rows.map(({ budgetId, usageLimitId, ...row }) => ({
    ...row,
    limitId: budgetId === null ? typed('lim', usageLimitId!) : typed('bud', budgetId),
  }))
}
