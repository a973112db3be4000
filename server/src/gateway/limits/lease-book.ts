/**
 * Admission against budgets and usage limits. A request that fits into what this process has leased
 * is admitted from memory, at once. Only what is lacking is asked for, from the pool in the database
 * (`pool-queue.ts`).
 */
import {
  freeIn,
  type LocalLease,
  newLocalLease,
  placeHold,
  type Quantities,
  type TenantId,
} from '@commonhold/core'
import type { LeaseWanted } from '../../store/lease-wanted.ts'
import { closeLeases } from '../../store/open-lease.ts'
import type { AppliedLimit } from './applying.ts'
import type { HoldAnswer, LeaseEntry, Patience } from './lease-entry.ts'
import { giveUp, giveUpUnlessGood, type ReturnOptions, sendReturns } from './lease-returns.ts'
import { PoolQueue } from './pool-queue.ts'

/**
 * How long after its period a lease is remembered. Its key must never come back within this life of
 * the process, since what was granted under it would count anew; a clock that goes back further than
 * this is refused.
 */
const forgetAfterMs = 300_000

/** Leases that nobody used for so long go back to the pool, where other gateways can have them. */
export const leaseIdleMsDefault = 1_000

/** What others want is given back at most so often. */
const reclaimEveryMs = 50

export interface LeaseBookOptions extends ReturnOptions {
  readonly leaseIdleMs?: number
}

export class LeaseBook {
  readonly #options: LeaseBookOptions
  readonly #entries = new Map<string, LeaseEntry>()
  readonly #queue: PoolQueue
  #forgottenThroughMs = 0

  constructor(options: LeaseBookOptions) {
    this.#options = options
    this.#queue = new PoolQueue(options)
  }

  /**
   * Holds the worst case in every enforced limit that applies, or in none.
   *
   * @param patience where it may wait a moment for what calls in flight hold
   * @param applied in ascending order of id; budgets in audit mode are counted when settled
   * @returns at once where the leases have room
   * @throws what the database does, where a lease lacked and the pool could not be asked
   */
  hold(
    tenantId: TenantId,
    applied: readonly AppliedLimit[],
    wanted: Quantities,
    nowMs: number,
    patience: Patience | null = null,
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
    return this.#queue.wait(tenantId, enforced, entries, wanted, patience)
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
    return { leases: this.#entries.size, refills: this.#queue.refills, held, free }
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

  /**
   * Another gateway lacks what may lie idle here: it goes back at once, whoever used it last. At most so often,
   * for each time is a transaction.
   */
  async reclaim({ sourceId, tenantId, keys }: LeaseWanted): Promise<void> {
    if (sourceId === this.#options.source.sourceId) return
    const nowMs = performance.now()
    const given = keys.flatMap((key) => {
      const entry = this.#entries.get(key)
      if (!entry || entry.tenantId !== tenantId || entry.waiting > 0) return []
      if (nowMs - entry.reclaimedMs < reclaimEveryMs || freeIn(entry.lease) <= 0n) return []
      entry.reclaimedMs = nowMs
      giveUp(entry)
      return [entry]
    })
    if (given.length > 0) await sendReturns(this.#options, tenantId, given)
  }

  /** Returns what was idle, forgets what is over, and tells the pools. Never throws. */
  async returnIdle(nowMs: number, idleMs = this.#options.leaseIdleMs ?? leaseIdleMsDefault) {
    for (const [tenantId, entries] of this.#byTenant(({ answersLost }) => answersLost > 0)) {
      await this.#queue.learn(tenantId, entries)
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
        calledMs: Number.NEGATIVE_INFINITY,
        reclaimedMs: Number.NEGATIVE_INFINITY,
        waiting: 0,
        returnsPending: false,
        answersLost: 0,
      }
      this.#entries.set(counter.key, entry)
    }
    entry.lastUsedMs = nowMs
    return entry
  }
}

/** Nothing can come of this lease any more: its period is over and all of it is accounted for. */
function isDone(entry: LeaseEntry, nowMs: number): boolean {
  const { lease, period, waiting, returnsPending, answersLost } = entry
  const isOver = period.endsAtMs !== null && period.endsAtMs + forgetAfterMs <= nowMs
  if (!isOver || waiting > 0 || returnsPending || answersLost > 0) return false
  return lease.held === 0n && freeIn(lease) <= 0n
}
