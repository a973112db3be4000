/**
 * Many gateways, budgets and calls, with everything that goes wrong on the way: partitions, clocks that
 * jump, slow disks, kills. Everything is drawn from the seed. After each step that moves money the limits
 * are checked with what only an observer sees; at the end all of it must have come home.
 */
import { maxOf, minOf, roomIn } from '@commonhold/core'
import {
  apply,
  closeThrough,
  type Demand,
  giveBack,
  grant,
  type ModelDatabase,
  newDatabase,
  register,
  type Told,
} from '../database-model.ts'
import { type Rules, realRules as rules } from '../rules.ts'
import { Clock } from './clock.ts'
import { type Call, SimulatedGateway } from './gateway.ts'
import { type Random, randomOf } from './random.ts'
import {
  databaseMs,
  diskMs,
  housekeepingMs,
  meanCost,
  type Policy,
  type Setting,
  shipEveryMs,
} from './setting.ts'

export interface Figures {
  readonly calls: number
  readonly refused: number
  /** How many calls in one had to wait for the database. */
  readonly asksPerCall: number
  readonly crashes: number
  readonly unknown: number
  /** In every budget and period, at every moment: 0, or something is wrong. */
  readonly overspentNanos: bigint
  /** Of the budgets that refused somebody: what was charged for calls that had ended, in the worst of them. */
  readonly spentAtFirstRefusalLeast: number
  readonly spentAtFirstRefusalMean: number
  /** At the end of a period in which more was asked for than there was. */
  readonly spentAtEndLeast: number
  readonly spentAtEndMean: number
  /** The largest part of a budget that processes that were down kept leased and did not need. */
  readonly strandedMost: number
  readonly waitedMsMean: number
  readonly differences: readonly string[]
}

/** In a few steps of their own, since each process lives through all of them. */
export class Simulation {
  readonly #setting: Setting
  readonly #policy: Policy
  readonly #rules: Rules
  readonly #random: Random
  readonly #clock = new Clock()
  readonly #db: ModelDatabase
  readonly #gateways: SimulatedGateway[]
  readonly #limit: bigint
  /** By pool: what is held and charged, and what the provider has consumed. */
  readonly #committed: bigint[]
  readonly #spent: bigint[]
  readonly #charged: bigint[]
  readonly #firstRefusal: (number | undefined)[]
  readonly #charges = new Map<number, bigint>()
  readonly #differences: string[] = []
  #calls = 0
  #refused = 0
  #crashes = 0
  #asks = 0
  #unknown = 0
  #overspent = 0n
  #strandedMost = 0
  #waited = { ms: 0, calls: 0 }

  constructor(setting: Setting, policy: Policy, seed: number) {
    this.#setting = setting
    this.#policy = policy
    this.#rules = rulesOf(policy)
    this.#random = randomOf(seed)
    this.#limit = BigInt(setting.callsPerBudget) * meanCost
    const pools = setting.budgets * (setting.periods + 1)
    this.#db = newDatabase(Array(pools).fill(this.#limit), setting.processes)
    this.#committed = Array(pools).fill(0n)
    this.#spent = Array(pools).fill(0n)
    this.#charged = Array(pools).fill(0n)
    this.#firstRefusal = Array(pools).fill(undefined)
    this.#gateways = Array.from({ length: setting.processes }, (_, p) => new SimulatedGateway(p))
  }

  run(): Figures {
    const { periodMs, periods } = this.#setting
    for (const gateway of this.#gateways) {
      this.#nextArrival(gateway)
      this.#keepHouse(gateway)
      this.#shipLater(gateway)
      this.#nextTrouble(gateway)
    }
    this.#clock.runUntil(periodMs * periods)
    this.#windDown()
    return this.#figures()
  }

  // ── Calls ───────────────────────────────────────────────────────────────────────────────────────

  #nextArrival(gateway: SimulatedGateway): void {
    const { processes, budgets, callsPerBudget, demand, periodMs } = this.#setting
    const perMs = (callsPerBudget * demand * budgets) / periodMs / processes / 1.5
    this.#clock.after(this.#random.waitMs(1 / perMs), () => {
      if (gateway.isUp) this.#arrive(gateway)
      this.#nextArrival(gateway)
    })
  }

  #arrive(gateway: SimulatedGateway): void {
    const { budgets, periodMs, worstPerCost, callMs } = this.#setting
    const { nowMs } = this.#clock
    const random = this.#random
    const clockMs = nowMs + gateway.clockAheadMs
    const period = Math.max(0, Math.min(this.#setting.periods, Math.floor(clockMs / periodMs)))
    // Half of the calls count under two budgets, such as a team's and an account's.
    const chosen = new Set([random.between(0, budgets - 1)])
    if (random.next() < 0.5) chosen.add(random.between(0, budgets - 1))
    const cost = BigInt(random.between(100, 2 * Number(meanCost) - 100))
    const call: Call = {
      id: this.#calls++,
      pools: [...chosen].map((budget) => period * budgets + budget).sort((a, b) => a - b),
      worst: BigInt(Math.max(Number(cost), Number(meanCost) * worstPerCost)),
      cost,
      callMs: random.waitMs(callMs),
      untilMs: nowMs + this.#policy.queueMs,
    }
    const isQueued = gateway.waiting.some(({ pools }) => pools.some((p) => call.pools.includes(p)))
    if (!isQueued && gateway.tryHold(call, nowMs)) this.#begin(gateway, call)
    else {
      gateway.waiting.push(call)
      this.#ask(gateway)
    }
  }

  #begin(gateway: SimulatedGateway, call: Call): void {
    const { epoch } = gateway
    for (const pool of call.pools) this.#commit(pool, call.worst)
    const heldMs = this.#clock.nowMs
    this.#waited.ms += heldMs - (call.untilMs - this.#policy.queueMs)
    this.#waited.calls++
    const isSame = () => gateway.isUp && gateway.epoch === epoch
    gateway.unwritten.add(call)
    this.#onDisk(gateway, () => {
      if (!isSame()) return
      gateway.unwritten.delete(call)
      gateway.intents.set(call.id, { call, epoch })
      // From here on the provider works, whatever becomes of the process.
      for (const pool of call.pools) this.#spend(pool, call.cost)
      this.#clock.after(call.callMs, () => {
        if (isSame()) this.#end(gateway, call, epoch)
      })
    })
  }

  #end(gateway: SimulatedGateway, call: Call, epoch: number): void {
    const { nowMs } = this.#clock
    gateway.settle(call, epoch, nowMs)
    for (const pool of call.pools) this.#commit(pool, call.cost - call.worst)
    for (const pool of call.pools) this.#charged[pool]! += call.cost
    this.#onDisk(gateway, () => {
      if (!gateway.isUp || gateway.epoch !== epoch) return
      const outcome = gateway.booked.shift()!
      gateway.outcomes.push(outcome)
      gateway.intents.delete(outcome.call)
      this.#charges.set(outcome.call, outcome.cost)
    })
    this.#admitWaiting(gateway)
  }

  /** What was written first is on disk first. */
  #onDisk(gateway: SimulatedGateway, then: () => void): void {
    const { nowMs } = this.#clock
    this.#clock.after(Math.max(diskMs, gateway.diskSlowUntilMs - nowMs + diskMs), then)
  }

  // ── Leases ──────────────────────────────────────────────────────────────────────────────────────

  #ask(gateway: SimulatedGateway): void {
    if (gateway.isAsking || gateway.waiting.length === 0) return
    const demands = gateway.demands(this.#clock.nowMs)
    if (demands.length === 0) {
      this.#admitWaiting(gateway)
      return
    }
    gateway.isAsking = true
    this.#asks++
    this.#transaction(
      gateway,
      () => grant(this.#db, this.#rules, gateway.index, gateway.epoch, demands),
      (told) => {
        gateway.isAsking = false
        gateway.absorb(told, this.#clock.nowMs)
        this.#admitWaiting(gateway)
        this.#refuseLate(gateway)
      },
      () => {
        gateway.isAsking = false
        this.#doubt(gateway, demands)
        this.#refuse(gateway, gateway.waiting.splice(0), false)
      },
    )
  }

  #doubt(gateway: SimulatedGateway, demands: readonly Demand[]): void {
    for (const { pool } of demands) gateway.lease(pool, this.#clock.nowMs).answersLost++
  }

  /** Whoever waits for less than another budget lacks goes on: nobody overtakes in his own budgets. */
  #admitWaiting(gateway: SimulatedGateway): void {
    const blocked = new Set<number>()
    const still: Call[] = []
    for (const call of gateway.waiting) {
      const isFree = !call.pools.some((pool) => blocked.has(pool))
      if (isFree && gateway.tryHold(call, this.#clock.nowMs)) {
        this.#begin(gateway, call)
        continue
      }
      for (const pool of call.pools) blocked.add(pool)
      still.push(call)
    }
    gateway.waiting = still
  }

  #refuseLate(gateway: SimulatedGateway): void {
    const { nowMs } = this.#clock
    const late = gateway.waiting.filter(({ untilMs }) => untilMs <= nowMs)
    gateway.waiting = gateway.waiting.filter(({ untilMs }) => untilMs > nowMs)
    this.#refuse(gateway, late, true)
    if (gateway.waiting.length > 0) this.#clock.after(askAgainMs, () => this.#ask(gateway))
  }

  #refuse(_gateway: SimulatedGateway, calls: readonly Call[], isForMoney: boolean): void {
    this.#refused += calls.length
    if (!isForMoney) return
    for (const { pools, worst } of calls) {
      for (const pool of pools) {
        const { limit, settled, leased } = this.#db.pools[pool]!
        if (settled + leased + worst <= limit) continue
        this.#firstRefusal[pool] ??= Number(this.#charged[pool]) / Number(this.#limit)
      }
    }
  }

  /** @param lost what the process does when the answer does not come */
  #transaction<T>(
    gateway: SimulatedGateway,
    work: () => T,
    answered: (result: T) => void,
    lost: () => void,
  ): void {
    const { epoch } = gateway
    const isSame = () => gateway.isUp && gateway.epoch === epoch
    const isCutOff = () => gateway.cutOffUntilMs > this.#clock.nowMs
    this.#clock.after(databaseMs / 2, () => {
      // A partition may cut the question or the answer.
      if (isCutOff() && this.#random.next() < 0.5) {
        this.#clock.after(timeoutMs, () => isSame() && lost())
        return
      }
      const result = work()
      this.#check()
      this.#clock.after(databaseMs / 2, () => {
        if (!isSame()) return
        if (isCutOff()) this.#clock.after(timeoutMs, () => isSame() && lost())
        else answered(result)
      })
    })
  }

  #keepHouse(gateway: SimulatedGateway): void {
    this.#clock.after(housekeepingMs, () => {
      if (gateway.isUp) this.#returnIdle(gateway)
      this.#keepHouse(gateway)
    })
  }

  #returnIdle(gateway: SimulatedGateway): void {
    const { index, epoch } = gateway
    const unsure = gateway.unsure()
    const nothing = () => undefined
    if (unsure.length > 0) {
      const learn = () => grant(this.#db, this.#rules, index, epoch, unsure)
      this.#transaction(gateway, learn, (told) => gateway.absorb(told, this.#clock.nowMs), nothing)
    }
    const told = gateway.giveUpIdle(this.#clock.nowMs, this.#policy.idleMs)
    if (told.length === 0) return
    const send = () =>
      this.#transaction(
        gateway,
        () => giveBack(this.#db, rules, index, epoch, told),
        () => this.#heard(gateway, told),
        nothing,
      )
    this.#onDisk(gateway, () => gateway.isUp && gateway.epoch === epoch && send())
  }

  #heard(gateway: SimulatedGateway, told: readonly Told[]): void {
    for (const { pool, total } of told) {
      const lease = gateway.leases.get(pool)
      if (lease?.local.returned === total) lease.returnsPending = false
    }
  }

  #shipLater(gateway: SimulatedGateway): void {
    const { epoch } = gateway
    this.#clock.after(shipEveryMs, () => {
      // The next life ships by itself.
      if (!gateway.isUp || gateway.epoch !== epoch) return
      const batch = gateway.outcomes.slice(0, 1_000)
      const ship = () => apply(this.#db, rules, gateway.index, batch)
      const applied = () => {
        gateway.outcomes = gateway.outcomes.slice(batch.length)
        this.#shipLater(gateway)
      }
      if (batch.length === 0) this.#shipLater(gateway)
      else this.#transaction(gateway, ship, applied, () => this.#shipLater(gateway))
    })
  }

  // ── Troubles ────────────────────────────────────────────────────────────────────────────────────

  #nextTrouble(gateway: SimulatedGateway): void {
    const { troubleEveryMs } = this.#setting
    if (troubleEveryMs === 0) return
    const random = this.#random
    this.#clock.after(random.waitMs(troubleEveryMs / 4), () => {
      const { nowMs } = this.#clock
      const lastsMs = random.waitMs(3_000)
      const kind = random.between(0, 3)
      if (kind === 0 && gateway.isUp) this.#crash(gateway)
      else if (kind === 1) gateway.cutOffUntilMs = nowMs + lastsMs
      else if (kind === 2) gateway.diskSlowUntilMs = nowMs + lastsMs
      else gateway.clockAheadMs = random.between(-5_000, 5_000)
      this.#nextTrouble(gateway)
    })
  }

  #crash(gateway: SimulatedGateway): void {
    this.#crashes++
    this.#uncommitUnwritten(gateway)
    gateway.crash()
    this.#noteStranded(gateway)
    this.#clock.after(this.#random.waitMs(5_000), () => this.#recover(gateway))
  }

  /**
   * An intent that was not on disk is gone with its hold, for nothing was called. An outcome that was not
   * is not known any more: its call is charged at its worst case.
   */
  #uncommitUnwritten(gateway: SimulatedGateway): void {
    for (const { pools, worst } of gateway.unwritten) {
      for (const pool of pools) this.#commit(pool, -worst)
    }
    for (const { call: id } of gateway.booked) {
      const { call } = gateway.intents.get(id)!
      for (const pool of call.pools) this.#commit(pool, call.worst - call.cost)
      for (const pool of call.pools) this.#charged[pool]! -= call.cost
    }
  }

  #noteStranded({ index, epoch, intents, outcomes }: SimulatedGateway): void {
    for (const [pool, sources] of this.#db.leases.entries()) {
      const lease = sources[index]![epoch]
      if (!lease) continue
      let needed = 0n
      for (const { call } of intents.values()) if (call.pools.includes(pool)) needed += call.worst
      for (const one of outcomes) if (one.pools.includes(pool)) needed += one.cost
      const idle = lease.granted - lease.returned - lease.settled - needed
      this.#strandedMost = Math.max(this.#strandedMost, Number(idle) / Number(this.#limit))
    }
  }

  #recover(gateway: SimulatedGateway): void {
    const cut = gateway.recover()
    register(this.#db, gateway.index, gateway.epoch)
    this.#unknown += cut.length
    for (const { id, pools, worst } of cut) {
      this.#charges.set(id, worst)
      for (const pool of pools) this.#charged[pool]! += worst
    }
    apply(this.#db, rules, gateway.index, gateway.outcomes)
    gateway.outcomes = []
    closeThrough(this.#db, rules, gateway.index, gateway.epoch - 1)
    this.#check()
    this.#shipLater(gateway)
  }

  // ── What the observer sees ──────────────────────────────────────────────────────────────────────

  #commit(pool: number, amount: bigint): void {
    this.#committed[pool]! += amount
    this.#exceeds(this.#committed[pool]! - this.#limit)
  }

  #spend(pool: number, amount: bigint): void {
    this.#spent[pool]! += amount
    this.#exceeds(this.#spent[pool]! - this.#limit)
  }

  #exceeds(by: bigint): void {
    if (by > this.#overspent) this.#overspent = by
  }

  #check(): void {
    for (const { limit, settled, leased } of this.#db.pools) {
      this.#exceeds(settled + leased - limit)
    }
  }

  /** Nobody asks for anything new; all troubles end; everything that was leased goes back. */
  #windDown(): void {
    for (const gateway of this.#gateways) {
      this.#uncommitUnwritten(gateway)
      gateway.crash()
      this.#recover(gateway)
    }
    for (const [pool, { settled, leased }] of this.#db.pools.entries()) {
      if (leased !== 0n) this.#differences.push(`pool ${pool}: ${leased} stranded`)
      if (settled !== this.#committed[pool]) {
        this.#differences.push(`pool ${pool}: ${settled} settled of ${this.#committed[pool]}`)
      }
    }
    const billed = new Map<number, bigint>()
    for (const { call, cost } of this.#db.billed) {
      if (billed.has(call)) this.#differences.push(`call ${call} is billed twice`)
      billed.set(call, cost)
    }
    for (const [call, cost] of this.#charges) {
      if (billed.get(call) !== cost) this.#differences.push(`call ${call} is billed wrongly`)
    }
    if (this.#overspent > 0n) this.#differences.push(`overspent by ${this.#overspent}`)
  }

  #figures(): Figures {
    const { budgets, periods } = this.#setting
    const share = (amount: bigint) => Number(amount) / Number(this.#limit)
    const atFirst = this.#firstRefusal.filter((one) => one !== undefined)
    const pools = this.#db.pools.slice(0, budgets * periods)
    const atEnd = pools.flatMap(({ settled }, pool) =>
      this.#firstRefusal[pool] === undefined ? [] : [share(settled)],
    )
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / Math.max(1, of.length)
    return {
      calls: this.#calls,
      refused: this.#refused,
      asksPerCall: this.#asks / Math.max(1, this.#calls),
      crashes: this.#crashes,
      unknown: this.#unknown,
      overspentNanos: this.#overspent,
      spentAtFirstRefusalLeast: Math.min(...atFirst),
      spentAtFirstRefusalMean: mean(atFirst),
      spentAtEndLeast: Math.min(...atEnd),
      spentAtEndMean: mean(atEnd),
      strandedMost: this.#strandedMost,
      waitedMsMean: this.#waited.ms / Math.max(1, this.#waited.calls),
      differences: this.#differences,
    }
  }
}

/** The rules of core, with chunks of the policy's size. */
function rulesOf({ roomDivisor, requestsMax }: Policy): Rules {
  return {
    ...rules,
    grantLease: (pool, lease, epoch, wanted) => {
      const step = rules.grantLease(pool, lease, epoch, wanted)
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

/** Calls that wait ask again so often: other processes give back what they do not need. */
const askAgainMs = 100
const timeoutMs = 1_000

export function simulate(setting: Setting, policy: Policy, seed: number): Figures {
  return new Simulation(setting, policy, seed).run()
}
