/** What a simulated gateway does beside its calls: it gives back what is idle, and ships its journal. */
import { apply, giveBack, grant, type Told } from '../database-model.ts'
import type { SimulatedGateway } from './gateway.ts'
import { onDisk, transaction } from './network.ts'
import { housekeepingMs, shipEveryMs } from './setting.ts'
import type { Simulated } from './simulated.ts'

const nothing = () => undefined

export function keepHouse(simulated: Simulated, gateway: SimulatedGateway): void {
  simulated.clock.after(housekeepingMs, () => {
    if (gateway.isUp) {
      learnGranted(simulated, gateway)
      sendReturns(simulated, gateway, simulated.policy.idleMs)
    }
    keepHouse(simulated, gateway)
  })
}

function learnGranted(simulated: Simulated, gateway: SimulatedGateway): void {
  const { db, rules, clock } = simulated
  const { index, epoch } = gateway
  const unsure = gateway.unsure()
  if (unsure.length === 0) return
  const learn = () => grant(db, rules, index, epoch, unsure)
  const absorb = (told: ReturnType<typeof learn>) =>
    gateway.absorb(rules, told, clock.nowMs, (pool) => db.raised[pool]! > 0n)
  transaction(simulated, gateway, learn, absorb, nothing)
}

/** @param idleMs what was used since is kept, unless it was given up already */
export function sendReturns(simulated: Simulated, gateway: SimulatedGateway, idleMs: number): void {
  const { db, rules, clock } = simulated
  const { index, epoch } = gateway
  const told = gateway.giveUpIdle(clock.nowMs, idleMs)
  if (told.length === 0) return
  const send = () =>
    transaction(
      simulated,
      gateway,
      () => giveBack(db, rules, index, epoch, told),
      () => heard(gateway, told),
      nothing,
    )
  onDisk(simulated, gateway, () => gateway.isUp && gateway.epoch === epoch && send())
}

function heard(gateway: SimulatedGateway, told: readonly Told[]): void {
  for (const { pool, total } of told) {
    const lease = gateway.leases.get(pool)
    if (lease?.local.returned === total) lease.returnsPending = false
  }
}

/** Somebody waits for what lies idle here. At most so often, for each answer is a transaction. */
const reclaimEveryMs = 100

export function reclaimed(
  simulated: Simulated,
  gateway: SimulatedGateway,
  pools: readonly number[],
): void {
  const { nowMs } = simulated.clock
  const given = pools.filter((pool) => gateway.giveUpFor(pool, nowMs, reclaimEveryMs))
  if (given.length === 0) return
  simulated.observer.counts.reclaims++
  sendReturns(simulated, gateway, simulated.policy.idleMs)
}

export function shipLater(simulated: Simulated, gateway: SimulatedGateway): void {
  const { db, rules, clock } = simulated
  const { epoch } = gateway
  const again = () => shipLater(simulated, gateway)
  clock.after(shipEveryMs, () => {
    // The next life ships by itself.
    if (!gateway.isUp || gateway.epoch !== epoch) return
    const batch = gateway.outcomes.slice(0, 1_000)
    const ship = () => apply(db, rules, gateway.index, batch)
    const applied = () => {
      gateway.outcomes = gateway.outcomes.slice(batch.length)
      again()
    }
    if (batch.length === 0) again()
    else transaction(simulated, gateway, ship, applied, again)
  })
}
