/**
 * What outlives any process is a source of leases of its own, under its own id: what is held for a batch or
 * a response in the background stays held whichever gateway comes and goes, until its result is known.
 */
import type { TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { closeLeases } from './open-lease.ts'
import {
  grantLeases,
  type LeaseAnswer,
  type LeaseSource,
  type PoolKey,
  returnLeases,
} from './pool.ts'
import { type AppliedOutcome, applyOutcomes } from './usage-record.ts'

export interface OwnHold extends PoolKey {
  readonly amount: bigint
}

const sourceOf = (sourceId: string): LeaseSource => ({ sourceId, epoch: 1 })

/**
 * Holds in every limit, in the caller's transaction: where not all of it was granted, he has to roll back.
 * @param id a UUID
 * @returns how full each pool is, in the order of the holds
 */
export async function takeOwnLeases(
  tx: Tx,
  tenantId: TenantId,
  id: string,
  holds: readonly OwnHold[],
): Promise<LeaseAnswer[]> {
  const source = sourceOf(id)
  // It never ran, so nobody waits for its answer.
  await sql`insert into gateway_source (id, epoch, stopped_at)
    values (${source.sourceId}, ${source.epoch}, now())`.execute(tx)
  const demands = holds.map(({ amount, ...key }) => ({ ...key, wants: [amount], free: 0n }))
  const answers = await grantLeases(tx, tenantId, source, demands)
  // A lease is granted with room for further calls, of which there are none.
  const spare = holds.flatMap((hold, index) => {
    const returnedTotal = answers[index]!.grantedTotal - hold.amount
    return returnedTotal > 0n ? [{ ...hold, returnedTotal }] : []
  })
  await returnLeases(tx, tenantId, source, spare)
  return answers
}

/** Books what it cost, and frees the rest. The caller has seen to it that this happens once. */
export async function settleOwnLeases(
  tx: Tx,
  tenantId: TenantId,
  id: string,
  outcome: AppliedOutcome,
): Promise<void> {
  const source = sourceOf(id)
  await applyOutcomes(tx, tenantId, source, [outcome])
  await closeLeases(tx, tenantId, source.sourceId, source.epoch)
}
