/** Random numbers that a seed gives again. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** From `min` to `max`, both included. */
  between(min: number, max: number): number
  /** The time to the next of events that come by chance, on average every `meanMs`. */
  waitMs(meanMs: number): number
}

/** mulberry32 */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    waitMs: (meanMs) => Math.max(1, Math.round(-Math.log(1 - next()) * meanMs)),
  }
}
