/**
 * Leases: how many processes spend from one limit without asking each other and without
 * overspending.
 *
 * A pool is the one row of a limit in a period. A process moves a chunk of its room into a lease in
 * one conditional update, and from then on admits requests from memory (`hold.ts`). What is spent
 * travels back later, through a journal that survives the process. This file is the pool's side. It
 * returns new values and changes none, because a transaction decides whether they count.
 *
 * What always holds:
 * - pool: `settled + leased ≤ limit`, and `leased` is the sum of what remains in the leases;
 * - lease: `held + spent ≤ amount`;
 * - both up to overruns only: a provider that reports more than was held is booked in full, for the
 *   money is gone, and is flagged.
 *
 * Messages may be lost, repeated or late. So what travels is never a difference but a total that
 * only rises (`granted`, `returned`): hearing it twice changes nothing, and missing one is made up
 * by the next. All amounts are in the unit of what the limit counts: nano-dollars, tokens or
 * requests.
 */
import { assertNotNegative, maxOf, minOf } from './money.ts'

export * from './hold.ts'

export interface LeasePool {
  /** The limit's amount, and what credits gave back in this period: `settled` itself only rises. */
  readonly limit: bigint
  readonly settled: bigint
  readonly leased: bigint
}

/**
 * One process's lease as the pool knows it. A restarted process has a new epoch and a new lease.
 */
export interface PoolLease {
  readonly epoch: number
  readonly granted: bigint
  readonly returned: bigint
  readonly settled: bigint
  /** Its process is gone and its journal is applied: it grants and returns nothing any more. */
  readonly closed: boolean
}

export type LeaseRefusal = 'epoch_differs' | 'lease_is_closed' | 'pool_has_no_room'

export type PoolStep =
  | {
      readonly ok: true
      readonly pool: LeasePool
      readonly lease: PoolLease
      /** What this step granted, settled or returned. */
      readonly moved: bigint
      /** The part of a settlement that no lease had covered; 0 in every other step. */
      readonly overrun: bigint
    }
  | { readonly ok: false; readonly code: LeaseRefusal }

/**
 * A grant takes a thirty-second of the room that is left. Chunks are large while the pool is full and
 * shrink as it drains, so that no process parks at the end what another one needs; and the last
 * thousand requests' worth still takes only about 160 grants.
 *
 * It was an eighth. Simulated (docs/guides/what-exact-means.md), a process that died kept up to 14 % of a
 * budget from the others until it was back; now it is 4 %, for one question to the database more
 * in twenty calls.
 */
export const leaseRoomDivisor = 32n
/**
 * But never more than a thousand requests' worth: by then the round trip costs nothing, and more
 * would only be more to strand when a process dies.
 */
export const leaseRequestsMax = 1_000n

export function newPoolLease(epoch: number): PoolLease {
  return { epoch, granted: 0n, returned: 0n, settled: 0n, closed: false }
}

/** What the lease still keeps out of the pool's room; never below 0. */
export function remainingIn(lease: PoolLease): bigint {
  return lease.granted - lease.returned - lease.settled
}

/** What the pool can still lease; 0 where a limit was lowered below what is already used. */
export function roomIn(pool: LeasePool): bigint {
  return maxOf(0n, pool.limit - pool.settled - pool.leased)
}

/**
 * Moves a chunk from the pool's room into the lease: at least what is wanted, or nothing.
 *
 * The answer to send is the new `lease.granted`, which `absorbGrant` takes. If it is lost, asking
 * again is safe: the next answer includes it.
 *
 * @param epoch the asking process's; a process that was replaced is refused
 * @param wanted what the request that is waiting lacks, above 0
 */
export function grantLease(
  pool: LeasePool,
  lease: PoolLease,
  epoch: number,
  wanted: bigint,
): PoolStep {
  assertNotNegative(wanted, 'the amount to lease')
  const refusal = refusalToMove(lease, epoch)
  if (refusal) return { ok: false, code: refusal }
  const room = roomIn(pool)
  if (wanted > room) return { ok: false, code: 'pool_has_no_room' }

  const generous = minOf(room / leaseRoomDivisor, wanted * leaseRequestsMax)
  const chunk = maxOf(wanted, generous)
  return {
    ok: true,
    pool: { ...pool, leased: pool.leased + chunk },
    lease: { ...lease, granted: lease.granted + chunk },
    moved: chunk,
    overrun: 0n,
  }
}

/**
 * Books what one call cost. It is never refused for want of room, and not for a closed lease
 * either: the money is spent. What the lease does not cover is granted after the fact, which keeps
 * the lease's sum exact on both sides and leaves what other leases hold untouched.
 *
 * Applying the same journal record twice is the caller's to prevent; see `placeOfRecord`.
 */
export function applySettlement(
  pool: LeasePool,
  lease: PoolLease,
  epoch: number,
  cost: bigint,
): PoolStep {
  assertNotNegative(cost, 'a cost')
  if (epoch !== lease.epoch) return { ok: false, code: 'epoch_differs' }
  const covered = minOf(cost, remainingIn(lease))
  const overrun = cost - covered
  return {
    ok: true,
    pool: { ...pool, settled: pool.settled + cost, leased: pool.leased - covered },
    lease: { ...lease, granted: lease.granted + overrun, settled: lease.settled + cost },
    moved: cost,
    overrun,
  }
}

/**
 * Takes back what a process has given up.
 *
 * @param returnedTotal all that the process ever returned from this lease, as `giveUpUnused` says
 */
export function returnLease(
  pool: LeasePool,
  lease: PoolLease,
  epoch: number,
  returnedTotal: bigint,
): PoolStep {
  const refusal = refusalToMove(lease, epoch)
  if (refusal) return { ok: false, code: refusal }
  const fresh = minOf(maxOf(0n, returnedTotal - lease.returned), remainingIn(lease))
  return withReturned(pool, { ...lease, returned: lease.returned + fresh }, fresh)
}

/**
 * Ends the lease of a process that is gone, and frees its rest.
 *
 * Only once the process can't spend any more (another one has its journal's lock) and its journal
 * is applied to the last record, unknown outcomes at their worst case. A timer is no such proof.
 */
export function closeLease(pool: LeasePool, lease: PoolLease, epoch: number): PoolStep {
  const refusal = refusalToMove(lease, epoch)
  if (refusal) return { ok: false, code: refusal }
  const rest = remainingIn(lease)
  return withReturned(pool, { ...lease, returned: lease.returned + rest, closed: true }, rest)
}

function refusalToMove(lease: PoolLease, epoch: number): LeaseRefusal | null {
  if (epoch !== lease.epoch) return 'epoch_differs'
  return lease.closed ? 'lease_is_closed' : null
}

function withReturned(pool: LeasePool, lease: PoolLease, moved: bigint): PoolStep {
  return { ok: true, pool: { ...pool, leased: pool.leased - moved }, lease, moved, overrun: 0n }
}

/** How far one process's journal, in one epoch, has been applied. The first record is number 1. */
export interface JournalCursor {
  readonly epoch: number
  readonly appliedThrough: number
}

/**
 * Records are shipped at least once and applied exactly once, in order. A gap is refused instead of
 * skipped: a cursor that jumped over a record would take it for a repeat when it comes (case T43).
 */
export function placeOfRecord(
  cursor: JournalCursor,
  epoch: number,
  sequence: number,
): 'next' | 'already_applied' | 'gap' | 'epoch_differs' {
  if (epoch !== cursor.epoch) return 'epoch_differs'
  if (sequence <= cursor.appliedThrough) return 'already_applied'
  return sequence === cursor.appliedThrough + 1 ? 'next' : 'gap'
}
