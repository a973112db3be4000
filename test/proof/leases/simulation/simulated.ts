/** What all parts of a simulation share: time, chance, the database, the processes, and who observes them. */
import { maxOf, minOf, roomIn } from '@commonhold/core'
import { type ModelDatabase, newDatabase } from '../database-model.ts'
import { type Rules, realRules } from '../rules.ts'
import { Clock } from './clock.ts'
import { SimulatedGateway } from './gateway.ts'
import { Observer } from './observer.ts'
import { type Random, randomOf } from './random.ts'
import { meanCost, type Policy, type Setting } from './setting.ts'

export interface Simulated {
  readonly setting: Setting
  readonly policy: Policy
  readonly rules: Rules
  readonly random: Random
  readonly clock: Clock
  readonly db: ModelDatabase
  readonly gateways: readonly SimulatedGateway[]
  readonly observer: Observer
  /** Of each pool, with the raise that is in force at first. */
  readonly limit: bigint
}

/** @param rules of the protocol: with a fault in them, the simulation has to find it */
export function newSimulated(
  setting: Setting,
  policy: Policy,
  seed: number,
  rules: Rules,
): Simulated {
  const limit = BigInt(setting.callsPerBudget) * meanCost
  const pools = setting.budgets * (setting.periods + 1)
  return {
    setting,
    policy,
    rules: withChunksOf(policy, rules),
    random: randomOf(seed),
    clock: new Clock(),
    db: newDatabase(Array(pools).fill(limit), setting.processes),
    gateways: Array.from({ length: setting.processes }, (_, p) => new SimulatedGateway(p)),
    observer: new Observer(pools, limit),
    limit,
  }
}

/** The rules, with chunks of the policy's size. */
function withChunksOf({ roomDivisor, requestsMax }: Policy, rules: Rules): Rules {
  return {
    ...rules,
    grantLease: (pool, lease, epoch, wanted) => {
      const step = realRules.grantLease(pool, lease, epoch, wanted)
      if (!step.ok) return step
      const generous = minOf(roomIn(pool) / roomDivisor, wanted * requestsMax)
      const moved = maxOf(wanted, generous)
      return {
        ...step,
        moved,
        pool: { ...pool, leased: pool.leased + moved },
        lease: { ...lease, granted: lease.granted + moved },
      }
    },
  }
}
