/** What is not sold by the token: declared or unknown, bounded before the call, in batches cheaper. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Id } from '../src/ids.ts'
import { nanosPerUsd } from '../src/money.ts'
import { costOf, type PriceVersion, pricesUnits, worstCaseOf } from '../src/price.ts'
import { batchPrice } from '../src/price-batch.ts'
import { type UnitCount, type UnitRates, unitRate } from '../src/price-unit.ts'

const none: UnitRates = {
  imageNanos: null,
  images: [],
  audioMinuteNanos: null,
  characterNanosPerMillion: null,
  searchUnitNanos: null,
}
const noTokens = {
  freshInputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
}

function price(units: Partial<UnitRates>, more: Partial<PriceVersion> = {}): PriceVersion {
  return {
    id: 'prc_test' as Id<'prc'>,
    freshInputNanosPerMillion: 0n,
    cachedInputNanosPerMillion: 0n,
    cacheWriteNanosPerMillion: 0n,
    outputNanosPerMillion: 0n,
    perRequestNanos: 0n,
    tiers: [],
    units: { ...none, ...units },
    ...more,
  }
}

const cost = (of: PriceVersion, ...units: UnitCount[]) => costOf(of, noTokens, 0n, units).costNanos

const pictures = price({
  imageNanos: 40_000_000n,
  images: [
    { size: '1024x1024', quality: 'hd', nanos: 80_000_000n },
    { size: '1792x1024', quality: 'hd', nanos: 120_000_000n },
    { size: '1792x1024', quality: null, nanos: 90_000_000n },
  ],
})

describe('a picture', () => {
  test('costs what its size and quality cost, and else what any other does', () => {
    const hd = { kind: 'image', units: 2, size: '1024x1024', quality: 'hd' } as const
    expect(cost(pictures, hd)).toBe(160_000_000n)
    expect(cost(pictures, { ...hd, size: '1792x1024', quality: 'standard' })).toBe(180_000_000n)
    expect(cost(pictures, { ...hd, size: '512x512', quality: 'standard' })).toBe(80_000_000n)
  })

  test('of which the size is left to the provider is bounded by the dearest that it could choose', () => {
    const open = { kind: 'image', units: 1 } as const
    expect(cost(pictures, open)).toBe(120_000_000n)
    expect(cost(pictures, { ...open, quality: 'standard' })).toBe(90_000_000n)
  })

  test('of a size that nobody priced has no price', () => {
    const some = price({ images: [{ size: '1024x1024', quality: null, nanos: 1n }] })
    expect(pricesUnits(some, [{ kind: 'image', units: 1, size: '256x256' }])).toBe(false)
    expect(pricesUnits(some, [{ kind: 'image', units: 1, quality: 'hd' }])).toBe(false)
    expect(pricesUnits(some, [{ kind: 'image', units: 1, size: '1024x1024' }])).toBe(true)
  })

  test('never costs more than what was held for it, whatever the provider chose', () => {
    const choice = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null })
    const nanos = fc.bigInt({ min: 0n, max: 10n ** 9n })
    const rate = fc.record({ size: choice, quality: choice, nanos })
    fc.assert(
      fc.property(
        fc.array(rate, { maxLength: 6 }),
        nanos,
        choice,
        choice,
        fc.constantFrom('a', 'b', 'c', 'd'),
        fc.constantFrom('a', 'b', 'c', 'd'),
        (images, imageNanos, size, quality, chosenSize, chosenQuality) => {
          const of = price({ imageNanos, images })
          const units = [{ kind: 'image', units: 3, size, quality }] as const
          const bounds = { inputTokensMax: 0, outputTokensMax: 0, choices: 1, units }
          const chosen = {
            ...units[0],
            size: size ?? chosenSize,
            quality: quality ?? chosenQuality,
          }
          expect(cost(of, chosen) <= worstCaseOf(of, bounds)).toBe(true)
        },
      ),
    )
  })
})

test('a minute of audio costs sixty of its seconds, to the nano', () => {
  const minute = price({ audioMinuteNanos: 6_000_000n })
  expect(cost(minute, { kind: 'audio_second', units: 60 })).toBe(6_000_000n)
  expect(cost(minute, { kind: 'audio_second', units: 1 })).toBe(100_000n)
  expect(cost(price({ audioMinuteNanos: 1n }), { kind: 'audio_second', units: 1 })).toBe(1n)
})

test('characters and searches are counted each at its rate, beside the request', () => {
  const speech = price({ characterNanosPerMillion: 15n * nanosPerUsd }, { perRequestNanos: 7n })
  expect(cost(speech, { kind: 'character', units: 11 })).toBe(165_007n)
  const search = price({ searchUnitNanos: 2_000_000n })
  expect(cost(search, { kind: 'search_unit', units: 3 })).toBe(6_000_000n)
})

test('what is not declared is unknown, and never free', () => {
  const count = { kind: 'search_unit', units: 1 } as const
  expect(unitRate(none, count)).toBeNull()
  expect(unitRate(undefined, count)).toBeNull()
  expect(() => cost(price({}), count)).toThrow(RangeError)
})

test('a batch costs its part of every rate, and never less than that part', () => {
  const whole = price({ searchUnitNanos: 3n }, { outputNanosPerMillion: 5n, batchPercent: 50 })
  const half = batchPrice(whole)
  expect([half.outputNanosPerMillion, half.units?.searchUnitNanos]).toEqual([3n, 2n])
  expect(batchPrice(price({ searchUnitNanos: 3n })).units?.searchUnitNanos).toBe(3n)
})
