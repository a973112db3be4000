/** Work that may wait, at what the vendor takes off for it. */
import { dividedRoundingUp } from './money.ts'
import type { PriceRates, PriceVersion } from './price.ts'

/** The same price for work in a batch: every rate in proportion, rounded up to what a rate can say. */
export function batchPrice(price: PriceVersion): PriceVersion {
  const { batchPercent = 100, units } = price
  const part = (rate: bigint) => dividedRoundingUp(rate * BigInt(batchPercent), 100n)
  const orNull = (rate: bigint | null) => (rate === null ? null : part(rate))
  const ofTokens = (rates: PriceRates): PriceRates => ({
    freshInputNanosPerMillion: part(rates.freshInputNanosPerMillion),
    cachedInputNanosPerMillion: part(rates.cachedInputNanosPerMillion),
    cacheWriteNanosPerMillion: part(rates.cacheWriteNanosPerMillion),
    outputNanosPerMillion: part(rates.outputNanosPerMillion),
  })
  return {
    ...price,
    ...ofTokens(price),
    perRequestNanos: part(price.perRequestNanos),
    tiers: price.tiers.map((tier) => ({ ...tier, ...ofTokens(tier) })),
    ...(units === undefined
      ? {}
      : {
          units: {
            imageNanos: orNull(units.imageNanos),
            images: units.images.map((rate) => ({ ...rate, nanos: part(rate.nanos) })),
            audioMinuteNanos: orNull(units.audioMinuteNanos),
            characterNanosPerMillion: orNull(units.characterNanosPerMillion),
            searchUnitNanos: orNull(units.searchUnitNanos),
          },
        }),
  }
}
