/** How long to wait before the same target is asked again. */

/** Of one target, after the first attempt. */
export const retriesMax = 5
export const backoffMsMin = 100
/** No wait is longer; a provider that asks for more is not asked again, but the next target. */
export const backoffMsMax = 2_000

/**
 * @param retry how many retries there were before
 * @param retryAfterMs what the provider asked for; null where it asked for nothing
 * @param random in [0, 1): half of the wait is chance, so that those who failed together do not come
 *   back together
 * @returns in ms; null where waiting is not worth it
 */
export function retryDelayMs(
  retry: number,
  retryAfterMs: number | null,
  random: number,
): number | null {
  if (retryAfterMs !== null && retryAfterMs > backoffMsMax) return null
  const backoffMs = Math.min(backoffMsMin * 2 ** retry, backoffMsMax)
  return Math.max(retryAfterMs ?? 0, (backoffMs * (1 + random)) / 2)
}
