/** Charges put right: exactly, once, and never past what they were. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BookedCharge, type ChargedUse, chargeAt, correctionOf } from '../src/correction.ts'
import type { Id } from '../src/ids.ts'
import { batchPrice, costAt, costOf, minOf, priceJump, worstCaseOf } from '../src/index.ts'
import type { PriceVersion } from '../src/price.ts'

function price(inputNanos: bigint, outputNanos: bigint, more: object = {}): PriceVersion {
  return {
    id: 'prc_x' as Id<'prc'>,
    freshInputNanosPerMillion: inputNanos,
    cachedInputNanosPerMillion: inputNanos / 2n,
    cacheWriteNanosPerMillion: inputNanos * 2n,
    outputNanosPerMillion: outputNanos,
    perRequestNanos: 7n,
    tiers: [],
    ...more,
  }
}

const use: ChargedUse = {
  numbersFrom: 'provider',
  inputTokens: 1_000,
  cachedInputTokens: 100,
  cacheWriteTokens: 50,
  outputTokens: 200,
  markupPpm: 50_000n,
  units: [],
  batchRequests: null,
}
const own = price(2_500_000_000n, 10_000_000_000n)
const cheaper = price(2_500n, 10_000n)
const charged = costAt(own, use)!

test('a charge is computed at another price, markup and cached tokens included', () => {
  const tokens = {
    freshInputTokens: 850,
    cachedInputTokens: 100,
    cacheWriteTokens: 50,
    outputTokens: 200,
  }
  expect(charged).toBe(costOf(own, tokens, 50_000n).costNanos)
  expect(chargeAt(use, charged, own, cheaper)).toBe(costOf(cheaper, tokens, 50_000n).costNanos)
  expect(chargeAt(use, charged, own, own)).toBe(charged)
})

test('one that does not come out again at its own price is left alone', () => {
  expect(chargeAt(use, charged + 1n, own, cheaper)).toBeNull()
  expect(chargeAt(use, charged, null, cheaper)).toBeNull()
  const again = { ...use, numbersFrom: 'cache' as const }
  expect(chargeAt(again, charged, own, cheaper)).toBeNull()
})

test('what consumed nothing stays free', () => {
  const nothing = {
    ...use,
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
  }
  expect(chargeAt(nothing, 0n, own, cheaper)).toBe(0n)
})

test('unknown outcomes, batches, answers from the cache and pictures are computed as they were', () => {
  const worst = {
    ...use,
    numbersFrom: 'worst-case' as const,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
  }
  const bounds = { inputTokensMax: 1_000, outputTokensMax: 200, choices: 1 }
  expect(costAt(own, worst)).toBe(worstCaseOf(own, bounds, 50_000n))
  const half = { ...own, batchPercent: 50 }
  expect(costAt(half, { ...use, batchRequests: 3 })).toBe(
    costAt({ ...batchPrice(half), perRequestNanos: 4n * 3n }, use),
  )
  const cached = { ...use, numbersFrom: 'cache' as const, markupPpm: 0n }
  expect(costAt({ ...own, cacheHitNanos: 9n }, cached)).toBe(9n)
  const pictures = {
    ...use,
    units: [{ kind: 'image' as const, units: 2, size: 'big', quality: null }],
  }
  expect(costAt(own, pictures)).toBeNull()
  const units = {
    imageNanos: 5n,
    images: [{ size: 'big', quality: null, nanos: 50n }],
    audioMinuteNanos: null,
    characterNanosPerMillion: null,
    searchUnitNanos: null,
  }
  const none = {
    ...pictures,
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
  }
  expect(costAt({ ...own, units }, { ...none, markupPpm: 0n })).toBe(107n)
})

const owed = (one: BookedCharge) =>
  one.chargedNanos - one.creditedByHandNanos - one.creditedByPriceNanos + one.adjustedNanos

/** Any sequence of corrections and credits by hand, as the store books them. */
const step = fc.oneof(
  fc.record({ should: fc.bigInt(0n, 200n), isDearerBooked: fc.boolean() }),
  fc.record({ byHand: fc.bigInt(0n, 100n) }),
)

test('T55: whatever is booked in whatever order, credits stay within the charge and a second run does nothing', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 200n), fc.array(step, { maxLength: 12 }), (chargedNanos, steps) => {
      const none = { creditedByHandNanos: 0n, creditedByPriceNanos: 0n, adjustedNanos: 0n }
      let one: BookedCharge = { chargedNanos, ...none }
      for (const now of steps) {
        if ('byHand' in now) {
          const room = one.chargedNanos - one.creditedByHandNanos - one.creditedByPriceNanos
          const given = minOf(now.byHand, room)
          one = { ...one, creditedByHandNanos: one.creditedByHandNanos + given }
          continue
        }
        const book = () => {
          const { creditNanos, adjustNanos } = correctionOf(one, now.should, now.isDearerBooked)
          expect(creditNanos).toBeGreaterThanOrEqual(0n)
          one = {
            ...one,
            creditedByPriceNanos: one.creditedByPriceNanos + creditNanos,
            adjustedNanos: one.adjustedNanos + adjustNanos,
          }
          return creditNanos !== 0n || adjustNanos !== 0n
        }
        book()
        expect(book()).toBe(false)
        expect(one.creditedByHandNanos + one.creditedByPriceNanos).toBeLessThanOrEqual(chargedNanos)
        expect(one.adjustedNanos).toBeGreaterThanOrEqual(0n)
        expect(owed(one)).toBeGreaterThanOrEqual(0n)
        expect(owed(one)).toBeLessThanOrEqual(now.should)
        if (one.creditedByHandNanos === 0n && now.isDearerBooked) expect(owed(one)).toBe(now.should)
      }
    }),
  )
})

test('T55: a price a hundred times off the one before is told, with both in two units', () => {
  const usual = price(2_500_000_000n, 10_000_000_000n)
  expect(priceJump(usual, price(250_000_000_000n, 10_000_000_000n))).toBeNull()
  expect(priceJump(usual, price(25_000_000n, 100_000_000n))).toBeNull()
  expect(priceJump(price(0n, 0n), usual)).toBeNull()
  expect(priceJump(usual, price(2_500n, 10_000n))).toBe(
    '0.0000025 US dollars per million tokens of input (0.000000003 per thousand) is 1000000 times cheaper: the version before says 2.50 per million (0.0025 per thousand).',
  )
  expect(priceJump(usual, price(2_500_000_000n, 2_000_000_000_000n))).toContain(
    '2000.00 US dollars per million tokens of output (2.00 per thousand) is 200 times dearer',
  )
  expect(priceJump(usual, price(0n, 0n))).toContain('is free now')
})
