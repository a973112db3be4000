/** What goes wrong: kills, partitions, slow disks and clocks that jump. Raises end as they were meant to. */
import { apply, closeThrough, endRaise, register } from '../database-model.ts'
import type { SimulatedGateway } from './gateway.ts'
import { shipLater } from './housekeeping.ts'
import type { Simulated } from './simulated.ts'

export function nextTrouble(simulated: Simulated, gateway: SimulatedGateway): void {
  const { setting, clock, random } = simulated
  const { troubleEveryMs } = setting
  if (troubleEveryMs === 0) return
  clock.after(random.waitMs(troubleEveryMs / 4), () => {
    const { nowMs } = clock
    const lastsMs = random.waitMs(3_000)
    const kind = random.between(0, 3)
    if (kind === 0 && gateway.isUp) crash(simulated, gateway)
    else if (kind === 1) gateway.cutOffUntilMs = nowMs + lastsMs
    else if (kind === 2) gateway.diskSlowUntilMs = nowMs + lastsMs
    else gateway.clockAheadMs = random.between(-5_000, 5_000)
    nextTrouble(simulated, gateway)
  })
}

function crash(simulated: Simulated, gateway: SimulatedGateway): void {
  simulated.observer.counts.crashes++
  uncommitUnwritten(simulated, gateway)
  gateway.crash()
  noteStranded(simulated, gateway)
  simulated.clock.after(simulated.random.waitMs(5_000), () => recover(simulated, gateway))
}

/**
 * An intent that was not on disk is gone with its hold, for nothing was called. An outcome that was not
 * is not known any more: its call is charged at its worst case.
 */
export function uncommitUnwritten({ observer }: Simulated, gateway: SimulatedGateway): void {
  for (const { pools, worst } of gateway.unwritten) observer.commit(pools, -worst)
  for (const { call: id } of gateway.booked) {
    const { pools, worst, cost } = gateway.intents.get(id)!.call
    observer.commit(pools, worst - cost)
    observer.charge(pools, -cost)
  }
}

function noteStranded(
  { db, observer, limit }: Simulated,
  { index, epoch, intents, outcomes }: SimulatedGateway,
): void {
  for (const [pool, sources] of db.leases.entries()) {
    const lease = sources[index]![epoch]
    if (!lease) continue
    let needed = 0n
    for (const { call } of intents.values()) if (call.pools.includes(pool)) needed += call.worst
    for (const one of outcomes) if (one.pools.includes(pool)) needed += one.cost
    const idle = lease.granted - lease.returned - lease.settled - needed
    observer.strandedMost = Math.max(observer.strandedMost, Number(idle) / Number(limit))
  }
}

export function recover(simulated: Simulated, gateway: SimulatedGateway): void {
  const { db, rules, observer } = simulated
  const cut = gateway.recover()
  register(db, gateway.index, gateway.epoch)
  observer.counts.unknown += cut.length
  for (const { id, pools, worst } of cut) {
    observer.charges.set(id, worst)
    observer.charge(pools, worst)
  }
  apply(db, rules, gateway.index, gateway.outcomes)
  gateway.outcomes = []
  closeThrough(db, rules, gateway.index, gateway.epoch - 1)
  observer.check(db)
  shipLater(simulated, gateway)
}

/** In the middle of each period, the part of its limits that was a raise is over. */
export function planRaises({ setting, clock, db, observer, gateways, limit }: Simulated): void {
  const { budgets, periods, periodMs, raisedPart } = setting
  if (raisedPart === 0) return
  const by = BigInt(Math.round(Number(limit) * raisedPart))
  for (let pool = 0; pool < budgets * periods; pool++) {
    db.raised[pool] = by
    clock.after(periodMs * (Math.floor(pool / budgets) + 0.5), () => {
      endRaise(db, pool)
      observer.limitFalls(pool, by)
      for (const gateway of gateways) gateway.raiseEnded(pool)
    })
  }
}
