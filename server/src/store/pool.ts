/**
 * Pools and the leases taken from them: the rows behind core/src/lease.ts. Everything here runs in
 * one transaction of the caller's and locks the rows of the pools that it names, always in the order
 * of owner and period, so that two gateways can't wait for each other (case T47).
 *
 * A pool's limit is read from its budget or usage limit in the same transaction and never taken from
 * a gateway's memory: a limit that was just lowered binds whoever asks next. So are the raises that
 * are in force, and for how long the limit stays what it is: a duration, for clocks differ (decision 25).
 * So is what credits gave back in the period: what is settled only rises, so what is given back adds to
 * the limit (decision 24).
 */
import {
  type AccountId,
  type Fill,
  grantLease,
  type Id,
  type LeasePool,
  newPoolLease,
  type Period,
  type PoolLease,
  type PoolStep,
  remainingIn,
  returnLease,
  roomIn,
  type TenantId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { announceWanted } from './lease-wanted.ts'
import { forMs, inForce } from './limit-raise.ts'

/** One process that leases: a journal in one of its lives. */
export interface LeaseSource {
  readonly sourceId: string
  readonly epoch: number
}

export interface PoolKey {
  readonly accountId: AccountId
  readonly ownerId: Id<'bud' | 'lim'>
  readonly period: Period
}

/** A pool under lock, with one lease of it. */
export interface LockedPool {
  readonly key: PoolKey
  readonly limitName: string | null
  readonly mode: 'enforce' | 'audit'
  /** Its source lives in a newer epoch already: nothing may be granted to this one any more. */
  isFenced: boolean
  /** How long no raise of it begins or ends, counted from when this was read. Null: for ever. */
  readonly limitForMs: number | null
  /** Part of the pool's limit: what credits gave back of what is settled. */
  readonly credited: bigint
  pool: LeasePool
  lease: PoolLease
}

export interface LeaseDemand extends PoolKey {
  /** What each waiting request wants, in the order in which they wait. */
  readonly wants: readonly bigint[]
  /** What the process still has free; negative after an overrun. */
  readonly free: bigint
  /** Whether the others are to be asked for what idles with them, where there is too little. */
  readonly callsOthers?: boolean
}

export interface LeaseAnswer {
  readonly grantedTotal: bigint
  /** How long what is free now may be held: then a raise begins or ends. Null: for ever. */
  readonly limitForMs: number | null
  /** Part of the pool's limit: what credits gave back of what is settled. */
  readonly credited: bigint
  readonly pool: LeasePool
  readonly lease: PoolLease
}

/** As it is told: the limit, and how much of it is used. What credits gave back is not. */
export function fillOf({ pool, credited }: Pick<LockedPool, 'pool' | 'credited'>): Fill {
  const { limit, settled, leased } = pool
  return { limit: limit - credited, settled: settled - credited, held: leased }
}

/** An owner that is deleted while requests are on their way limits nothing any more. */
const unlimited = 1n << 62n
/** Below what a column holds, so that raises can't run over it. */
const limitMax = String(unlimited)

export const poolKeyText = ({ ownerId, period }: PoolKey) => `${ownerId}/${period.id}`

/**
 * Fills leases up for the requests that wait: for all of them where the pool has room, else for as
 * many as fit, first come first served.
 *
 * @returns for each demand, in its order, what the lease and the pool are now
 */
export async function grantLeases(
  tx: Tx,
  tenantId: TenantId,
  source: LeaseSource,
  demands: readonly LeaseDemand[],
): Promise<LeaseAnswer[]> {
  const locked = await lockPools(tx, tenantId, source, demands)
  const changed: LockedPool[] = []
  const short: string[] = []
  for (const demand of demands) {
    const row = locked.get(poolKeyText(demand))!
    if (demand.callsOthers && lacksOthers(demand, row)) short.push(poolKeyText(demand))
    const wanted = fittingPart(demand, roomIn(row.pool))
    if (wanted <= 0n || row.isFenced) continue
    const step = grantLease(row.pool, row.lease, source.epoch, wanted)
    if (take(row, step)) changed.push(row)
  }
  await savePools(tx, tenantId, source, changed)
  if (short.length > 0) await announceWanted(tx, { ...source, tenantId, keys: short })
  return demands.map((demand) => {
    const { pool, lease, limitForMs, credited } = locked.get(poolKeyText(demand))!
    return { grantedTotal: lease.granted, limitForMs, credited, pool, lease }
  })
}

/** Whether somebody lacks what the others hold, who may not need all of it. */
function lacksOthers({ wants, free }: LeaseDemand, { pool, lease }: LockedPool): boolean {
  const room = roomIn(pool)
  if (wants.reduce((sum, want) => sum + want, 0n) - free <= room) return false
  const others = pool.leased - remainingIn(lease)
  return others > 0n && wants.some((want) => want <= room + others + free)
}

/** What to ask for, so that the most requests in a row of the queue can go on. */
function fittingPart({ wants, free }: LeaseDemand, room: bigint): bigint {
  let sum = 0n
  for (const want of wants) if (sum + want - free <= room) sum += want
  return sum - free
}

/** Takes back what a process gave up: totals, so that hearing one twice changes nothing. */
export async function returnLeases(
  tx: Tx,
  tenantId: TenantId,
  source: LeaseSource,
  returns: readonly (PoolKey & { readonly returnedTotal: bigint })[],
): Promise<void> {
  const locked = await lockPools(tx, tenantId, source, returns)
  const changed = returns.flatMap((given) => {
    const row = locked.get(poolKeyText(given))!
    return take(row, returnLease(row.pool, row.lease, source.epoch, given.returnedTotal))
      ? [row]
      : []
  })
  await savePools(tx, tenantId, source, changed)
}

/** @returns whether the step was possible: the row is then what it led to, and has to be saved */
export function take(row: LockedPool, step: PoolStep): boolean {
  if (!step.ok) return false
  row.pool = step.pool
  row.lease = step.lease
  return true
}

/**
 * Makes the rows that are missing (a limit that nobody has counted under counts from zero, in the
 * very first request: case T3) and locks the pools.
 */
export async function lockPools(
  tx: Tx,
  tenantId: TenantId,
  { sourceId, epoch }: LeaseSource,
  keys: readonly PoolKey[],
): Promise<Map<string, LockedPool>> {
  if (keys.length === 0) return new Map()
  const byRow = new Map(keys.map((key) => [`${uuid(key.ownerId)}/${key.period.id}`, key]))
  const tenant = uuid(tenantId)
  const list = [...byRow.values()]
  const owners = list.map((key) => uuid(key.ownerId))
  const periods = list.map((key) => key.period.id)
  // The source first, then the pools, as open-lease.ts has it: neither can wait for the other in a circle.
  await sql`with source as (select id from gateway_source where id = ${sourceId} for key share)
    insert into pool (tenant_id, account_id, owner_id, period_id, starts_at, ends_at)
    select ${tenant}, t.a, t.o, t.p, t.s, t.e from unnest(${list.map((key) => uuid(key.accountId))}::uuid[],
      ${owners}::uuid[], ${periods}::text[],
      ${list.map((key) => new Date(key.period.startsAtMs).toISOString())}::timestamptz[],
      ${list.map(({ period }) => timeOrNull(period.endsAtMs))}::timestamptz[]) as t (a, o, p, s, e), source
    order by t.o, t.p on conflict do nothing`.execute(tx)
  const pools = await sql<PoolRow>`select p.owner_id, p.period_id, p.settled, p.leased, p.credited,
      least(coalesce(b.amount_nanos, l.amount) + coalesce(r.amount, 0) + p.credited, ${limitMax})::bigint
        as limit_amount, r.for_ms as limit_for_ms, coalesce(b.name, l.name) as limit_name,
      coalesce(b.mode, l.mode, 'enforce') as mode
    from pool p
    left join budget b on b.tenant_id = p.tenant_id and b.id = p.owner_id
    left join usage_limit l on l.tenant_id = p.tenant_id and l.id = p.owner_id
    left join lateral (select sum(r.amount) filter (where ${inForce}) as amount, ${forMs} as for_ms
      from limit_raise r where r.tenant_id = p.tenant_id and r.limit_id = p.owner_id
        and r.ended_at is null and r.ends_at > clock_timestamp()) r on true
    where (p.owner_id, p.period_id) in
      (select * from unnest(${owners}::uuid[], ${periods}::text[]))
    order by p.owner_id, p.period_id for update of p`.execute(tx)
  await sql`insert into lease (tenant_id, owner_id, period_id, source_id, epoch)
    select ${tenant}, t.o, t.p, ${sourceId}, ${epoch}
    from unnest(${owners}::uuid[], ${periods}::text[]) as t (o, p)
    on conflict do nothing`.execute(tx)
  // The epoch of the source is read after the rows are made: see open-lease.ts.
  const leases = await sql<LeaseRow>`select owner_id, period_id, granted, returned, settled, closed,
      (select g.epoch > ${epoch} from gateway_source g where g.id = source_id) as is_fenced
    from lease where source_id = ${sourceId} and epoch = ${epoch} and (owner_id, period_id) in
      (select * from unnest(${owners}::uuid[], ${periods}::text[]))`.execute(tx)
  const locked = new Map<string, LockedPool>()
  for (const row of pools.rows) {
    const key = byRow.get(`${row.ownerId}/${row.periodId}`)!
    const { limitAmount, limitForMs, limitName, settled, leased, credited, mode } = row
    const pool = { limit: limitAmount ?? unlimited, settled, leased }
    const fresh = { pool, isFenced: false, limitForMs, credited, lease: newPoolLease(epoch) }
    locked.set(poolKeyText(key), { key, limitName, mode, ...fresh })
  }
  for (const { ownerId, periodId, isFenced, ...lease } of leases.rows) {
    const row = locked.get(poolKeyText(byRow.get(`${ownerId}/${periodId}`)!))!
    row.lease = { epoch, ...lease }
    row.isFenced = isFenced
  }
  return locked
}

export async function savePools(
  tx: Tx,
  tenantId: TenantId,
  { sourceId, epoch }: LeaseSource,
  rows: readonly LockedPool[],
): Promise<void> {
  if (rows.length === 0) return
  const owners = rows.map(({ key }) => uuid(key.ownerId))
  const periods = rows.map(({ key }) => key.period.id)
  const texts = (read: (row: LockedPool) => bigint) => rows.map((row) => read(row).toString())
  await sql`update pool p set settled = t.settled, leased = t.leased
    from unnest(${owners}::uuid[], ${periods}::text[], ${texts((row) => row.pool.settled)}::bigint[],
      ${texts((row) => row.pool.leased)}::bigint[]) as t (owner, period, settled, leased)
    where p.tenant_id = ${uuid(tenantId)} and p.owner_id = t.owner and p.period_id = t.period`.execute(
    tx,
  )
  await sql`update lease l set granted = t.granted, returned = t.returned, settled = t.settled,
      closed = t.closed, updated_at = now()
    from unnest(${owners}::uuid[], ${periods}::text[], ${texts((row) => row.lease.granted)}::bigint[],
      ${texts((row) => row.lease.returned)}::bigint[],
      ${texts((row) => row.lease.settled)}::bigint[],
      ${rows.map((row) => row.lease.closed)}::boolean[])
      as t (owner, period, granted, returned, settled, closed)
    where l.tenant_id = ${uuid(tenantId)} and l.owner_id = t.owner and l.period_id = t.period
      and l.source_id = ${sourceId} and l.epoch = ${epoch}`.execute(tx)
}

/**
 * What pools hold now, for telling: rows that nobody has counted under are missing. What was given back
 * by credits is not told as settled.
 */
export async function readPools(
  tx: Tx,
  { sourceId, epoch }: LeaseSource,
  keys: readonly PoolKey[],
): Promise<Map<string, { settled: bigint; leased: bigint; ownSettled: bigint }>> {
  const byRow = new Map(keys.map((key) => [`${uuid(key.ownerId)}/${key.period.id}`, key]))
  const rows = await sql<
    PoolRow & { ownSettled: bigint }
  >`select p.owner_id, p.period_id, p.settled - p.credited as settled,
      p.leased, coalesce(l.settled, 0) as own_settled
    from pool p left join lease l on l.tenant_id = p.tenant_id and l.owner_id = p.owner_id
      and l.period_id = p.period_id and l.source_id = ${sourceId} and l.epoch = ${epoch}
    where (p.owner_id, p.period_id) in (select * from unnest(
      ${keys.map((key) => uuid(key.ownerId))}::uuid[],
      ${keys.map((key) => key.period.id)}::text[]))`.execute(tx)
  return new Map(
    rows.rows.map((row) => [
      poolKeyText(byRow.get(`${row.ownerId}/${row.periodId}`)!),
      { settled: row.settled, leased: row.leased, ownSettled: row.ownSettled },
    ]),
  )
}

interface PoolRow {
  readonly ownerId: string
  readonly periodId: string
  readonly settled: bigint
  readonly leased: bigint
  readonly credited: bigint
  readonly limitAmount: bigint | null
  readonly limitForMs: number | null
  readonly limitName: string | null
  readonly mode: 'enforce' | 'audit'
}

interface LeaseRow {
  readonly ownerId: string
  readonly periodId: string
  readonly granted: bigint
  readonly returned: bigint
  readonly settled: bigint
  readonly closed: boolean
  readonly isFenced: boolean
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
