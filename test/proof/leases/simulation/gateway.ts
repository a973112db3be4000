/**
 * One simulated gateway process: admission as server/src/gateway/limits has it, a journal whose disk may be
 * slow, shipping, and what of it survives a crash. Time and the network are the simulation's.
 */
import { freeIn, type LocalLease, newLocalLease } from '@commonhold/core'
import type { Answer, Demand, Outcome, Position, Told } from '../database-model.ts'
import { type Rules, realRules as rules } from '../rules.ts'
import { nanosOnly } from '../world.ts'

export interface Call {
  readonly id: number
  readonly pools: readonly number[]
  readonly worst: bigint
  readonly cost: bigint
  readonly callMs: number
  readonly atMs: number
  /** Until then it waits for money that others hold. */
  readonly untilMs: number
  /** It was given less output than it asked for, since no more fits. */
  readonly isShortened: boolean
}

export interface Lease {
  readonly local: LocalLease
  lastUsedMs: number
  returnsPending: boolean
  answersLost: number
  /** Something of it was granted under a raise that is in force still. */
  isRaised: boolean
  /** Its pool was above its limit when it answered last, or has been since: nothing that is free is held. */
  isOver: boolean
  reclaimedMs: number
}

export interface Intent {
  readonly call: Call
  readonly epoch: number
}

export class SimulatedGateway {
  readonly index: number
  isUp = true
  epoch = 0
  leases = new Map<number, Lease>()
  waiting: Call[] = []
  isAsking = false
  /** Held, and their intents are not on disk yet. */
  unwritten = new Set<Call>()
  /** On disk. */
  intents = new Map<number, Intent>()
  outcomes: Outcome[] = []
  /** Booked and not on disk yet: the disk is slow. */
  booked: Outcome[] = []
  sequence = 0
  clockAheadMs = 0
  cutOffUntilMs = 0
  diskSlowUntilMs = 0
  /** When what was written last begins to be flushed: nothing that is written later is on disk before. */
  diskBusyUntilMs = 0

  constructor(index: number) {
    this.index = index
  }

  lease(pool: number, nowMs: number): Lease {
    let lease = this.leases.get(pool)
    if (!lease) {
      const local = newLocalLease(String(pool).padStart(6, '0'), 'nanos', this.epoch)
      const state = { returnsPending: false, answersLost: 0, isRaised: false, isOver: false }
      lease = { local, lastUsedMs: nowMs, reclaimedMs: Number.NEGATIVE_INFINITY, ...state }
      this.leases.set(pool, lease)
    }
    return lease
  }

  tryHold(call: Call, nowMs: number): boolean {
    const leases = call.pools.map((pool) => this.lease(pool, nowMs))
    for (const lease of leases) {
      lease.lastUsedMs = nowMs
      if (lease.isOver) giveUp(lease)
    }
    const locals = leases.map(({ local }) => local)
    return rules.placeHold(locals, nanosOnly(call.worst)).ok
  }

  settle({ pools, worst, cost, id }: Call, leaseEpoch: number, nowMs: number): void {
    const leases = pools.map((pool) => this.lease(pool, nowMs).local)
    rules.settleHold({ leases, wanted: nanosOnly(worst), open: true }, nanosOnly(cost))
    const position = { epoch: this.epoch, sequence: ++this.sequence }
    this.booked.push({ call: id, position, leaseEpoch, cost, pools })
  }

  /** What the calls that wait lack, as the gateway asks for it in one transaction. */
  demands(nowMs: number): Demand[] {
    const wants = new Map<number, bigint[]>()
    for (const { pools, worst } of this.waiting) {
      for (const pool of pools) {
        const list = wants.get(pool)
        if (list) list.push(worst)
        else wants.set(pool, [worst])
      }
    }
    const demands: Demand[] = []
    for (const [pool, list] of [...wants].sort(([a], [b]) => a - b)) {
      const free = freeIn(this.lease(pool, nowMs).local)
      if (list.reduce((a, b) => a + b, 0n) > free) demands.push({ pool, wants: list, free })
    }
    return demands
  }

  /** @param isRaisedNow whether the raise that an answer speaks of is in force still: it says for how long */
  absorb(
    given: Rules,
    told: readonly Answer[],
    nowMs: number,
    isRaisedNow: (pool: number) => boolean,
  ): void {
    for (const { pool, total, isRaised, isOver } of told) {
      const lease = this.lease(pool, nowMs)
      rules.absorbGrant(lease.local, this.epoch, total)
      lease.answersLost = 0
      lease.isRaised = isRaised
      const hasEnded = isRaised && !isRaisedNow(pool)
      lease.isOver = hasEnded || (given.givesUpWhenOver && isOver)
      if (lease.isOver) giveUp(lease)
    }
  }

  /** What was leased under a raise may not be held after it: the pool is to be asked again. */
  raiseEnded(pool: number): void {
    const lease = this.leases.get(pool)
    if (lease?.isRaised) lease.isOver = true
  }

  freeOf(pool: number): bigint {
    const lease = this.leases.get(pool)
    return lease ? freeIn(lease.local) : 0n
  }

  /** Somebody else waits for it. @returns whether something was given up */
  giveUpFor(pool: number, nowMs: number, everyMs: number): boolean {
    const lease = this.leases.get(pool)
    if (!lease || nowMs - lease.reclaimedMs < everyMs || freeIn(lease.local) <= 0n) return false
    if (this.waiting.some(({ pools }) => pools.includes(pool))) return false
    lease.reclaimedMs = nowMs
    giveUp(lease)
    return true
  }

  /** Takes what is idle out of the leases. @returns what to tell when all that is booked is on disk */
  giveUpIdle(nowMs: number, idleMs: number): Told[] {
    const told: Told[] = []
    const wanted = new Set(this.waiting.flatMap(({ pools }) => pools))
    for (const [pool, lease] of this.leases) {
      if (nowMs - lease.lastUsedMs >= idleMs && !wanted.has(pool)) giveUp(lease)
      if (lease.returnsPending) told.push({ pool, total: lease.local.returned })
    }
    return told
  }

  unsure(): Demand[] {
    return [...this.leases]
      .filter(([, { answersLost }]) => answersLost > 0)
      .map(([pool]) => ({ pool, wants: [], free: 0n }))
  }

  crash(): void {
    this.isUp = false
    this.leases = new Map()
    this.waiting = []
    this.isAsking = false
    this.unwritten = new Set()
    this.booked = []
  }

  /** A new life: calls without an outcome get one, at their worst case. @returns those calls */
  recover(): Call[] {
    this.epoch++
    this.sequence = 0
    const cut = [...this.intents.values()]
    for (const { call, epoch } of cut) {
      const position: Position = { epoch: this.epoch, sequence: ++this.sequence }
      const { id, pools, worst } = call
      this.outcomes.push({ call: id, position, leaseEpoch: epoch, cost: worst, pools })
    }
    this.intents = new Map()
    this.isUp = true
    return cut.map(({ call }) => call)
  }
}

function giveUp(lease: Lease): void {
  const before = lease.local.returned
  rules.giveUpUnused(lease.local, 0n)
  if (lease.local.returned !== before) lease.returnsPending = true
}
