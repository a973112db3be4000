/**
 * Holds: admission in the memory of one process. A request's worst case is held in the lease of
 * every limit that applies to it, or in none; its outcome then turns the hold into what it cost.
 * See `lease.ts` for where leases come from and for what always holds.
 *
 * This runs for every request, so leases and holds are changed in place and little is allocated.
 * Nothing here waits: between the look and the change no other request can come.
 */
import type { Measure, Quantities } from './budget.ts'
import { assertNotNegative, maxOf } from './money.ts'

/**
 * One process's lease as the process knows it: it may know of less than was granted, never of more.
 */
export interface LocalLease {
  /** The counter's key: limit and period. */
  readonly key: string
  readonly measure: Measure
  readonly epoch: number
  /** Granted so far, less what was returned. */
  amount: bigint
  returned: bigint
  held: bigint
  spent: bigint
}

/**
 * The worst case of one attempt, kept out of every limit that applies until its outcome is known.
 */
export interface Hold {
  readonly leases: readonly LocalLease[]
  wanted: Quantities
  open: boolean
}

/** A lease with too little in it for a request, and how much it would need on top. */
export interface Lack {
  readonly key: string
  readonly lacking: bigint
}

export type HoldOutcome =
  | { readonly ok: true; readonly hold: Hold }
  | { readonly ok: false; readonly lacks: readonly Lack[] }

const noLacks: readonly Lack[] = []

export function newLocalLease(key: string, measure: Measure, epoch: number): LocalLease {
  return { key, measure, epoch, amount: 0n, returned: 0n, held: 0n, spent: 0n }
}

/** What the lease can still admit; below 0 after an overrun, until a grant makes up for it. */
export function freeIn(lease: LocalLease): bigint {
  return lease.amount - lease.held - lease.spent
}

/**
 * Takes in the pool's answer, in whichever order answers arrive.
 *
 * @param grantedTotal the pool's `lease.granted`: all that was ever granted to this lease
 * @returns false for an answer to another epoch of this process, which changes nothing
 */
export function absorbGrant(lease: LocalLease, epoch: number, grantedTotal: bigint): boolean {
  if (epoch !== lease.epoch) return false
  lease.amount = maxOf(lease.amount, grantedTotal - lease.returned)
  return true
}

/**
 * Gives up what the lease does not need. It is taken out here before the pool hears of it, so that
 * at no instant two processes can spend it.
 *
 * @param keep how much to stay ready for the next requests
 * @returns the total to send to `returnLease`
 */
export function giveUpUnused(lease: LocalLease, keep: bigint): bigint {
  const unused = maxOf(0n, freeIn(lease) - keep)
  lease.amount -= unused
  lease.returned += unused
  return lease.returned
}

/**
 * Holds the worst case of a request in every lease that applies, or in none.
 *
 * @param leases in strictly ascending order of key, as `budgetsFor` gives them
 * @param wanted the worst case; each lease takes the quantity that its limit counts
 * @returns the hold, or every lease that has too little, to be filled up in one go
 * @throws RangeError where the order is not ascending: a lease named twice would be taken twice
 */
export function placeHold(leases: readonly LocalLease[], wanted: Quantities): HoldOutcome {
  for (let i = 1; i < leases.length; i++) {
    if (leases[i - 1]!.key >= leases[i]!.key) {
      throw new RangeError(`leases out of order: ${leases[i - 1]!.key} before ${leases[i]!.key}`)
    }
  }
  const lacks = lacksOf(leases, wanted)
  if (lacks.length > 0) return { ok: false, lacks }
  for (const lease of leases) lease.held += wanted[lease.measure]
  return { ok: true, hold: { leases, wanted, open: true } }
}

/**
 * Enlarges an open hold, for the next slice of a stream: in every lease, or in none.
 *
 * @returns what is lacking; empty where the hold was enlarged
 */
export function extendHold(hold: Hold, more: Quantities): readonly Lack[] {
  if (!hold.open) throw new RangeError('a hold that is closed can not be extended')
  const lacks = lacksOf(hold.leases, more)
  if (lacks.length > 0) return lacks
  for (const lease of hold.leases) lease.held += more[lease.measure]
  hold.wanted = {
    nanos: hold.wanted.nanos + more.nanos,
    requests: hold.wanted.requests + more.requests,
    tokens: hold.wanted.tokens + more.tokens,
    concurrency: hold.wanted.concurrency + more.concurrency,
  }
  return noLacks
}

/**
 * Turns the hold into what the call cost. An unknown outcome is settled at `hold.wanted`, in the
 * end. Concurrency is never spent: the request is over, so its place is free.
 *
 * @returns whether the cost was above the hold in some limit, which is booked and must be flagged;
 *   a hold is settled or released once, whoever comes second changes nothing
 */
export function settleHold(
  hold: Hold,
  cost: Quantities,
): 'settled' | 'settled_above_hold' | 'already_closed' {
  if (!hold.open) return 'already_closed'
  for (const lease of hold.leases) assertNotNegative(cost[lease.measure], 'a cost')
  hold.open = false
  let above = false
  for (const lease of hold.leases) {
    const held = hold.wanted[lease.measure]
    lease.held -= held
    if (lease.measure === 'concurrency') continue
    lease.spent += cost[lease.measure]
    if (cost[lease.measure] > held) above = true
  }
  return above ? 'settled_above_hold' : 'settled'
}

/**
 * Drops the hold as if the call had never been. A time-out, a crash or a lost answer is no reason:
 * the provider may have done the work.
 *
 * @param _proof why nothing can have been consumed; naming it is the condition for calling this
 * @returns false where the hold was closed already
 */
export function releaseHold(hold: Hold, _proof: 'never_sent' | 'rejected_by_provider'): boolean {
  if (!hold.open) return false
  hold.open = false
  for (const lease of hold.leases) lease.held -= hold.wanted[lease.measure]
  return true
}

function lacksOf(leases: readonly LocalLease[], wanted: Quantities): readonly Lack[] {
  let lacks: Lack[] | null = null
  for (const lease of leases) {
    const amount = wanted[lease.measure]
    assertNotNegative(amount, 'the amount to hold')
    const lacking = amount - freeIn(lease)
    // What takes nothing always fits, even in a lease that an overrun has driven below 0.
    if (amount <= 0n || lacking <= 0n) continue
    lacks ??= []
    lacks.push({ key: lease.key, lacking })
  }
  return lacks ?? noLacks
}
