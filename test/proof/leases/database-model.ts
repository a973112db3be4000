/**
 * The database as the lease protocol sees it: pools, leases, marks, the epochs of the sources, and what was
 * billed. Each function is one transaction of server/src/store/pool.ts or usage-record.ts, around the same
 * functions of core. `database-model.test.ts` runs both side by side and compares every row.
 *
 * Pools and sources are numbers here. Rows are replaced and never changed, so a copy of the lists is a copy
 * of the database.
 */
import {
  type LeasePool,
  newPoolLease,
  type PoolLease,
  type PoolStep,
  roomIn,
} from '@commonhold/core'
import type { Rules } from './rules.ts'

export interface Position {
  readonly epoch: number
  readonly sequence: number
}

/** An outcome on its way: what it costs in each pool that it counts under. */
export interface Outcome {
  readonly call: number
  readonly position: Position
  /** The epoch of the hold: whose leases it settles. */
  readonly leaseEpoch: number
  readonly cost: bigint
  readonly pools: readonly number[]
}

export interface Demand {
  readonly pool: number
  readonly wants: readonly bigint[]
  readonly free: bigint
}

export interface Told {
  readonly pool: number
  readonly total: bigint
}

/** What a pool answers: the total that was ever granted, and how the pool is now. */
export interface Answer extends Told {
  /** A raise is in force: what is leased now may not be held after it. */
  readonly isRaised: boolean
  /** More is settled and leased than the limit is, since it was lowered or a raise has ended. */
  readonly isOver: boolean
}

export interface ModelDatabase {
  pools: LeasePool[]
  /** By pool: how much of its limit is a raise that is in force. */
  raised: bigint[]
  /** By pool, then by source, then by epoch; a row that nobody has needed yet is missing. */
  leases: (PoolLease | undefined)[][][]
  /** By source. */
  epochs: number[]
  marks: Position[]
  /** What was billed, in the order of its application: call and cost. */
  billed: { readonly call: number; readonly cost: bigint }[]
}

export function newDatabase(limits: readonly bigint[], sources: number): ModelDatabase {
  const each = <T>(make: () => T) => Array.from({ length: sources }, make)
  return {
    pools: limits.map((limit) => ({ limit, settled: 0n, leased: 0n })),
    raised: limits.map(() => 0n),
    leases: limits.map(() => each(() => [])),
    epochs: each(() => 0),
    marks: each(() => ({ epoch: 0, sequence: 0 })),
    billed: [],
  }
}

export function copyDatabase(db: ModelDatabase): ModelDatabase {
  return {
    pools: [...db.pools],
    raised: [...db.raised],
    leases: db.leases.map((sources) => sources.map((epochs) => [...epochs])),
    epochs: [...db.epochs],
    marks: [...db.marks],
    billed: [...db.billed],
  }
}

/** `saveSource`: from now on the source lives in this epoch. */
export function register(db: ModelDatabase, source: number, epoch: number): void {
  db.epochs[source] = Math.max(db.epochs[source]!, epoch)
}

/** `grantLeases`. @returns all that was ever granted to each lease that was asked for */
export function grant(
  db: ModelDatabase,
  rules: Rules,
  source: number,
  epoch: number,
  demands: readonly Demand[],
): Answer[] {
  return demands.map((demand) => {
    const { pool } = demand
    const lease = leaseOf(db, pool, source, epoch)
    const isFenced = rules.fencesOldEpochs && db.epochs[source]! > epoch
    const wanted = fittingPart(demand, roomIn(db.pools[pool]!))
    if (!isFenced && wanted > 0n) {
      commit(db, pool, source, rules.grantLease(db.pools[pool]!, lease, epoch, wanted))
    }
    const { limit, settled, leased } = db.pools[pool]!
    return {
      pool,
      total: leaseOf(db, pool, source, epoch).granted,
      isRaised: db.raised[pool]! > 0n,
      isOver: settled + leased > limit,
    }
  })
}

function fittingPart({ wants, free }: Demand, room: bigint): bigint {
  let sum = 0n
  for (const want of wants) if (sum + want - free <= room) sum += want
  return sum - free
}

/** From now on the limit of a pool is so much more, for a time. */
export function beginRaise(db: ModelDatabase, pool: number, by: bigint): void {
  const before = db.pools[pool]!
  db.pools[pool] = { ...before, limit: before.limit + by }
  db.raised[pool] = by
}

/** The raise of a pool is over: from now on its limit is less. */
export function endRaise(db: ModelDatabase, pool: number): void {
  const before = db.pools[pool]!
  db.pools[pool] = { ...before, limit: before.limit - db.raised[pool]! }
  db.raised[pool] = 0n
}

/** `returnLeases`. */
export function giveBack(
  db: ModelDatabase,
  rules: Rules,
  source: number,
  epoch: number,
  returns: readonly Told[],
): void {
  for (const { pool, total } of returns) {
    const lease = leaseOf(db, pool, source, epoch)
    commit(db, pool, source, rules.returnLease(db.pools[pool]!, lease, epoch, total))
  }
}

/** `applyOutcomes`, for outcomes that were held in one epoch. */
export function apply(
  db: ModelDatabase,
  rules: Rules,
  source: number,
  outcomes: readonly Outcome[],
): void {
  for (const { call, position, leaseEpoch, cost, pools } of outcomes) {
    if (rules.dropsRepeats && !isAfter(position, db.marks[source]!)) continue
    for (const pool of cost > 0n ? pools : []) {
      const lease = leaseOf(db, pool, source, leaseEpoch)
      commit(db, pool, source, rules.applySettlement(db.pools[pool]!, lease, leaseEpoch, cost))
    }
    db.billed.push({ call, cost })
    db.marks[source] = position
  }
}

/** `closeLeases`. */
export function closeThrough(
  db: ModelDatabase,
  rules: Rules,
  source: number,
  throughEpoch: number,
): void {
  for (const [pool, sources] of db.leases.entries()) {
    for (const lease of sources[source]!) {
      if (!lease || lease.epoch > throughEpoch) continue
      commit(db, pool, source, rules.closeLease(db.pools[pool]!, lease, lease.epoch))
    }
  }
}

function isAfter(position: Position, mark: Position): boolean {
  return (position.epoch - mark.epoch || position.sequence - mark.sequence) > 0
}

function leaseOf(db: ModelDatabase, pool: number, source: number, epoch: number): PoolLease {
  const epochs = db.leases[pool]![source]!
  epochs[epoch] ??= newPoolLease(epoch)
  return epochs[epoch]
}

function commit(db: ModelDatabase, pool: number, source: number, step: PoolStep): void {
  if (!step.ok) return
  db.pools[pool] = step.pool
  db.leases[pool]![source]![step.lease.epoch] = step.lease
}
