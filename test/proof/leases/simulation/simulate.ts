/**
 * Many gateways, budgets and calls, with everything that goes wrong on the way: partitions, clocks that
 * jump, slow disks, kills. Everything is drawn from the seed. After each step that moves money the limits
 * are checked with what only an observer sees; at the end all of it must have come home.
 */
import { type Rules, realRules } from '../rules.ts'
import { arrive } from './admission.ts'
import type { Call, SimulatedGateway } from './gateway.ts'
import { keepHouse, shipLater } from './housekeeping.ts'
import type { Figures } from './observer.ts'
import { meanCost, type Policy, type Setting } from './setting.ts'
import { newSimulated, type Simulated } from './simulated.ts'
import { nextTrouble, planRaises, recover, uncommitUnwritten } from './troubles.ts'

export type { Figures } from './observer.ts'

/** @param rules with a fault in them, the figures have to say so */
export function simulate(
  setting: Setting,
  policy: Policy,
  seed: number,
  rules: Rules = realRules,
): Figures {
  const simulated = newSimulated(setting, policy, seed, rules)
  const { periodMs, periods, budgets } = setting
  planRaises(simulated)
  for (const gateway of simulated.gateways) {
    nextArrival(simulated, gateway)
    keepHouse(simulated, gateway)
    shipLater(simulated, gateway)
    nextTrouble(simulated, gateway)
  }
  simulated.clock.runUntil(periodMs * periods)
  windDown(simulated)
  return simulated.observer.figures(simulated.db, budgets * periods)
}

function nextArrival(simulated: Simulated, gateway: SimulatedGateway): void {
  const { setting, clock, random } = simulated
  const { processes, budgets, callsPerBudget, demand, periodMs } = setting
  const perMs = (callsPerBudget * demand * budgets) / periodMs / processes / 1.5
  clock.after(random.waitMs(1 / perMs), () => {
    if (gateway.isUp) arrive(simulated, gateway, newCall(simulated, gateway))
    nextArrival(simulated, gateway)
  })
}

function newCall(
  { setting, policy, clock, random, observer }: Simulated,
  gateway: SimulatedGateway,
) {
  const { budgets, periodMs, periods, worstPerCost, callMs } = setting
  const clockMs = clock.nowMs + gateway.clockAheadMs
  const period = Math.max(0, Math.min(periods, Math.floor(clockMs / periodMs)))
  // Half of the calls count under two budgets, such as a team's and an account's.
  const chosen = new Set([random.between(0, budgets - 1)])
  if (random.next() < 0.5) chosen.add(random.between(0, budgets - 1))
  const cost = BigInt(random.between(100, 2 * Number(meanCost) - 100))
  const call: Call = {
    id: observer.counts.calls++,
    pools: [...chosen].map((budget) => period * budgets + budget).sort((a, b) => a - b),
    worst: BigInt(Math.max(Number(cost), Number(meanCost) * worstPerCost)),
    cost,
    callMs: random.waitMs(callMs),
    atMs: clock.nowMs,
    untilMs: clock.nowMs + policy.queueMs,
    isShortened: false,
  }
  return call
}

/** Nobody asks for anything new; all troubles end; everything that was leased goes back. */
function windDown(simulated: Simulated): void {
  for (const gateway of simulated.gateways) {
    uncommitUnwritten(simulated, gateway)
    gateway.crash()
    recover(simulated, gateway)
  }
  simulated.observer.close(simulated.db)
}
