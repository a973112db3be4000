/**
 * Which target of a virtual model serves a request, and where to go when it fails. Targets have a
 * priority and a weight: the lowest priority number goes first, and within one priority the weights
 * share the load. Weighted routing is one priority for all; a plain failover list is one each.
 *
 * The order is fixed before the first attempt and each attempt is checked for permission and priced
 * anew by the caller: being next in line grants nothing (case T77).
 */
import type { Id } from './ids.ts'

export interface RouteTarget {
  readonly modelId: Id<'mdl'>
  /** A whole number; lower goes first. */
  readonly priority: number
  /** Its part of the load within its priority; 0 is zero, so the target is never used. */
  readonly weight: number
}

/**
 * @param targets of one virtual model
 * @param unhealthy targets that fail just now; they go last, because a doubtful answer is worth
 *   more than none where everything seems to fail
 * @param random a number in [0, 1): the only source of chance
 * @returns every usable target once, in the order in which to try them
 */
export function routeOrder(
  targets: readonly RouteTarget[],
  unhealthy: ReadonlySet<Id<'mdl'>>,
  random: number,
): RouteTarget[] {
  const usable = targets.filter(({ weight }) => weight > 0)
  const healthy = usable.filter(({ modelId }) => !unhealthy.has(modelId))
  const doubtful = usable.filter(({ modelId }) => unhealthy.has(modelId))
  return [...byPriority(healthy, random), ...byPriority(doubtful, random)]
}

function byPriority(targets: readonly RouteTarget[], random: number): RouteTarget[] {
  const priorities = [...new Set(targets.map(({ priority }) => priority))].sort((a, b) => a - b)
  return priorities.flatMap((priority) =>
    shuffledByWeight(
      targets.filter((target) => target.priority === priority),
      random,
    ),
  )
}

/**
 * Draws the targets one after another, each with the chance of its weight among those left. Where a
 * draw falls inside the slice of the target that it hits is itself evenly spread, so it serves as
 * the next draw: one random number orders them all.
 */
function shuffledByWeight(targets: readonly RouteTarget[], random: number): RouteTarget[] {
  const left = [...targets]
  const order: RouteTarget[] = []
  let draw = random
  while (left.length > 0) {
    let point = draw * left.reduce((sum, { weight }) => sum + weight, 0)
    // The last one takes what rounding leaves over.
    let hit = left.findIndex(({ weight }) => {
      if (point < weight) return true
      point -= weight
      return false
    })
    if (hit < 0) hit = left.length - 1
    const [target] = left.splice(hit, 1)
    draw = Math.min(point / target!.weight, 1 - Number.EPSILON)
    order.push(target!)
  }
  return order
}

interface FailureRule {
  /** Whether another target may do better, as long as the client has seen nothing yet. */
  readonly tryNext: boolean
  /** Whether it proves that the provider consumed nothing, so that the hold may be released. */
  readonly provesNothingConsumed: boolean
}

/**
 * Every way in which an attempt fails upstream. An error that the provider itself answered in place
 * of output is proof that nothing is owed for; an answer that never came, or that something in
 * between made up, proves nothing, and its hold stays.
 */
export const upstreamFailures = {
  not_connected: { tryNext: true, provesNothingConsumed: true },
  credential_refused: { tryNext: true, provesNothingConsumed: true },
  model_not_found: { tryNext: true, provesNothingConsumed: true },
  rate_limited: { tryNext: true, provesNothingConsumed: true },
  overloaded: { tryNext: true, provesNothingConsumed: true },
  internal_error: { tryNext: true, provesNothingConsumed: true },
  /** An error that came as the first event of a stream with status 200. */
  error_as_first_event: { tryNext: true, provesNothingConsumed: true },
  gateway_error: { tryNext: true, provesNothingConsumed: false },
  timed_out: { tryNext: true, provesNothingConsumed: false },
  connection_lost: { tryNext: true, provesNothingConsumed: false },
  malformed_answer: { tryNext: true, provesNothingConsumed: false },
  /**
   * The request itself is at fault: every target would say the same, at the price of a call each.
   */
  request_refused: { tryNext: false, provesNothingConsumed: true },
  content_refused: { tryNext: false, provesNothingConsumed: false },
  client_gone: { tryNext: false, provesNothingConsumed: false },
} as const satisfies Record<string, FailureRule>

export type UpstreamFailure = keyof typeof upstreamFailures

/**
 * Failover is possible until the client has seen a byte. After that, a second answer would begin in
 * the middle of the first, so the stream ends with an error instead.
 */
export function mayFailOver(failure: UpstreamFailure, firstByteSent: boolean): boolean {
  return !firstByteSent && upstreamFailures[failure].tryNext
}

const failuresByStatus: Readonly<Record<number, UpstreamFailure>> = {
  401: 'credential_refused',
  402: 'credential_refused',
  403: 'credential_refused',
  404: 'model_not_found',
  408: 'timed_out',
  429: 'rate_limited',
  500: 'internal_error',
  503: 'overloaded',
  504: 'timed_out',
  529: 'overloaded',
}

/**
 * @param status the HTTP status of the provider's answer
 * @returns null for success; an unlisted 5xx comes from something between us and the provider
 */
export function failureOfStatus(status: number): UpstreamFailure | null {
  if (status >= 200 && status < 300) return null
  const known = failuresByStatus[status]
  if (known) return known
  if (status >= 400 && status < 500) return 'request_refused'
  return status >= 500 ? 'gateway_error' : 'malformed_answer'
}
