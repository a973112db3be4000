/**
 * The leases of a source that nobody has ended yet, and how they are ended: given back to their pools
 * where a journal says all that was spent of them, or charged where it is lost (retired-source.ts).
 */
import { closeLease, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed } from './database.ts'
import { type LockedPool, lockPools, savePools, take } from './pool.ts'

/**
 * Ends the leases of a source up to an epoch. Only once its journal is applied to the last record,
 * and nobody can spend from them any more.
 *
 * @returns how many were closed
 */
export async function closeLeases(
  tx: Tx,
  tenantId: TenantId,
  sourceId: string,
  throughEpoch: number,
): Promise<number> {
  // Whatever this source has asked before and the database has not ended yet is waited for.
  await sql`select from gateway_source where id = ${sourceId} for update`.execute(tx)
  return endOpenLeases(tx, tenantId, { sourceId, throughEpoch }, (row, epoch) =>
    take(row, closeLease(row.pool, row.lease, epoch)),
  )
}

/**
 * Every lease of the source that is open, epoch by epoch, with its pool under lock.
 *
 * @param of whose; absent `throughEpoch`: of all its lives
 * @param end changes the row and says whether it has to be saved
 * @returns how many were open
 */
export async function endOpenLeases(
  tx: Tx,
  tenantId: TenantId,
  { sourceId, throughEpoch }: { readonly sourceId: string; readonly throughEpoch?: number },
  end: (row: LockedPool, epoch: number) => boolean,
): Promise<number> {
  let query = tx
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
  if (throughEpoch !== undefined) query = query.where('lease.epoch', '<=', BigInt(throughEpoch))
  const open = await query.execute()
  for (const [epoch, rows] of Map.groupBy(open, (row) => Number(row.epoch))) {
    const source = { sourceId, epoch }
    const keys = rows.map((row) => ({
      accountId: typed('acct', row.accountId),
      // The prefix only serves as a key within this function.
      ownerId: typed('bud', row.ownerId),
      period: { id: row.periodId, startsAtMs: 0, endsAtMs: null },
    }))
    const locked = [...(await lockPools(tx, tenantId, source, keys)).values()]
    const changed = locked.filter((row) => end(row, epoch))
    await savePools(tx, tenantId, source, changed)
  }
  return open.length
}
