/** What a simulation is made of: how many of everything, how calls are, and how much goes wrong. */

import { leaseRequestsMax, leaseRoomDivisor } from '@commonhold/core'
import { leaseIdleMsDefault } from '../../../../server/src/gateway/limits/lease-book.ts'
import { heldWaitMsMax } from '../../../../server/src/gateway/limits/pool-queue.ts'

export interface Policy {
  /** How long a call waits for money that calls in flight hold, before it is refused. */
  readonly queueMs: number
  /** Whether those who wait ask the others for what lies idle in their leases. */
  readonly reclaims: boolean
  /** The least that a call is shortened to, in thousandths of the mean cost; null: it is refused. */
  readonly shortensTo: bigint | null
  /** A shortened call takes this part of what is left. */
  readonly shortensPart: bigint
  /** A lease that nobody used for so long goes back. */
  readonly idleMs: number
  /** A grant takes this part of a pool's room, and this many requests' worth at most. */
  readonly roomDivisor: bigint
  readonly requestsMax: bigint
}

export interface Setting {
  readonly processes: number
  readonly budgets: number
  /** What a budget could pay for, in calls of the mean cost. */
  readonly callsPerBudget: number
  /** How many times a budget's money is asked for in a period. */
  readonly demand: number
  /** How much higher the worst case of a call is than its mean cost. */
  readonly worstPerCost: number
  readonly callMs: number
  readonly periodMs: number
  readonly periods: number
  /** On average so long between two troubles of each kind in one process; 0 for none. */
  readonly troubleEveryMs: number
  /** How much of each limit is a raise that ends after half of the period: a part of it; 0 for none. */
  readonly raisedPart: number
}

/** What the gateway does (server/src/gateway/limits). */
export const policyNow: Policy = {
  queueMs: heldWaitMsMax,
  reclaims: true,
  shortensTo: null,
  shortensPart: 4n,
  idleMs: leaseIdleMsDefault,
  roomDivisor: leaseRoomDivisor,
  requestsMax: leaseRequestsMax,
}

/** The same for callers who take less output instead of a refusal: half of what a call costs in the mean. */
export const shortening: Policy = { ...policyNow, shortensTo: 500n }

export const calm: Setting = {
  processes: 8,
  budgets: 12,
  callsPerBudget: 2_000,
  demand: 1.5,
  worstPerCost: 4,
  callMs: 2_000,
  periodMs: 300_000,
  periods: 1,
  troubleEveryMs: 0,
  raisedPart: 0,
}

export const rough: Setting = { ...calm, periods: 2, troubleEveryMs: 60_000 }

/** More of what there is ends in the middle of each period than is left by then. */
export const raises: Setting = {
  ...rough,
  processes: 4,
  budgets: 3,
  callsPerBudget: 1_000,
  periodMs: 60_000,
  raisedPart: 0.6,
}

export const meanCost = 1_000n
export const housekeepingMs = 500
export const shipEveryMs = 100
export const databaseMs = 2
export const diskMs = 1
