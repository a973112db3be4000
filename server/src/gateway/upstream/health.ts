/** Which models failed just now: a virtual model tries them last, for a short while. */
import type { Id } from '@commonhold/core'

export const unhealthyMs = 10_000

export class Health {
  readonly #untilMs = new Map<Id<'mdl'>, number>()

  failed(model: Id<'mdl'>, nowMs: number): void {
    this.#untilMs.set(model, nowMs + unhealthyMs)
  }

  succeeded(model: Id<'mdl'>): void {
    this.#untilMs.delete(model)
  }

  unhealthy(nowMs: number): ReadonlySet<Id<'mdl'>> {
    for (const [model, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(model)
    return new Set(this.#untilMs.keys())
  }
}
