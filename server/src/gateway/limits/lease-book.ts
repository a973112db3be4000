/**
 * Admission against budgets and usage limits. A request that fits into what this process has leased
 * is admitted from memory, at once. Only what is lacking is asked for, from the pool in the database;
 * requests of one tenant that lack at the same time share one transaction, and whoever comes while it
 * runs waits for its turn instead of overtaking.
 */
import {
  freeIn,
  type LocalLease,
  newLocalLease,
  placeHold,
  type Quantities,
  type TenantId,
} from '@commonhold/core'
import { closeLeases } from '../../store/open-lease.ts'
import { grantLeases, type LeaseAnswer } from '../../store/pool.ts'
import type { AppliedLimit } from './applying.ts'
import { type HoldAnswer, type LeaseEntry, poolKeyOf } from './lease-entry.ts'
import {
  absorbAnswer,
  askedNow,
  giveUp,
  giveUpUnlessGood,
  hasEnded,
  learnGranted,
  type ReturnOptions,
  sendReturns,
} from './lease-returns.ts'
import { refusalsOf } from './refusal.ts'

/**
 * How long after its period a lease is remembered. Its key must never come back within this life of
 * the process, since what was granted under it would count anew; a clock that goes back further than
 * this is refused.
 */
const forgetAfterMs = 300_000

/** Leases that nobody used for so long go back to the pool, where other gateways can have them. */
export const leaseIdleMsDefault = 1_000

interface Waiter {
  readonly applied: readonly AppliedLimit[]
  readonly entries: readonly LeaseEntry[]
  readonly wanted: Quantities
  readonly resolve: (answer: HoldAnswer) => void
  readonly reject: (error: unknown) => void
}

interface TenantQueue {
  waiters: Waiter[]
  isRunning: boolean
}

export interface LeaseBookOptions extends ReturnOptions {
  readonly leaseIdleMs?: number
}

export class LeaseBook {
  readonly #options: LeaseBookOptions
  readonly #entries = new Map<string, LeaseEntry>()
  readonly #queues = new Map<TenantId, TenantQueue>()
  #refills = 0
  #forgottenThroughMs = 0

  constructor(options: LeaseBookOptions) {
    this.#options = options
  }

  /**
   * Holds the worst case in every enforced limit that applies, or in none.
   *
   * @param applied in ascending order of id; budgets in audit mode are counted when settled
   * @returns at once where the leases have room
   * @throws what the database does, where a lease lacked and the pool could not be asked
   */
  hold(
    tenantId: TenantId,
    applied: readonly AppliedLimit[],
    wanted: Quantities,
    nowMs: number,
  ): HoldAnswer | Promise<HoldAnswer> {
    const enforced = applied.filter(({ limit }) => limit.mode === 'enforce')
    const entries = enforced.map((one) => this.#entryOf(tenantId, one, nowMs))
    for (const entry of entries) giveUpUnlessGood(entry)
    if (entries.every(({ waiting }) => waiting === 0)) {
      const outcome = placeHold(
        entries.map(({ lease }) => lease),
        wanted,
      )
      if (outcome.ok) return outcome
    }
    return this.#waitForPool(tenantId, enforced, entries, wanted)
  }

  /** What this process knows of a counter; undefined where it has no lease of it. */
  known(key: string): LocalLease | undefined {
    return this.#entries.get(key)?.lease
  }

  get stats() {
    const held = { nanos: 0n, requests: 0n, tokens: 0n, concurrency: 0n }
    const free = { ...held }
    for (const { lease } of this.#entries.values()) {
      held[lease.measure] += lease.held
      free[lease.measure] += freeIn(lease)
    }
    return { leases: this.#entries.size, refills: this.#refills, held, free }
  }

  /**
   * Gives up what is free in the leases of these limits, so that the next request asks the pool, which
   * reads the limit anew: a lowered budget binds at once. What is being asked is asked again.
   */
  giveUp(limitIds: ReadonlySet<string>): void {
    for (const entry of this.#entries.values()) {
      if (!limitIds.has(entry.ownerId)) continue
      if (entry.waiting > 0) entry.isChanged = true
      else giveUp(entry)
    }
  }

  /** Returns what was idle, forgets what is over, and tells the pools. Never throws. */
  async returnIdle(nowMs: number, idleMs = this.#options.leaseIdleMs ?? leaseIdleMsDefault) {
    for (const [tenantId, entries] of this.#byTenant(({ answersLost }) => answersLost > 0)) {
      await this.#learn(tenantId, entries)
    }
    for (const entry of this.#entries.values()) {
      const isOver = entry.period.endsAtMs !== null && entry.period.endsAtMs <= nowMs
      if (entry.waiting > 0 || (!isOver && nowMs - entry.lastUsedMs < idleMs)) continue
      giveUp(entry)
    }
    for (const [tenantId, entries] of this.#byTenant(({ returnsPending }) => returnsPending)) {
      await sendReturns(this.#options, tenantId, entries)
    }
    for (const [key, entry] of this.#entries) {
      if (!isDone(entry, nowMs)) continue
      this.#forgottenThroughMs = Math.max(this.#forgottenThroughMs, entry.period.endsAtMs ?? 0)
      this.#entries.delete(key)
    }
  }

  /** Frees what this process still holds. Only after its journal is applied to the end. */
  async closeAll(tenantIds: readonly TenantId[]): Promise<void> {
    const { database, source } = this.#options
    for (const tenantId of tenantIds) {
      await database.withTenant(tenantId, (tx) =>
        closeLeases(tx, tenantId, source.sourceId, source.epoch),
      )
    }
    this.#entries.clear()
  }

  /** Tenants in which this process has leased anything. */
  get tenantIds(): TenantId[] {
    return [...new Set([...this.#entries.values()].map(({ tenantId }) => tenantId))]
  }

  #byTenant(isMeant: (entry: LeaseEntry) => boolean): Map<TenantId, LeaseEntry[]> {
    return Map.groupBy([...this.#entries.values()].filter(isMeant), ({ tenantId }) => tenantId)
  }

  #entryOf(tenantId: TenantId, { limit, counter }: AppliedLimit, nowMs: number): LeaseEntry {
    let entry = this.#entries.get(counter.key)
    if (!entry) {
      const { epoch } = this.#options.source
      if ((counter.period.endsAtMs ?? nowMs + 1) <= this.#forgottenThroughMs) {
        throw new Error('The clock went back into a period that is over.')
      }
      entry = {
        lease: newLocalLease(counter.key, counter.measure, epoch),
        tenantId,
        accountId: limit.accountId,
        ownerId: limit.id,
        period: counter.period,
        lastUsedMs: nowMs,
        limitEnds: null,
        isOver: false,
        isChanged: false,
        waiting: 0,
        returnsPending: false,
        answersLost: 0,
      }
      this.#entries.set(counter.key, entry)
    }
    entry.lastUsedMs = nowMs
    return entry
  }

  #waitForPool(
    tenantId: TenantId,
    applied: readonly AppliedLimit[],
    entries: readonly LeaseEntry[],
    wanted: Quantities,
  ): Promise<HoldAnswer> {
    const queue = this.#queues.get(tenantId) ?? { waiters: [], isRunning: false }
    this.#queues.set(tenantId, queue)
    for (const entry of entries) entry.waiting++
    return new Promise((resolve, reject) => {
      queue.waiters.push({ applied, entries, wanted, resolve, reject })
      if (!queue.isRunning) void this.#serve(tenantId, queue)
    })
  }

  /** One question at a time: two answers could be heard in another order than they were given. */
  async #learn(tenantId: TenantId, entries: readonly LeaseEntry[]): Promise<void> {
    if (this.#queues.has(tenantId)) return
    const queue: TenantQueue = { waiters: [], isRunning: true }
    this.#queues.set(tenantId, queue)
    await learnGranted(this.#options, tenantId, entries)
    await this.#serve(tenantId, queue)
  }

  async #serve(tenantId: TenantId, queue: TenantQueue): Promise<void> {
    queue.isRunning = true
    // What lacks in the same turn of the event loop goes in one transaction.
    await Promise.resolve()
    while (queue.waiters.length > 0) {
      const batch = queue.waiters
      queue.waiters = []
      try {
        let answers = await this.#ask(tenantId, batch)
        while (hasChanged(batch)) answers = await this.#ask(tenantId, batch)
        this.#admit(batch, answers)
      } catch (error) {
        for (const { entries } of batch) for (const entry of entries) entry.answersLost++
        for (const { reject } of batch) reject(error)
      } finally {
        for (const { entries } of batch) for (const entry of entries) entry.waiting--
      }
    }
    queue.isRunning = false
    this.#queues.delete(tenantId)
  }

  async #ask(
    tenantId: TenantId,
    batch: readonly Waiter[],
  ): Promise<ReadonlyMap<string, LeaseAnswer>> {
    const wants = new Map<LeaseEntry, bigint[]>()
    for (const { entries, wanted } of batch) {
      for (const entry of entries) {
        const list = wants.get(entry)
        if (list) list.push(wanted[entry.lease.measure])
        else wants.set(entry, [wanted[entry.lease.measure]])
      }
    }
    for (const entry of wants.keys()) {
      giveUpUnlessGood(entry, true)
      if (entry.isChanged) giveUp(entry)
      entry.isChanged = false
    }
    const lacking = [...wants].filter(([entry, list]) => sum(list) > freeIn(entry.lease))
    const demands = lacking.map(([entry, list]) => ({
      ...poolKeyOf(entry),
      wants: list,
      free: freeIn(entry.lease),
    }))
    if (demands.length === 0) return new Map()
    const { database, source } = this.#options
    this.#refills++
    const asked = askedNow()
    const answers = await database.withTenant(tenantId, (tx) =>
      grantLeases(tx, tenantId, source, demands),
    )
    return new Map(
      lacking.map(([entry], index) => {
        const answer = answers[index]!
        absorbAnswer(entry, source.epoch, answer, asked)
        entry.answersLost = 0
        return [entry.lease.key, answer]
      }),
    )
  }

  /** First come, first served: what is left over goes on to the next one. */
  #admit(batch: readonly Waiter[], answers: ReadonlyMap<string, LeaseAnswer>): void {
    for (const { applied, entries, wanted, resolve } of batch) {
      const outcome = placeHold(
        entries.map(({ lease }) => lease),
        wanted,
      )
      resolve(
        outcome.ok
          ? outcome
          : { ok: false, refusals: refusalsOf(applied, entries, outcome.lacks, answers, wanted) },
      )
    }
  }
}

/** Nothing can come of this lease any more: its period is over and all of it is accounted for. */
function isDone(entry: LeaseEntry, nowMs: number): boolean {
  const { lease, period, waiting, returnsPending, answersLost } = entry
  const isOver = period.endsAtMs !== null && period.endsAtMs + forgetAfterMs <= nowMs
  if (!isOver || waiting > 0 || returnsPending || answersLost > 0) return false
  return lease.held === 0n && freeIn(lease) <= 0n
}

/** A limit was changed, or a raise began or ended, after the pool had been asked. */
function hasChanged(batch: readonly Waiter[]): boolean {
  return batch.some(({ entries }) =>
    entries.some(
      ({ isChanged, limitEnds }) => isChanged || (limitEnds !== null && hasEnded(limitEnds)),
    ),
  )
}

function sum(list: readonly bigint[]): bigint {
  return list.reduce((all, one) => all + one, 0n)
}
