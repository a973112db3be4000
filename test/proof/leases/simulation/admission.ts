/**
 * How simulated calls are admitted, wait and are refused: as server/src/gateway/limits does it. What lacks is
 * asked of the pool; where calls in flight hold it, those who came first wait first, for so long, while the
 * others are asked for what lies idle with them.
 */
import { maxOf, minOf, roomIn } from '@commonhold/core'
import { type Demand, grant } from '../database-model.ts'
import type { Call, SimulatedGateway } from './gateway.ts'
import { reclaimed } from './housekeeping.ts'
import { onDisk, tellOthers, transaction } from './network.ts'
import type { Simulated } from './simulated.ts'

/** Calls that wait ask again so often. */
const askAgainMs = 50

export function arrive(simulated: Simulated, gateway: SimulatedGateway, call: Call): void {
  const isQueued = gateway.waiting.some(({ pools }) => pools.some((p) => call.pools.includes(p)))
  if (!isQueued && gateway.tryHold(call, simulated.clock.nowMs)) begin(simulated, gateway, call)
  else {
    gateway.waiting.push(call)
    ask(simulated, gateway)
  }
}

function begin(simulated: Simulated, gateway: SimulatedGateway, call: Call): void {
  const { observer, clock } = simulated
  const { epoch } = gateway
  observer.place(call.pools, call.worst)
  observer.counts.waitedMs += clock.nowMs - call.atMs
  observer.counts.began++
  const isSame = () => gateway.isUp && gateway.epoch === epoch
  gateway.unwritten.add(call)
  onDisk(simulated, gateway, () => {
    if (!isSame()) return
    gateway.unwritten.delete(call)
    gateway.intents.set(call.id, { call, epoch })
    // From here on the provider works, whatever becomes of the process.
    observer.spend(call.pools, call.cost)
    clock.after(call.callMs, () => {
      if (isSame()) end(simulated, gateway, call, epoch)
    })
  })
}

function end(simulated: Simulated, gateway: SimulatedGateway, call: Call, epoch: number): void {
  const { observer, clock } = simulated
  gateway.settle(call, epoch, clock.nowMs)
  observer.commit(call.pools, call.cost - call.worst)
  observer.charge(call.pools, call.cost)
  onDisk(simulated, gateway, () => {
    if (!gateway.isUp || gateway.epoch !== epoch) return
    const outcome = gateway.booked.shift()!
    gateway.outcomes.push(outcome)
    gateway.intents.delete(outcome.call)
    observer.charges.set(outcome.call, outcome.cost)
  })
  admitWaiting(simulated, gateway)
}

function ask(simulated: Simulated, gateway: SimulatedGateway): void {
  const { db, rules, clock, observer } = simulated
  if (gateway.isAsking || gateway.waiting.length === 0) return
  const demands = gateway.demands(clock.nowMs)
  if (demands.length === 0) {
    admitWaiting(simulated, gateway)
    return
  }
  gateway.isAsking = true
  observer.counts.asks++
  transaction(
    simulated,
    gateway,
    () => grant(db, rules, gateway.index, gateway.epoch, demands),
    (told) => {
      gateway.isAsking = false
      gateway.absorb(rules, told, clock.nowMs, (pool) => db.raised[pool]! > 0n)
      admitWaiting(simulated, gateway)
      refuseLate(simulated, gateway)
    },
    () => {
      gateway.isAsking = false
      doubt(simulated, gateway, demands)
      refuse(simulated, gateway.waiting.splice(0), false)
    },
  )
}

function doubt({ clock }: Simulated, gateway: SimulatedGateway, demands: readonly Demand[]): void {
  for (const { pool } of demands) gateway.lease(pool, clock.nowMs).answersLost++
}

/** Whoever waits for less than another budget lacks goes on: nobody overtakes in his own budgets. */
function admitWaiting(simulated: Simulated, gateway: SimulatedGateway): void {
  const blocked = new Set<number>()
  const still: Call[] = []
  for (const call of gateway.waiting) {
    const isFree = !call.pools.some((pool) => blocked.has(pool))
    if (isFree && gateway.tryHold(call, simulated.clock.nowMs)) {
      begin(simulated, gateway, call)
      continue
    }
    for (const pool of call.pools) blocked.add(pool)
    still.push(call)
  }
  gateway.waiting = still
}

function refuseLate(simulated: Simulated, gateway: SimulatedGateway): void {
  const { clock, policy } = simulated
  const [late, still]: [Call[], Call[]] = [[], []]
  const shorter: Call[] = []
  for (const call of gateway.waiting) {
    if (call.untilMs > clock.nowMs && !isExhausted(simulated, call)) {
      still.push(call)
      continue
    }
    const less = shorter.length === 0 ? shortened(simulated, gateway, call) : null
    if (less) shorter.push(less)
    else late.push(call)
  }
  gateway.waiting = [...shorter, ...still]
  refuse(simulated, late, true)
  if (shorter.length > 0) ask(simulated, gateway)
  if (still.length === 0) return
  if (policy.reclaims) {
    const pools = [...new Set(still.flatMap((call) => call.pools))]
    tellOthers(simulated, gateway, (other) => reclaimed(simulated, other, pools))
  }
  clock.after(askAgainMs, () => ask(simulated, gateway))
}

/** What is spent for good leaves too little: to wait would not help. */
const isExhausted = ({ db }: Simulated, { pools, worst }: Call) =>
  pools.some((pool) => db.pools[pool]!.settled + worst > db.pools[pool]!.limit)

/** The same call with so much output as there is room for; null where that is too little, or was tried. */
function shortened(
  { db, policy, observer }: Simulated,
  gateway: SimulatedGateway,
  call: Call,
): Call | null {
  if (policy.shortensTo === null || call.isShortened) return null
  const room = call.pools
    .map((pool) => roomIn(db.pools[pool]!) + gateway.freeOf(pool))
    .reduce(minOf, call.worst)
  if (room < policy.shortensTo) return null
  observer.counts.shortened++
  const worst = maxOf(policy.shortensTo, room / policy.shortensPart)
  return { ...call, worst, cost: minOf(call.cost, worst), isShortened: true }
}

function refuse({ db, observer }: Simulated, calls: readonly Call[], isForMoney: boolean): void {
  observer.counts.refused += calls.length
  if (!isForMoney) return
  for (const { pools, worst } of calls) {
    for (const pool of pools) {
      const { limit, settled, leased } = db.pools[pool]!
      if (settled + leased + worst > limit) observer.refused(pool)
    }
  }
}
