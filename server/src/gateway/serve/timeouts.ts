/** How long an attempt may take: what the gateway allows, what its target says, what is left of its call's time. */
import type { VirtualTarget } from '../snapshot/entries.ts'
import type { Timeouts } from './parts.ts'

/** Undici takes 0 for no limit at all. */
const headMsMin = 1

/**
 * @param all of the gateway
 * @param target null where no virtual model stands in front
 * @param leftMs until the answer has to have begun; infinite where nobody limits it
 */
export function timeoutsOf(all: Timeouts, target: VirtualTarget | null, leftMs: number): Timeouts {
  if (target === null) return all
  const headMs = Math.min(target.headMs ?? all.headMs, Math.max(headMsMin, Math.floor(leftMs)))
  return { headMs, idleMs: target.idleMs ?? all.idleMs }
}
