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
import { grantLeases, type LeaseAnswer, type LeaseSource, returnLeases } from '../../store/pool.ts'
import type { GatewayLog } from '../call/log.ts'
import { type LeaseEntry, type LimitEnd, poolKeyOf } from './lease-entry.ts'

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
 * A raise has begun or ended since the pool was asked, or the pool was above its limit: what is free may not be
 * held, and neither may what calls free that end. What the limit is now, the pool says.
 *
 * @param isAsking before the pool is asked on behalf of those who wait; else they are waited for
 */
export function giveUpUnlessGood(entry: LeaseEntry, isAsking = false): void {
  if (entry.limitEnds === null && !entry.isOver) return
  if (entry.waiting > 0 && !isAsking) return
  if (entry.isOver || (entry.limitEnds !== null && hasEnded(entry.limitEnds))) giveUp(entry)
}

export function hasEnded({ risingMs, wallMs }: LimitEnd): boolean {
  return performance.now() >= risingMs || Date.now() >= wallMs
}

/** When the pool was asked, by both clocks: what it says to last so long lasts from then on, or longer. */
export function askedNow(): LimitEnd {
  return { risingMs: performance.now(), wallMs: Date.now() }
}

/**
 * Takes in what a pool answers. Where that pool is above its limit (which was lowered, or a raise of it ended),
 * nothing that is free is held any more: it may have been granted in an answer that was lost, under a limit that
 * is no more, and nobody here ever heard until when it was good (decision 25).
 *
 * @param asked when it was asked, as `askedNow` said before
 */
export function absorbAnswer(
  entry: LeaseEntry,
  epoch: number,
  { grantedTotal, limitForMs, pool }: LeaseAnswer,
  { risingMs, wallMs }: LimitEnd,
): void {
  absorbGrant(entry.lease, epoch, grantedTotal)
  entry.limitEnds =
    limitForMs === null ? null : { risingMs: risingMs + limitForMs, wallMs: wallMs + limitForMs }
  entry.isOver = pool.settled + pool.leased > pool.limit
  if (entry.isOver) giveUp(entry)
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
  const asked = askedNow()
  try {
    const answers = await database.withTenant(tenantId, (tx) =>
      grantLeases(tx, tenantId, source, demands),
    )
    for (const [index, entry] of entries.entries()) {
      absorbAnswer(entry, source.epoch, answers[index]!, asked)
      // One that was lost meanwhile is a doubt of its own.
      if (entry.answersLost === doubts[index]) entry.answersLost = 0
    }
  } catch (error) {
    log.warn({ tenantId, error: String(error) }, 'What was leased could not be asked yet.')
  }
}
