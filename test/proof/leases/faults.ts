/**
 * Faults of the protocol, put in on purpose: each has to be found in a small world. What is not found would
 * say that the exploration looks away. Most have been made by others, or were made here once.
 */
import { freeIn, type LocalLease, newLocalLease, type PoolLease } from '@commonhold/core'
import { type Rules, realRules } from './rules.ts'
import type { small } from './scenarios.ts'

export interface Fault {
  readonly name: string
  readonly scenario: keyof typeof small
  readonly rules: Partial<Rules>
}

const crash = 'crashes, and money that goes back'
const network = 'messages lost, late, repeated and out of order'
const leaving = 'a process that leaves for good'
const raises = 'a raise that ends, and messages that are lost'
const threeCalls = 'three calls, two of which fit'

/** A lease whose own numbers are forgotten: what it was granted before is not counted. */
const fresh = (lease: PoolLease): PoolLease => ({ ...lease, returned: 0n })

export const faults: readonly Fault[] = [
  {
    name: 'a pool grants one more than it has',
    scenario: threeCalls,
    rules: {
      grantLease: (pool, lease, epoch, wanted) => {
        const step = realRules.grantLease(pool, lease, epoch, wanted)
        if (!step.ok) return step
        return {
          ...step,
          pool: { ...step.pool, leased: step.pool.leased + 1n },
          lease: { ...step.lease, granted: step.lease.granted + 1n },
        }
      },
    },
  },
  {
    name: 'an answer is taken as a difference, so hearing it twice counts twice',
    scenario: network,
    rules: {
      absorbGrant: (lease, epoch, total) => {
        if (epoch !== lease.epoch) return false
        lease.amount += total - lease.returned
        return true
      },
    },
  },
  {
    name: 'a return is taken as a difference, so a repeated one frees twice',
    scenario: network,
    rules: {
      returnLease: (pool, lease, epoch, total) => {
        const step = realRules.returnLease(pool, fresh(lease), epoch, total)
        return step.ok
          ? { ...step, lease: { ...step.lease, returned: lease.returned + step.moved } }
          : step
      },
    },
  },
  {
    name: 'a process tells that it gives up what it goes on using',
    scenario: crash,
    rules: { giveUpUnused: (lease) => lease.returned + freeIn(lease) },
  },
  {
    name: 'a call takes from the first budget though the second has no room',
    scenario: 'two budgets, and a crash',
    rules: {
      placeHold: (leases, wanted) => {
        const outcome = realRules.placeHold(leases, wanted)
        if (!outcome.ok && leases.length > 1 && freeIn(leases[0]!) >= wanted.nanos) {
          leases[0]!.held += wanted.nanos
        }
        return outcome
      },
    },
  },
  {
    name: 'a call looks at its first budget only',
    scenario: 'two budgets, and a crash',
    rules: {
      placeHold: (leases, wanted) => {
        const spare = leases.slice(1).map((lease): LocalLease => {
          return { ...newLocalLease(lease.key, 'nanos', lease.epoch), amount: wanted.nanos }
        })
        const outcome = realRules.placeHold([leases[0]!, ...spare], wanted)
        if (outcome.ok) for (const lease of leases.slice(1)) lease.held += wanted.nanos
        return outcome
      },
    },
  },
  {
    name: 'a rest is freed with the hold still in it',
    scenario: crash,
    rules: {
      settleHold: (hold, cost) => {
        const answer = realRules.settleHold(hold, cost)
        for (const lease of hold.leases) lease.held -= 1n
        return answer
      },
    },
  },
  {
    name: 'an epoch that is over is still granted to',
    scenario: crash,
    rules: { fencesOldEpochs: false },
  },
  {
    name: 'a record that comes twice is applied twice',
    scenario: network,
    rules: { dropsRepeats: false },
  },
  {
    name: 'the provider is called before the intent is on disk',
    scenario: crash,
    rules: { waitsForIntent: false },
  },
  {
    name: 'old leases are closed before the journal is applied',
    scenario: crash,
    rules: { closesAfterApplying: false },
  },
  {
    name: 'a call without an outcome is taken to have cost nothing',
    scenario: crash,
    rules: { chargesUnknown: false },
  },
  {
    name: 'an outcome is acknowledged when it is sent',
    scenario: network,
    rules: { acknowledgesWhenApplied: false },
  },
  {
    name: 'a cost is settled in the period in which its call ends',
    scenario: 'a period that ends during a call',
    rules: { settlesInPeriodOfHold: false },
  },
  {
    name: 'what an outcome freed goes back before that outcome is on disk',
    scenario: crash,
    rules: { returnsWhatIsWritten: false },
  },
  {
    name: 'nobody asks what was granted in an answer that was lost',
    scenario: network,
    rules: { asksAfterLoss: false },
  },
  {
    name: 'a process leaves while its last ask is still under way',
    scenario: leaving,
    rules: { closingWaits: false },
  },
  {
    name: 'what was granted under a raise in an answer that was lost is held after it',
    scenario: raises,
    rules: { givesUpWhenOver: false },
  },
]
