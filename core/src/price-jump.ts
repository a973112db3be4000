/**
 * A price against the one before it (case T55). A price per token typed where one per million is asked for
 * is a million times too low, a price per thousand a thousand times, and the other way round as often too
 * high. Prices do fall and rise, but not by that much from one version to the next.
 */
import { dividedRoundingUp, formatUsd } from './money.ts'
import { namedRates, type PriceVersion } from './price.ts'

/** A rate that is this many times the one before, or a part of it as small, has to be confirmed. */
export const priceJumpMax = 100n

/**
 * @returns a sentence to show before such a price is accepted, or null where it is like the one before. From
 *   free to any price is no jump: what is too dear altogether, `implausiblePrice` says
 */
export function priceJump(before: PriceVersion, after: PriceVersion): string | null {
  const rates = new Map(namedRates(before))
  for (const [name, rate] of namedRates(after)) {
    const was = rates.get(name)!
    if (was === 0n) continue
    const isDearer = rate > was * priceJumpMax
    if (!isDearer && rate * priceJumpMax >= was) continue
    const [high, low] = isDearer ? [rate, was] : [was, rate]
    const times = low === 0n ? 'free now' : `${high / low} times ${isDearer ? 'dearer' : 'cheaper'}`
    return `${formatUsd(rate)} US dollars per million tokens of ${name} (${perThousand(rate)} per thousand) is \
${times}: the version before says ${formatUsd(was)} per million (${perThousand(was)} per thousand).`
  }
  return null
}

const perThousand = (nanosPerMillion: bigint) =>
  formatUsd(dividedRoundingUp(nanosPerMillion, 1_000n))
