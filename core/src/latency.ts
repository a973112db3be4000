/**
 * How fast a model has been lately: the time until its answer began and the time of a token after that, each
 * as a mean in which a sample counts half as much after every half-life. What is left of all samples'
 * weight says how much the mean is worth; below a minimum the model is not known any more, and is
 * asked again as often as its share of the targets would have it. So nobody waits for a model that was slow
 * an hour ago to be forgiven by hand, and nobody keeps asking one that is slow now.
 */
import type { Id } from './ids.ts'
import { byChance } from './weighted-draw.ts'

/** After this long a sample counts half. */
export const latencyHalfLifeMs = 30_000
/** More samples weigh no more, so that a change shows within about as many requests. */
export const latencyWeightMax = 16
/** With less left than this, nothing is known: a lone sample is worth something for two half-lives. */
export const latencyWeightMin = 0.25
/** What an answer is taken to be long, where tokens were timed: that of a short chat. */
export const outputTokensTypical = 100
/** Up to this much above the fastest, a model is as fast: chance decides by weight. */
export const asFastFactor = 1.2

interface Mean {
  readonly ms: number
  readonly weight: number
}

export interface LatencyEstimate {
  readonly firstByte: Mean
  /** Null where no tokens were timed. */
  readonly perToken: Mean | null
  readonly atMs: number
}

export interface LatencySample {
  /** From sending until the answer began. */
  readonly firstByteMs: number
  /** Of a stream: for each token after that; null where it is not known. */
  readonly msPerToken: number | null
}

/** @returns the estimate with one more sample in it */
export function withSample(
  before: LatencyEstimate | undefined,
  { firstByteMs, msPerToken }: LatencySample,
  nowMs: number,
): LatencyEstimate {
  const left = before === undefined ? 0 : leftAfter(nowMs - before.atMs)
  const perToken = before?.perToken ?? null
  return {
    firstByte: joined(before?.firstByte ?? null, firstByteMs, left),
    perToken: msPerToken === null ? faded(perToken, left) : joined(perToken, msPerToken, left),
    atMs: nowMs,
  }
}

/** @returns how long a typical answer takes, in ms; null where too little is known */
export function latencyMsOf(estimate: LatencyEstimate | undefined, nowMs: number): number | null {
  if (estimate === undefined) return null
  const { firstByte, perToken, atMs } = estimate
  const left = leftAfter(nowMs - atMs)
  if (firstByte.weight * left < latencyWeightMin) return null
  return firstByte.ms + (perToken === null ? 0 : perToken.ms * outputTokensTypical)
}

/** A clock that goes back ages nothing. */
function leftAfter(ms: number): number {
  return 0.5 ** (Math.max(0, ms) / latencyHalfLifeMs)
}

function joined(before: Mean | null, ms: number, left: number): Mean {
  const weightBefore = (before?.weight ?? 0) * left
  const weight = weightBefore + 1
  const sum = (before?.ms ?? 0) * weightBefore + ms
  return { ms: sum / weight, weight: Math.min(weight, latencyWeightMax) }
}

function faded(mean: Mean | null, left: number): Mean | null {
  return mean && { ms: mean.ms, weight: mean.weight * left }
}

interface Weighted {
  readonly modelId: Id<'mdl'>
  readonly weight: number
}

/**
 * The fastest first, and by weight among those that are as fast. A target of which nothing is known goes
 * first as often as its weight among all has it, else last of those in turn; so each is found out
 * about, and a slow one costs no more than its share until it is known.
 * @param targets each of a weight above 0
 * @param random in [0, 1)
 */
export function byLatency<T extends Weighted>(
  targets: readonly T[],
  latencyMs: (modelId: Id<'mdl'>) => number | null,
  random: number,
): T[] {
  const timed = targets.map((target) => ({ target, ms: latencyMs(target.modelId) }))
  const unknown = timed.filter(({ ms }) => ms === null).map(({ target }) => target)
  const known = timed.filter((one): one is { target: T; ms: number } => one.ms !== null)
  known.sort((a, b) => a.ms - b.ms)
  const part = sumOf(unknown) / sumOf(targets)
  const isExploring = random < part
  // What is left of the random number within its part is evenly spread again.
  const draw = isExploring ? random / part : part === 1 ? 0 : (random - part) / (1 - part)
  const fastest = known[0]?.ms ?? 0
  const asFast = known.filter(({ ms }) => ms <= fastest * asFastFactor).map(({ target }) => target)
  const slower = known.slice(asFast.length).map(({ target }) => target)
  const chance = Math.min(draw, 1 - Number.EPSILON)
  const drawn = byChance(asFast, chance)
  if (!isExploring) return [...drawn, ...slower, ...byChance(unknown, chance)]
  const [explored, ...others] = byChance(unknown, chance)
  return [explored!, ...drawn, ...slower, ...others]
}

function sumOf(targets: readonly Weighted[]): number {
  return targets.reduce((sum, { weight }) => sum + weight, 0)
}
