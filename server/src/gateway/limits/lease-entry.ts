/** The parts that admission against limits is made of. */
import type { Hold, Id, LocalLease, Period, SpendRefusal, TenantId } from '@commonhold/core'
import type { PoolKey } from '../../store/pool.ts'

/** One lease of this process, with what its bookkeeping needs. */
export interface LeaseEntry extends PoolKey {
  readonly lease: LocalLease
  readonly tenantId: TenantId
  lastUsedMs: number
  /** When a raise of the limit begins or ends: what is free then goes back before anything is held. */
  limitEnds: LimitEnd | null
  /** The pool was above its limit when it answered last: until it says otherwise, nothing free is held. */
  isOver: boolean
  /** The limit was changed while the pool was asked: the answer is of before. */
  isChanged: boolean
  /** When others were asked for what idles with them, and when they asked here; by performance.now(). */
  calledMs: number
  reclaimedMs: number
  /** How many requests wait for the pool's answer about this lease. */
  waiting: number
  /** What was given up and not yet heard by the pool. */
  returnsPending: boolean
  /** Answers of the pool that never came: what they granted is not known here. */
  answersLost: number
}

/**
 * An instant, by two clocks of this machine: what comes first counts. The one that only rises does not follow a
 * clock that is set back; the other one goes on where a machine sleeps.
 */
export interface LimitEnd {
  /** By performance.now(). */
  readonly risingMs: number
  /** In epoch milliseconds. */
  readonly wallMs: number
}

/** A call that would rather wait a moment than be refused. */
export interface Patience {
  /** How much memory it keeps while it waits. */
  readonly bodyBytes: number
  readonly call: { readonly isGone: boolean }
  /** Why it may not go on. */
  readonly endedBy: Error | null
}

export type HoldAnswer =
  | { readonly ok: true; readonly hold: Hold }
  | { readonly ok: false; readonly refusals: readonly NamedRefusal[] }

export interface NamedRefusal {
  readonly refusal: SpendRefusal
  readonly name: string
  readonly period: Period
  /** How much this process could still hold: what is free here, and what the pool would grant. */
  readonly room?: bigint
  /** What its budget says to call instead. */
  readonly fallbackModelId?: Id<'mdl'> | null
}

export function poolKeyOf({ accountId, ownerId, period }: LeaseEntry): PoolKey {
  return { accountId, ownerId, period }
}
