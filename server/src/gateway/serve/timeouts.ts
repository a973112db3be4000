/** How long an attempt may take: what the gateway allows, and what is left of its call's time. */
import type { Timeouts } from './parts.ts'

/** Undici takes 0 for no limit at all. */
const headMsMin = 1

/**
 * @param all of the gateway
 * @param leftMs until the answer has to have begun; infinite where nobody limits it
 */
export function timeoutsUntil(all: Timeouts, leftMs: number): Timeouts {
  if (leftMs >= all.headMs) return all
  return { headMs: Math.max(headMsMin, Math.floor(leftMs)), idleMs: all.idleMs }
}
