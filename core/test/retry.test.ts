import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMsMax, backoffMsMin, retryDelayMs } from '../src/retry.ts'

const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('waits twice as long each time, half of it by chance', () => {
  expect(retryDelayMs(0, null, 0)).toBe(backoffMsMin / 2)
  expect(retryDelayMs(2, null, 0.5)).toBe(4 * backoffMsMin * 0.75)
})

test('waits as long as the provider asks for, if that is short, and else not at all', () => {
  expect(retryDelayMs(0, 1_500, 0.5)).toBe(1_500)
  expect(retryDelayMs(0, backoffMsMax + 1, 0.5)).toBeNull()
})

test('never waits longer than the maximum, nor shorter than was asked for', () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.option(fc.nat(10_000)), anyRandom, (retry, after, random) => {
      const ms = retryDelayMs(retry, after, random)
      expect(ms === null).toBe(after !== null && after > backoffMsMax)
      if (ms === null) return
      expect(ms).toBeLessThanOrEqual(backoffMsMax)
      expect(ms).toBeGreaterThanOrEqual(Math.max(after ?? 0, backoffMsMin / 2))
    }),
  )
})
