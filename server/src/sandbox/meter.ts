/**
 * What the sandbox would put on its own bill, counted as it serves: the tests hold the gateway's
 * bill against it. Refused requests cost nothing; a broken or abandoned stream costs its input and
 * the tokens that were sent; `sandbox-zero-usage` says zero and charges zero.
 */

export type Served = {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export type ServedByKey = Served & { readonly byKey: ReadonlyMap<string, Served> }

/** Further keys are counted in the total only, so that a stranger can't fill the memory. */
const KEYS_MAX = 10_000

type Count = { requests: number; inputTokens: number; outputTokens: number }

export class Meter {
  readonly #total: Count = { requests: 0, inputTokens: 0, outputTokens: 0 }
  readonly #byKey = new Map<string, Count>()
  readonly #units = new Map<string, number>()

  /** One request was accepted and its input is charged. */
  begin(key: string, inputTokens: number): void {
    for (const count of this.#countsOf(key)) {
      count.requests++
      count.inputTokens += inputTokens
    }
  }

  /** So many tokens were handed to the connection. */
  sent(key: string, outputTokens: number): void {
    for (const count of this.#countsOf(key)) count.outputTokens += outputTokens
  }

  /** So many of what is not sold by tokens. */
  units(key: string, kind: string, count: number): void {
    const name = `${key} ${kind}`
    if (!this.#units.has(name) && this.#units.size >= KEYS_MAX) return
    this.#units.set(name, (this.#units.get(name) ?? 0) + count)
  }

  /** @returns how many of the kind were served to the key */
  servedUnits(key: string, kind: string): number {
    return this.#units.get(`${key} ${kind}`) ?? 0
  }

  /** A copy, which later requests don't change. */
  served(): ServedByKey {
    const byKey = new Map([...this.#byKey].map(([key, count]) => [key, { ...count }]))
    return { ...this.#total, byKey }
  }

  #countsOf(key: string): Count[] {
    let count = this.#byKey.get(key)
    if (!count && this.#byKey.size < KEYS_MAX) {
      count = { requests: 0, inputTokens: 0, outputTokens: 0 }
      this.#byKey.set(key, count)
    }
    return count ? [this.#total, count] : [this.#total]
  }
}
