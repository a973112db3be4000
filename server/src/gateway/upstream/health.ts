/**
 * Which models answer, as this process has seen it: a circuit for each of which something bad is known. Calls of
 * plain models tell of it too; only virtual models ask. Nothing is shared with other processes: each
 * finds out within a few requests, and a shared opinion would be one more thing that can be wrong for all.
 */
import {
  type Circuit,
  type CircuitState,
  circuitBegun,
  circuitFailed,
  circuitParked,
  circuitState,
  circuitSucceeded,
  circuitUndecided,
  type Id,
  isCircuitInTurn,
} from '@commonhold/core'
import type { GatewayLog } from '../call/log.ts'

/** Of the longest unchanged circuits the process thinks well again. */
export const circuitsMax = 10_000

type ModelId = Id<'mdl'>

/** Times are of a monotonic clock, in ms. */
export class Health {
  readonly #circuits = new Map<ModelId, Circuit>()
  readonly #log: GatewayLog
  #opened = 0

  constructor(log: GatewayLog) {
    this.#log = log
  }

  isInTurn(model: ModelId, nowMs: number): boolean {
    return isCircuitInTurn(this.#circuits.get(model), nowMs)
  }

  /** Whether nothing bad is known of any model. */
  get isClear(): boolean {
    return this.#circuits.size === 0
  }

  /** @returns whether this request is the one that finds out, and has to say how it went */
  begun(model: ModelId, nowMs: number): boolean {
    const circuit = this.#circuits.get(model)
    if (!circuit) return false
    const after = circuitBegun(circuit, nowMs)
    this.#circuits.set(model, after)
    return after !== circuit
  }

  succeeded(model: ModelId, nowMs: number): void {
    const circuit = this.#circuits.get(model)
    if (!circuit) return
    const after = circuitSucceeded(circuit, nowMs)
    if (after) this.#circuits.set(model, after)
    else this.#circuits.delete(model)
    if (circuit.openings > 0) this.#log.info({ modelId: model }, 'A model answers again.')
  }

  /** The one that was to find out ended without a word about the provider. */
  undecided(model: ModelId): void {
    const circuit = this.#circuits.get(model)
    if (circuit) this.#circuits.set(model, circuitUndecided(circuit))
  }

  failed(model: ModelId, why: string, nowMs: number): void {
    const before = this.#circuits.get(model)
    const after = circuitFailed(before, nowMs)
    this.#keep(model, after)
    if (after.openings === (before?.openings ?? 0)) return
    this.#opened++
    const restMs = after.openUntilMs - nowMs
    this.#log.warn({ modelId: model, why, restMs }, 'A model fails: it is tried last for a while.')
  }

  /** The provider wants to be left alone. */
  parked(model: ModelId, retryAfterMs: number, nowMs: number): void {
    this.#keep(model, circuitParked(this.#circuits.get(model), retryAfterMs, nowMs))
  }

  /** How many models are in which state, and how often one was opened. */
  stats(nowMs: number): { readonly states: Record<CircuitState, number>; readonly opened: number } {
    const states: Record<CircuitState, number> = { closed: 0, open: 0, half_open: 0, parked: 0 }
    for (const circuit of this.#circuits.values()) states[circuitState(circuit, nowMs)]++
    return { states, opened: this.#opened }
  }

  /** What changed last stands last. */
  #keep(model: ModelId, circuit: Circuit): void {
    this.#circuits.delete(model)
    this.#circuits.set(model, circuit)
    if (this.#circuits.size <= circuitsMax) return
    this.#circuits.delete(this.#circuits.keys().next().value!)
  }
}
