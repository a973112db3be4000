/**
 * Every call that runs now. When its tenant changes, each is asked about again, with the same questions
 * as at its beginning, and ended where an answer is no: a revoked token does not live on in a stream
 * that it opened (case T75).
 */
import type { TenantId } from '@commonhold/core'
import type { RunningGroup } from '../../store/gateway-question.ts'
import type { Failure } from '../call/failure.ts'

/** Whose a call is, and what it may not go on without. */
export type RunningFacts = Omit<RunningGroup, 'calls'>

export interface RunningCall {
  readonly tenantId: TenantId
  /** @returns why the call may not go on, or null */
  check(nowMs: number): Failure | null
  abort(reason: Failure): void
  /** @returns null for a call that is about to end */
  facts(nowMs: number): RunningFacts | null
}

export class InFlight {
  readonly #byTenant = new Map<TenantId, Set<RunningCall>>()
  #size = 0
  #whenEmpty: (() => void) | undefined

  get size(): number {
    return this.#size
  }

  add(call: RunningCall): void {
    const calls = this.#byTenant.get(call.tenantId)
    if (calls) calls.add(call)
    else this.#byTenant.set(call.tenantId, new Set([call]))
    this.#size++
  }

  remove(call: RunningCall): void {
    const calls = this.#byTenant.get(call.tenantId)
    if (!calls?.delete(call)) return
    if (calls.size === 0) this.#byTenant.delete(call.tenantId)
    this.#size--
    if (this.#size === 0) this.#whenEmpty?.()
  }

  /** @returns how many calls were ended */
  recheck(tenantId: TenantId, nowMs: number): number {
    let ended = 0
    for (const call of [...(this.#byTenant.get(tenantId) ?? [])]) {
      const reason = call.check(nowMs)
      if (reason === null) continue
      call.abort(reason)
      ended++
    }
    return ended
  }

  /** Time passes without an event: tokens and grants expire. */
  recheckAll(nowMs: number): number {
    return [...this.#byTenant.keys()].reduce((sum, id) => sum + this.recheck(id, nowMs), 0)
  }

  /** For who asks what runs: read when asked, and kept nowhere. */
  factsOf(tenantId: TenantId, nowMs: number): RunningFacts[] {
    return [...(this.#byTenant.get(tenantId) ?? [])].flatMap((call) => call.facts(nowMs) ?? [])
  }

  abortAll(reason: Failure): void {
    for (const calls of [...this.#byTenant.values()]) {
      for (const call of [...calls]) call.abort(reason)
    }
  }

  /** @returns whether nothing runs any more */
  async drained(deadlineMs: number): Promise<boolean> {
    if (this.#size === 0) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), deadlineMs)
    this.#whenEmpty = () => resolve(true)
    const isEmpty = await promise
    clearTimeout(timer)
    this.#whenEmpty = undefined
    return isEmpty
  }
}
