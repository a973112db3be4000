/**
 * In which order the targets of a virtual model are tried. Targets have a priority and a weight: the lowest
 * priority number goes first, and within one priority it is chance that decides, or a key, or how fast they
 * were. Weighted routing is one priority for all; a plain failover list is one each.
 *
 * The order is fixed before the first attempt and each attempt is checked for permission and priced
 * anew by the caller: being next in line grants nothing (case T77).
 */
import type { Id } from './ids.ts'
import { byLatency } from './latency.ts'
import { byKey } from './rendezvous.ts'
import { byChance } from './weighted-draw.ts'

export interface RouteTarget {
  readonly modelId: Id<'mdl'>
  /** A whole number; lower goes first. */
  readonly priority: number
  /** Its part of the load within its priority; 0 is zero, so the target is never used. */
  readonly weight: number
}

/** What orders the targets of one priority. `random` is in [0, 1), and the only source of chance. */
export type RouteBy =
  | { readonly kind: 'chance'; readonly random: number }
  /** Requests of one key go to one target, in every process. */
  | { readonly kind: 'key'; readonly key: string }
  | {
      readonly kind: 'latency'
      readonly random: number
      /** @returns how long an answer takes there, in ms; null where that is not known */
      readonly latencyMs: (modelId: Id<'mdl'>) => number | null
    }

/**
 * @param targets of one virtual model
 * @param isInTurn whether a model works as far as is known; those that don't go last, because a doubtful
 *   answer is worth more than none where everything seems to fail
 * @returns every usable target once, in the order in which to try them
 */
export function routeOrder<T extends RouteTarget>(
  targets: readonly T[],
  isInTurn: (modelId: Id<'mdl'>) => boolean,
  by: RouteBy,
): T[] {
  const inTurn: T[] = []
  const doubtful: T[] = []
  for (const target of targets) {
    if (target.weight > 0) (isInTurn(target.modelId) ? inTurn : doubtful).push(target)
  }
  const order = byPriority(inTurn, by)
  return doubtful.length === 0 ? order : [...order, ...byPriority(doubtful, by)]
}

function byPriority<T extends RouteTarget>(targets: readonly T[], by: RouteBy): T[] {
  const priorities = [...new Set(targets.map(({ priority }) => priority))].sort((a, b) => a - b)
  if (priorities.length === 1) return within(targets, by)
  return priorities.flatMap((priority) =>
    within(
      targets.filter((target) => target.priority === priority),
      by,
    ),
  )
}

function within<T extends RouteTarget>(targets: readonly T[], by: RouteBy): T[] {
  if (targets.length < 2) return [...targets]
  if (by.kind === 'key') return byKey(targets, by.key)
  if (by.kind === 'latency') return byLatency(targets, by.latencyMs, by.random)
  return byChance(targets, by.random)
}
