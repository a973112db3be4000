/**
 * How what a lease does not need goes back to its pool, where other gateways can have it.
 *
 * Two things were wrong here until an exploration of the protocol found them (decision 16). What an outcome
 * has freed went back before that outcome was on disk: a crash in between charged the call at its worst
 * case, which by then was somebody else's. And what was granted in an answer that was lost stayed leased for
 * as long as the process lived, unless it asked again.
 */
import { absorbGrant, giveUpUnused, type TenantId } from '@commonhold/core'
import type { Database } from '../../store/database.ts'
import { grantLeases, type LeaseSource, returnLeases } from '../../store/pool.ts'
import type { GatewayLog } from '../call/log.ts'
import { type LeaseEntry, poolKeyOf } from './lease-entry.ts'

export interface ReturnOptions {
  readonly database: Database
  readonly source: LeaseSource
  readonly log: GatewayLog
  /** Resolves when every outcome up to now is on disk: false where one never will be. */
  readonly outcomesWritten: () => Promise<boolean>
}

/** Takes what is free out of the lease; the pool hears of it later, from `sendReturns`. */
export function giveUp(entry: LeaseEntry): void {
  const before = entry.lease.returned
  giveUpUnused(entry.lease, 0n)
  if (entry.lease.returned !== before) entry.returnsPending = true
}

/**
 * A raise under which something was leased is over: what is free of it may not be held any more. What
 * the limit is now, the pool says.
 *
 * @param isAsking before the pool is asked on behalf of those who wait; else they are waited for
 */
export function giveUpAfterRaise(entry: LeaseEntry, nowMs: number, isAsking = false): void {
  if (nowMs < entry.limitUntilMs || (entry.waiting > 0 && !isAsking)) return
  giveUp(entry)
}

/** Tells the pools what was given up. Never throws: what travels is a total, telling it later is as good. */
export async function sendReturns(
  { database, source, log, outcomesWritten }: ReturnOptions,
  tenantId: TenantId,
  entries: readonly LeaseEntry[],
): Promise<void> {
  // What is given up while this waits is not in these totals, and not yet covered by what is on disk.
  const returns = entries.map((entry) => {
    entry.returnsPending = false
    return { ...poolKeyOf(entry), returnedTotal: entry.lease.returned }
  })
  try {
    if (!(await outcomesWritten())) throw new Error('The journal could not keep every outcome.')
    await database.withTenant(tenantId, (tx) => returnLeases(tx, tenantId, source, returns))
  } catch (error) {
    for (const entry of entries) entry.returnsPending = true
    log.warn({ tenantId, error: String(error) }, 'Unused leases could not be returned yet.')
  }
}

/** Asks for what was granted in answers that never came: to want nothing more is to ask that. Never throws. */
export async function learnGranted(
  { database, source, log }: ReturnOptions,
  tenantId: TenantId,
  entries: readonly LeaseEntry[],
): Promise<void> {
  const doubts = entries.map((entry) => entry.answersLost)
  const demands = entries.map((entry) => ({ ...poolKeyOf(entry), wants: [], free: 0n }))
  try {
    const answers = await database.withTenant(tenantId, (tx) =>
      grantLeases(tx, tenantId, source, demands),
    )
    for (const [index, entry] of entries.entries()) {
      const { grantedTotal, limitUntilMs } = answers[index]!
      absorbGrant(entry.lease, source.epoch, grantedTotal)
      entry.limitUntilMs = Math.min(entry.limitUntilMs, limitUntilMs ?? entry.limitUntilMs)
      // One that was lost meanwhile is a doubt of its own.
      if (entry.answersLost === doubts[index]) entry.answersLost = 0
    }
  } catch (error) {
    log.warn({ tenantId, error: String(error) }, 'What was leased could not be asked yet.')
  }
}
