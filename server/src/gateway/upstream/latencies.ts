/**
 * How fast models were for calls of virtual models that choose by it, in this process. Streams and whole answers
 * are kept apart: a whole answer begins when all of it was written.
 */
import {
  type Id,
  type LatencyEstimate,
  type LatencySample,
  latencyMsOf,
  withSample,
} from '@commonhold/core'

/** Of each kind; the longest unasked is forgotten. */
export const estimatesMax = 10_000

type Estimates = Map<Id<'mdl'>, LatencyEstimate>

/** Times are of a monotonic clock, in ms. */
export class Latencies {
  readonly #streams: Estimates = new Map()
  readonly #wholes: Estimates = new Map()

  /** @returns how long an answer takes, in ms; null where that is not known */
  msOf(model: Id<'mdl'>, isStream: boolean, nowMs: number): number | null {
    return latencyMsOf(this.#of(isStream).get(model), nowMs)
  }

  observe(model: Id<'mdl'>, isStream: boolean, sample: LatencySample, nowMs: number): void {
    const estimates = this.#of(isStream)
    const after = withSample(estimates.get(model), sample, nowMs)
    estimates.delete(model)
    estimates.set(model, after)
    if (estimates.size > estimatesMax) estimates.delete(estimates.keys().next().value!)
  }

  #of(isStream: boolean): Estimates {
    return isStream ? this.#streams : this.#wholes
  }
}
