/** Holding for what outlives this process: in the database, in every enforced limit or in none. */
import { type Measure, refusalOf } from '@commonhold/core'
import type { OwnHold } from '../../store/own-leases.ts'
import { fillOf, type LeaseAnswer } from '../../store/pool.ts'
import type { AppliedLimit } from './applying.ts'
import { spendFailure } from './refusal.ts'

export interface EnforcedHold {
  readonly one: AppliedLimit
  readonly hold: OwnHold
}

/** @param wanted by measure; what is not named in it is not held */
export function enforcedHolds(
  applied: readonly AppliedLimit[],
  wanted: Readonly<Partial<Record<Measure, bigint>>>,
): EnforcedHold[] {
  return applied.flatMap((one) => {
    const { limit, counter } = one
    const amount = wanted[counter.measure]
    if (limit.mode !== 'enforce' || amount === undefined) return []
    const { accountId, id: ownerId } = limit
    return [{ one, hold: { accountId, ownerId, period: counter.period, amount } }]
  })
}

/** @throws Failure that names the limits without room: thrown in the transaction, it undoes what was held */
export function refuseWhereFull(
  enforced: readonly EnforcedHold[],
  answers: readonly LeaseAnswer[],
  nowMs: number,
): void {
  const refusals = enforced.flatMap(({ one, hold }, index) => {
    const answer = answers[index]!
    if (answer.grantedTotal >= hold.amount) return []
    const refusal = refusalOf(one.limit, fillOf(answer), hold.amount, nowMs)
    return refusal ? [{ refusal, name: one.name, period: hold.period }] : []
  })
  if (refusals.length > 0) throw spendFailure(refusals)
}
