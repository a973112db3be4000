/**
 * Who sees all processes, the database and the provider at once: what is committed, consumed and charged in
 * each pool, and the figures that come of it. A limit may not be passed at any moment; where a raise has
 * ended, nothing may be held anew that does not fit into the limit without it.
 */
import type { ModelDatabase } from '../database-model.ts'

export interface Figures {
  readonly calls: number
  readonly refused: number
  /** How many calls in one had to wait for the database. */
  readonly asksPerCall: number
  /** How many transactions in one call took back what others wanted. */
  readonly reclaimsPerCall: number
  readonly crashes: number
  readonly unknown: number
  /** Calls that were given less output than they asked for. */
  readonly shortened: number
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

interface Pool {
  limit: bigint
  /** The most that the limit ever was. */
  limitMost: bigint
  committed: bigint
  spent: bigint
  charged: bigint
  firstRefusal?: number
}

export class Observer {
  readonly counts = {
    calls: 0,
    refused: 0,
    crashes: 0,
    asks: 0,
    reclaims: 0,
    unknown: 0,
    shortened: 0,
    began: 0,
    waitedMs: 0,
  }
  readonly charges = new Map<number, bigint>()
  readonly differences: string[] = []
  strandedMost = 0
  overspent = 0n
  readonly #share: (amount: bigint) => number
  readonly #pools: Pool[]

  /** @param limit of every pool, with the raise that is in force at first; shares are of it */
  constructor(pools: number, limit: bigint) {
    this.#share = (amount) => Number(amount) / Number(limit)
    const empty = { limit, limitMost: limit, committed: 0n, spent: 0n, charged: 0n }
    this.#pools = Array.from({ length: pools }, () => ({ ...empty }))
  }

  /** A hold is placed: there has to be room for it now. */
  place(pools: readonly number[], worst: bigint): void {
    for (const one of pools) {
      const pool = this.#pools[one]!
      pool.committed += worst
      this.#exceeds(pool.committed - pool.limit)
    }
  }

  /** What is known of a call that was placed has changed. */
  commit(pools: readonly number[], amount: bigint): void {
    for (const one of pools) {
      const pool = this.#pools[one]!
      pool.committed += amount
      this.#exceeds(pool.committed - pool.limitMost)
    }
  }

  spend(pools: readonly number[], amount: bigint): void {
    for (const one of pools) {
      const pool = this.#pools[one]!
      pool.spent += amount
      this.#exceeds(pool.spent - pool.limitMost)
    }
  }

  charge(pools: readonly number[], amount: bigint): void {
    for (const pool of pools) this.#pools[pool]!.charged += amount
  }

  limitFalls(pool: number, by: bigint): void {
    this.#pools[pool]!.limit -= by
  }

  refused(pool: number): void {
    const seen = this.#pools[pool]!
    seen.firstRefusal ??= this.#share(seen.charged)
  }

  check({ pools }: ModelDatabase): void {
    for (const [pool, { settled, leased }] of pools.entries()) {
      this.#exceeds(settled + leased - this.#pools[pool]!.limitMost)
    }
  }

  #exceeds(by: bigint): void {
    if (by > this.overspent) this.overspent = by
  }

  /** After everything has come home: nothing leased, what was committed is settled and billed once. */
  close(db: ModelDatabase): void {
    for (const [pool, { settled, leased }] of db.pools.entries()) {
      const { committed } = this.#pools[pool]!
      if (leased !== 0n) this.differences.push(`pool ${pool}: ${leased} stranded`)
      if (settled !== committed) {
        this.differences.push(`pool ${pool}: ${settled} settled of ${committed}`)
      }
    }
    const billed = new Map<number, bigint>()
    for (const { call, cost } of db.billed) {
      if (billed.has(call)) this.differences.push(`call ${call} is billed twice`)
      billed.set(call, cost)
    }
    for (const [call, cost] of this.charges) {
      if (billed.get(call) !== cost) this.differences.push(`call ${call} is billed wrongly`)
    }
    if (this.overspent > 0n) this.differences.push(`overspent by ${this.overspent}`)
  }

  /** @param pools how many of them have lived to their end */
  figures(db: ModelDatabase, pools: number): Figures {
    const { calls, refused, crashes, unknown, shortened, ...counts } = this.counts
    const atFirst = this.#pools.flatMap(({ firstRefusal }) => firstRefusal ?? [])
    const atEnd = db.pools
      .slice(0, pools)
      .flatMap(({ settled }, pool) =>
        this.#pools[pool]!.firstRefusal === undefined ? [] : [this.#share(settled)],
      )
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / Math.max(1, of.length)
    return {
      calls,
      refused,
      asksPerCall: counts.asks / Math.max(1, calls),
      reclaimsPerCall: counts.reclaims / Math.max(1, calls),
      crashes,
      unknown,
      shortened,
      overspentNanos: this.overspent,
      spentAtFirstRefusalLeast: Math.min(...atFirst),
      spentAtFirstRefusalMean: mean(atFirst),
      spentAtEndLeast: Math.min(...atEnd),
      spentAtEndMean: mean(atEnd),
      strandedMost: this.strandedMost,
      waitedMsMean: counts.waitedMs / Math.max(1, counts.began),
      differences: this.differences,
    }
  }
}
