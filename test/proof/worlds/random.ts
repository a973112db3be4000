/**
 * Chance with a seed: the same seed gives the same worlds on every machine, so that a difference that
 * was found once is found again. Mulberry32, which is small, fast and good enough to draw tests.
 */
export interface Random {
  /** An integer from 0 to below `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** Each of them with the probability. */
  some<T>(from: readonly T[], probability: number): T[]
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const chance = (probability: number) => next() < probability
  return {
    below,
    chance,
    pick: (from) => from[below(from.length)]!,
    some: (from, probability) => from.filter(() => chance(probability)),
  }
}
