/** The parts that admission against limits is made of. */
import type { Hold, Id, LocalLease, Period, SpendRefusal, TenantId } from '@commonhold/core'
import type { PoolKey } from '../../store/pool.ts'

/** One lease of this process, with what its bookkeeping needs. */
export interface LeaseEntry extends PoolKey {
  readonly lease: LocalLease
  readonly tenantId: TenantId
  lastUsedMs: number
  /** When less is allowed again, since a raise ends: what is free then goes back before anything is held. */
  limitUntilMs: number
  /** How many requests wait for the pool's answer about this lease. */
  waiting: number
  /** What was given up and not yet heard by the pool. */
  returnsPending: boolean
  /** Answers of the pool that never came: what they granted is not known here. */
  answersLost: number
}

export type HoldAnswer =
  | { readonly ok: true; readonly hold: Hold }
  | { readonly ok: false; readonly refusals: readonly NamedRefusal[] }

export interface NamedRefusal {
  readonly refusal: SpendRefusal
  readonly name: string
  readonly period: Period
  /** What its budget says to call instead. */
  readonly fallbackModelId?: Id<'mdl'> | null
}

export function poolKeyOf({ accountId, ownerId, period }: LeaseEntry): PoolKey {
  return { accountId, ownerId, period }
}
