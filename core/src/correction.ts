/**
 * Charges put right: what a charge would have cost at another version of the price, and what has to be
 * booked so that it owes just that. Nothing is taken out of the ledger: a charge that was too high gets a
 * credit, one that was too low an adjustment, and both name it (docs/decisions/0024).
 */
import { maxOf, minOf, type Nanos } from './money.ts'
import { cacheHitPrice, costOf, type PriceVersion, pricesUnits, worstCaseOf } from './price.ts'
import { batchPrice } from './price-batch.ts'
import type { UnitCount } from './price-unit.ts'

/** What a record says of what was used, as far as money goes. */
export interface ChargedUse {
  readonly numbersFrom: 'provider' | 'estimate' | 'worst-case' | 'cache'
  /** All input, what was read from a cache or written to one included. */
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  readonly markupPpm: bigint
  /** Empty where only tokens are sold. */
  readonly units: readonly UnitCount[]
  /** Of a batch: how many of its requests were answered. Null: it was no batch. */
  readonly batchRequests: number | null
}

/**
 * @returns what this use costs at a price, or null where the price does not say
 */
export function costAt(price: PriceVersion, use: ChargedUse): Nanos | null {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, markupPpm, units } = use
  const tokens = {
    freshInputTokens: inputTokens - cachedInputTokens - cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
  }
  if (use.numbersFrom === 'cache') {
    const again = cacheHitPrice(price)
    return again && costOf(again, tokens, markupPpm).costNanos
  }
  if (!pricesUnits(price, units)) return null
  if (use.batchRequests !== null) {
    const part = batchPrice(price)
    const all = { ...part, perRequestNanos: part.perRequestNanos * BigInt(use.batchRequests) }
    return costOf(all, tokens, markupPpm).costNanos
  }
  if (use.numbersFrom === 'worst-case' && units.length === 0) {
    const bounds = { inputTokensMax: inputTokens, outputTokensMax: outputTokens, choices: 1 }
    return worstCaseOf(price, bounds, markupPpm)
  }
  return costOf(price, tokens, markupPpm, units).costNanos
}

/**
 * What a charge should have been. Only a charge that comes out to the nano-dollar when it is computed again
 * at its own price is understood well enough to be computed at another one.
 *
 * @param own the price that it was charged at; null where it is not known
 * @returns null where it can't be said
 */
export function chargeAt(
  use: ChargedUse,
  chargedNanos: Nanos,
  own: PriceVersion | null,
  price: PriceVersion,
): Nanos | null {
  // What consumed nothing cost nothing, whatever a request costs otherwise.
  const { inputTokens, outputTokens, units } = use
  if (chargedNanos === 0n && inputTokens + outputTokens === 0 && units.length === 0) return 0n
  if (own === null || costAt(own, use) !== chargedNanos) return null
  return costAt(price, use)
}

/** A charge with what was booked on it since. */
export interface BookedCharge {
  readonly chargedNanos: Nanos
  /** By people, for reasons of their own. */
  readonly creditedByHandNanos: Nanos
  /** By an earlier correction of the price. */
  readonly creditedByPriceNanos: Nanos
  /** Adjustments that name the charge: 0 or more in sum. */
  readonly adjustedNanos: Nanos
}

export interface Correction {
  /** To be credited: 0 or more, and with all earlier credits never above the charge. */
  readonly creditNanos: Nanos
  /** To be adjusted; below 0 it takes back an earlier adjustment. */
  readonly adjustNanos: Nanos
}

/**
 * What to book so that a charge owes what it should. What people have credited by hand stays theirs: it is
 * never charged again. Doing it a second time finds nothing to do.
 *
 * @param shouldNanos what the charge should have been
 * @param isDearerBooked whether a charge that was too low is to be raised
 */
export function correctionOf(
  { chargedNanos, creditedByHandNanos, creditedByPriceNanos, adjustedNanos }: BookedCharge,
  shouldNanos: Nanos,
  isDearerBooked: boolean,
): Correction {
  const owedNanos = chargedNanos - creditedByHandNanos - creditedByPriceNanos + adjustedNanos
  if (owedNanos > shouldNanos) {
    const tooMuch = owedNanos - shouldNanos
    const takenBack = minOf(tooMuch, adjustedNanos)
    return { creditNanos: tooMuch - takenBack, adjustNanos: -takenBack }
  }
  const missing = maxOf(0n, shouldNanos - owedNanos - creditedByHandNanos)
  return { creditNanos: 0n, adjustNanos: isDearerBooked ? missing : 0n }
}
