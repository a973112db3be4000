import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountNanosMax, dividedRoundingUp, formatUsd, parseUsd } from '../src/money.ts'

describe('an amount that is typed', () => {
  test.each([
    ['0', 0n],
    ['0.00', 0n],
    ['1', 1_000_000_000n],
    ['12.50', 12_500_000_000n],
    ['0.000001250', 1_250n],
    ['0.000000001', 1n],
    ['1000000000', amountNanosMax],
  ])('%s is read exactly', (text, nanos) => {
    expect(parseUsd(text)).toEqual({ ok: true, nanos })
  })

  test.each([
    ['', 'empty'],
    ['-1', 'negative'],
    ['+1', 'not a plain decimal'],
    ['1e3', 'not a plain decimal'],
    ['1,000', 'not a plain decimal'],
    [' 1', 'not a plain decimal'],
    ['1\n', 'not a plain decimal'],
    ['.5', 'not a plain decimal'],
    ['5.', 'not a plain decimal'],
    ['007', 'not a plain decimal'],
    ['1.2.3', 'not a plain decimal'],
    ['0x10', 'not a plain decimal'],
    ['NaN', 'not a plain decimal'],
    ['Infinity', 'not a plain decimal'],
    ['١', 'not a plain decimal'],
    ['0.0000000001', 'nine digits'],
    ['1000000000.000000001', 'above the maximum of 1000000000.00 US dollars'],
    ['9'.repeat(1_000_000), 'longer than'],
  ])('%j is refused with a sentence that says why', (text, reason) => {
    const parsed = parseUsd(text)
    expect(parsed).toMatchObject({ ok: false, reason: expect.stringContaining(reason) })
  })

  test('is refused above the maximum that the caller gives', () => {
    expect(parseUsd('2.00', 2_000_000_000n)).toEqual({ ok: true, nanos: 2_000_000_000n })
    expect(parseUsd('2.01', 2_000_000_000n).ok).toBe(false)
  })
})

describe('an amount that is shown', () => {
  test.each([
    [0n, '0.00'],
    [1n, '0.000000001'],
    [1_250n, '0.00000125'],
    [12_500_000_000n, '12.50'],
    [-250_000_000n, '-0.25'],
    [amountNanosMax, '1000000000.00'],
  ])('%s nanos reads %s', (nanos, text) => {
    expect(formatUsd(nanos)).toBe(text)
  })

  test('reads back as the same amount, to the nano', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, amountNanosMax), (nanos) => {
        expect(parseUsd(formatUsd(nanos))).toEqual({ ok: true, nanos })
      }),
    )
  })
})

test('no text at all makes the parser throw, or accept what is not a number', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseUsd(text)
      if (parsed.ok) expect(Number(text)).toBeCloseTo(Number(parsed.nanos) / 1e9, 6)
      else expect(parsed.reason).toMatch(/\.$/)
    }),
  )
})

test('rounding up never rounds away, and never by a whole unit', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 30n), fc.bigInt(1n, 10n ** 15n), (dividend, divisor) => {
      const rounded = dividedRoundingUp(dividend, divisor)
      expect(rounded * divisor >= dividend).toBe(true)
      expect((rounded - 1n) * divisor < dividend).toBe(true)
    }),
  )
})
