/**
 * A gateway whose journal is lost. Nobody can say any more which part of its leases was spent, so all of it
 * counts as spent in the pools: a budget is never overspent, and nothing is on a bill that no journal told.
 */
import { applySettlement, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed } from './database.ts'
import { lockPools, savePools } from './pool.ts'

/** A deployment has a handful; whoever starts gateways without a disk has more. */
export const sourcesMax = 1_000

export interface Source {
  readonly id: string
  readonly epoch: bigint
  readonly seenAt: Date
  readonly stoppedAt: Date | null
}

export interface LeasedSum {
  readonly leases: number
  readonly nanos: bigint
  readonly requests: bigint
  readonly tokens: bigint
}

/** The last heard of first. In a control-plane transaction. */
export async function listSources(tx: Tx): Promise<Source[]> {
  return tx
    .selectFrom('gatewaySource')
    .select(['id', 'epoch', 'seenAt', 'stoppedAt'])
    .orderBy('seenAt', 'desc')
    .limit(sourcesMax)
    .execute()
}

/** What each source has leased of the tenant's, and neither settled nor returned. */
export async function leasedBySource(tx: Tx): Promise<Map<string, LeasedSum>> {
  const { rows } = await sql<LeasedSum & { sourceId: string }>`select l.source_id,
      count(*)::int as leases,
      ${sumWhere(sql`u.id is null`)} as nanos,
      ${sumWhere(sql`u.metric = 'requests'`)} as requests,
      ${sumWhere(sql`u.metric = 'tokens'`)} as tokens
    from lease l
    left join usage_limit u on u.tenant_id = l.tenant_id and u.id = l.owner_id
    where not l.closed group by l.source_id`.execute(tx)
  return new Map(rows.map(({ sourceId, ...sum }) => [sourceId, sum]))
}

const sumWhere = (condition: ReturnType<typeof sql>) =>
  sql<bigint>`coalesce(sum(l.granted - l.returned - l.settled) filter (where ${condition}), 0)::bigint`

/**
 * Settles every open lease of the source at all that is left of it, and closes it. Doing it again changes
 * nothing. What its journal tells, should it come back after all, is booked on top.
 */
export async function chargeLeases(tx: Tx, tenantId: TenantId, sourceId: string): Promise<void> {
  const open = await tx
    .selectFrom('lease')
    .innerJoin('pool', (join) =>
      join
        .onRef('pool.tenantId', '=', 'lease.tenantId')
        .onRef('pool.ownerId', '=', 'lease.ownerId')
        .onRef('pool.periodId', '=', 'lease.periodId'),
    )
    .select(['pool.accountId', 'lease.ownerId', 'lease.periodId', 'lease.epoch'])
    .where('lease.sourceId', '=', sourceId)
    .where('lease.closed', '=', false)
    .orderBy('lease.epoch')
    .execute()
  for (const [epoch, rows] of Map.groupBy(open, (row) => Number(row.epoch))) {
    const source = { sourceId, epoch }
    const keys = rows.map((row) => ({
      accountId: typed('acct', row.accountId),
      // The prefix only serves as a key within this function.
      ownerId: typed('bud', row.ownerId),
      period: { id: row.periodId, startsAtMs: 0, endsAtMs: null },
    }))
    const locked = [...(await lockPools(tx, tenantId, source, keys)).values()]
    for (const row of locked) {
      const { granted, returned, settled } = row.lease
      const step = applySettlement(row.pool, row.lease, epoch, granted - returned - settled)
      if (!step.ok) throw new Error(`A lease could not be charged: ${step.code}`)
      row.pool = step.pool
      row.lease = { ...step.lease, closed: true }
    }
    await savePools(tx, tenantId, source, locked)
  }
}

/**
 * Raises its epoch, so that a directory that comes back begins a new one, and says that it has stopped, so
 * that nobody waits for its answers. In a control-plane transaction.
 */
export async function fenceSource(tx: Tx, sourceId: string): Promise<void> {
  await sql`update gateway_source set epoch = epoch + 1, stopped_at = coalesce(stopped_at, now())
    where id = ${sourceId}`.execute(tx)
}
