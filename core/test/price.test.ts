import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Id } from '../src/ids.ts'
import { formatUsd, nanosPerUsd } from '../src/money.ts'
import {
  costOf,
  implausiblePrice,
  inputTokensOf,
  type PriceRates,
  type PriceVersion,
  priceProblem,
  type TokenUsage,
  usageProblem,
  worstCaseOf,
} from '../src/price.ts'

/** Rates from US dollars per million tokens. */
function rates(input: number, cached: number, write: number, output: number): PriceRates {
  const nanos = (usd: number) => BigInt(Math.round(usd * Number(nanosPerUsd)))
  return {
    freshInputNanosPerMillion: nanos(input),
    cachedInputNanosPerMillion: nanos(cached),
    cacheWriteNanosPerMillion: nanos(write),
    outputNanosPerMillion: nanos(output),
  }
}

function price(base: PriceRates, rest: Partial<PriceVersion> = {}): PriceVersion {
  return { id: 'prc_test' as Id<'prc'>, ...base, perRequestNanos: 0n, tiers: [], ...rest }
}

function used(fresh: number, cached: number, write: number, output: number): TokenUsage {
  return {
    freshInputTokens: fresh,
    cachedInputTokens: cached,
    cacheWriteTokens: write,
    outputTokens: output,
  }
}

const flat = price(rates(3, 0.3, 3.75, 15))
const tiered = price(rates(3, 0.3, 3.75, 15), {
  tiers: [{ aboveInputTokens: 200_000, ...rates(6, 0.6, 7.5, 22.5) }],
})

describe('the cost of a call', () => {
  test('is the sum of each component at its own rate', () => {
    const cost = costOf(flat, used(1_000_000, 1_000_000, 1_000_000, 1_000_000))
    expect(formatUsd(cost.costNanos)).toBe('22.05')
    expect(cost.lines.map((l) => [l.component, l.units])).toEqual([
      ['fresh_input', 1_000_000],
      ['cached_input', 1_000_000],
      ['cache_write', 1_000_000],
      ['output', 1_000_000],
    ])
  })

  test('is rounded up once, not line by line', () => {
    // Four tokens at a quarter of a nano each: one nano exactly, where rounding each line gives 4.
    const quarter = 250_000n
    const cheap = price({
      freshInputNanosPerMillion: quarter,
      cachedInputNanosPerMillion: quarter,
      cacheWriteNanosPerMillion: quarter,
      outputNanosPerMillion: quarter,
    })
    expect(costOf(cheap, used(1, 1, 1, 1)).costNanos).toBe(1n)
    expect(costOf(cheap, used(2, 1, 1, 1)).costNanos).toBe(2n)
  })

  test('of a declared price of zero is zero', () => {
    expect(costOf(price(rates(0, 0, 0, 0)), used(9, 9, 9, 9)).costNanos).toBe(0n)
  })

  test('of an explicit usage of zero is the flat price only (T57)', () => {
    expect(costOf(flat, used(0, 0, 0, 0))).toEqual({ costNanos: 0n, lines: [] })
    const perRequest = price(rates(3, 0.3, 3.75, 15), { perRequestNanos: 14_000_000n })
    expect(costOf(perRequest, used(0, 0, 0, 0)).costNanos).toBe(14_000_000n)
  })

  test('changes tier for the whole call, just above the boundary and not at it', () => {
    expect(formatUsd(costOf(tiered, used(200_000, 0, 0, 0)).costNanos)).toBe('0.60')
    expect(formatUsd(costOf(tiered, used(200_001, 0, 0, 0)).costNanos)).toBe('1.200006')
    expect(formatUsd(costOf(tiered, used(1, 200_000, 0, 1_000_000)).costNanos)).toBe('22.620006')
  })

  test('carries a markup before it is rounded', () => {
    expect(formatUsd(costOf(flat, used(1_000_000, 0, 0, 0), 50_000n).costNanos)).toBe('3.15')
    expect(costOf(price(rates(0.001, 0, 0, 0)), used(1, 0, 0, 0), 1n).costNanos).toBe(2n)
  })

  test('is explained by lines that add up to it', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, anyMarkup, (p, usage, markupPpm) => {
        const { costNanos, lines } = costOf(p, usage, markupPpm)
        const exact = lines.reduce((sum, l) => sum + BigInt(l.units) * l.nanosPerMillion, 0n)
        const scaled = exact * (1_000_000n + markupPpm)
        expect(costNanos * 10n ** 12n - scaled).toBeGreaterThanOrEqual(0n)
        expect(costNanos * 10n ** 12n - scaled).toBeLessThan(10n ** 12n)
      }),
    )
  })
})

const anyRate = fc.bigInt(0n, 700n * nanosPerUsd)
const anyRates = fc.record({
  freshInputNanosPerMillion: anyRate,
  cachedInputNanosPerMillion: anyRate,
  cacheWriteNanosPerMillion: anyRate,
  outputNanosPerMillion: anyRate,
})
const anyTokens = fc.nat(3_000)
const anyUsage: fc.Arbitrary<TokenUsage> = fc
  .tuple(anyTokens, anyTokens, anyTokens, anyTokens)
  .map(([fresh, cached, write, output]) => used(fresh, cached, write, output))
const anyMarkup = fc.bigInt(0n, 2_000_000n)
const anyPrice: fc.Arbitrary<PriceVersion> = fc
  .tuple(
    anyRates,
    fc.bigInt(0n, nanosPerUsd),
    fc.uniqueArray(fc.integer({ min: 1, max: 9_000 }), { maxLength: 4 }),
    fc.array(anyRates, { minLength: 4, maxLength: 4 }),
  )
  .map(([base, perRequestNanos, bounds, tierRates]) => ({
    ...price(base, { perRequestNanos }),
    tiers: bounds
      .sort((a, b) => a - b)
      .map((aboveInputTokens, i) => ({ aboveInputTokens, ...tierRates[i]! })),
  }))

describe('the worst case of a call', () => {
  test('is never below what any usage within the bounds costs, in any tier', () => {
    const slack = fc.tuple(fc.nat(500), fc.nat(500), fc.integer({ min: 1, max: 4 }))
    fc.assert(
      fc.property(anyPrice, anyUsage, slack, anyMarkup, (p, usage, [input, output, n], markup) => {
        const bounds = {
          inputTokensMax: inputTokensOf(usage) + input,
          outputTokensMax: Math.ceil(usage.outputTokens / n) + output,
          choices: n,
        }
        const worst = worstCaseOf(p, bounds, markup)
        expect(worst).toBeGreaterThanOrEqual(costOf(p, usage, markup).costNanos)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is reached by some usage: it holds no more than it must', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, anyMarkup, (p, usage, markup) => {
        const inputTokensMax = inputTokensOf(usage)
        const outputTokensMax = usage.outputTokens
        const worst = worstCaseOf(p, { inputTokensMax, outputTokensMax, choices: 1 }, markup)
        const inputs = [...p.tiers.map((t) => t.aboveInputTokens), inputTokensMax]
        const costs = inputs
          .filter((tokens) => tokens <= inputTokensMax)
          .flatMap((t) => [used(t, 0, 0, 0), used(0, t, 0, 0), used(0, 0, t, 0)])
          .map((u) => costOf(p, { ...u, outputTokens: outputTokensMax }, markup).costNanos)
        expect(costs).toContain(worst)
      }),
    )
  })

  test('counts a tier that is cheaper above a boundary as well as the dear one below it', () => {
    const discounted = price(rates(10, 10, 10, 0), {
      tiers: [{ aboveInputTokens: 1_000_000, ...rates(1, 1, 1, 0) }],
    })
    const bounds = { inputTokensMax: 2_000_000, outputTokensMax: 0, choices: 1 }
    expect(formatUsd(worstCaseOf(discounted, bounds))).toBe('10.00')
  })

  test('at the boundary of a tier is that of the tier below, like the cost', () => {
    const bounds = { inputTokensMax: 200_000, outputTokensMax: 0, choices: 1 }
    expect(formatUsd(worstCaseOf(tiered, bounds))).toBe('0.75')
    expect(formatUsd(worstCaseOf(tiered, { ...bounds, inputTokensMax: 200_001 }))).toBe('1.5000075')
  })

  test('multiplies the output by the choices, and the input not', () => {
    const bounds = { inputTokensMax: 1_000_000, outputTokensMax: 1_000_000, choices: 3 }
    expect(formatUsd(worstCaseOf(price(rates(1, 0, 0, 2)), bounds))).toBe('7.00')
  })
})

describe('a price or a usage that is wrong', () => {
  test.each([
    ['a negative rate', price(rates(-1, 0, 0, 0)), 'input'],
    ['a negative flat price', price(rates(0, 0, 0, 0), { perRequestNanos: -1n }), 'per request'],
    [
      'tiers out of order',
      price(rates(1, 1, 1, 1), {
        tiers: [
          { aboveInputTokens: 200, ...rates(1, 1, 1, 1) },
          { aboveInputTokens: 200, ...rates(1, 1, 1, 1) },
        ],
      }),
      'ascend',
    ],
  ])('%s is named', (_name, wrong, word) => {
    expect(priceProblem(wrong)).toContain(word)
  })

  test('a sound price has no problem', () => {
    expect(priceProblem(tiered)).toBeNull()
    expect(implausiblePrice(tiered)).toBeNull()
  })

  test.each([
    ['2.50 per million typed as per token', rates(2_500_000, 0, 0, 0), '2500000.00', '2.50'],
    ['the cheapest model there is', rates(3_000, 0, 0, 0), '3000.00', '0.003'],
    ['only the output', rates(1, 1, 1, 10_000_000), '10000000.00', '10.00'],
  ])('a price of %s is called implausible (T55)', (_name, mistyped, typed, meant) => {
    expect(implausiblePrice(price(mistyped))).toContain(typed)
    expect(implausiblePrice(price(mistyped))).toContain(`${meant} per million`)
  })

  test('the dearest list price known is plausible', () => {
    expect(implausiblePrice(price(rates(150, 0, 0, 600)))).toBeNull()
  })

  test('a price for a thousand requests typed for one is called implausible', () => {
    const mistyped = price(rates(1, 1, 1, 1), { perRequestNanos: 14n * nanosPerUsd })
    expect(implausiblePrice(mistyped)).toContain('per request')
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'a report of %s tokens is not taken for a usage',
    (count) => {
      expect(usageProblem(used(0, 0, 0, count))).toContain('outputTokens')
      expect(usageProblem(used(0, 0, 0, 7))).toBeNull()
    },
  )
})
