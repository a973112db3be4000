/**
 * A gateway whose journal is lost. Nobody can say any more which part of its leases was spent, so all of it
 * counts as spent in the pools: a budget is never overspent, and nothing is on a bill that no journal told.
 */
import { applySettlement, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { endOpenLeases } from './open-lease.ts'
import { take } from './pool.ts'

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
  await endOpenLeases(tx, tenantId, { sourceId }, (row, epoch) => {
    const { granted, returned, settled } = row.lease
    const step = applySettlement(row.pool, row.lease, epoch, granted - returned - settled)
    if (!take(row, step)) throw new Error('A lease could not be charged.')
    row.lease = { ...row.lease, closed: true }
    return true
  })
}

/**
 * Raises its epoch, so that a directory that comes back begins a new one, and says that it has stopped, so
 * that nobody waits for its answers. In a control-plane transaction.
 */
export async function fenceSource(tx: Tx, sourceId: string): Promise<void> {
  await sql`update gateway_source set epoch = epoch + 1, stopped_at = coalesce(stopped_at, now())
    where id = ${sourceId}`.execute(tx)
}
