import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Id } from '../src/ids.ts'
import {
  asFastFactor,
  byLatency,
  type LatencyEstimate,
  latencyHalfLifeMs,
  latencyMsOf,
  outputTokensTypical,
  withSample,
} from '../src/latency.ts'

const sample = (firstByteMs: number, msPerToken: number | null = null) => ({
  firstByteMs,
  msPerToken,
})

function after(samples: readonly number[], everyMs = 10): [LatencyEstimate, number] {
  let estimate: LatencyEstimate | undefined
  let nowMs = 0
  for (const ms of samples) {
    nowMs += everyMs
    estimate = withSample(estimate, sample(ms), nowMs)
  }
  return [estimate!, nowMs]
}

describe('the estimate of a latency', () => {
  test('follows what is measured now, and not what was', () => {
    const [estimate, nowMs] = after([...Array(100).fill(100), ...Array(60).fill(1_000)])
    expect(latencyMsOf(estimate, nowMs)).toBeGreaterThan(900)
  })

  test('counts a sample half after each half-life', () => {
    const slow = withSample(undefined, sample(1_000), 0)
    const mixed = withSample(slow, sample(100), latencyHalfLifeMs)
    expect(latencyMsOf(mixed, latencyHalfLifeMs)).toBeCloseTo((1_000 * 0.5 + 100) / 1.5, 6)
  })

  test('is forgotten when nothing new comes', () => {
    const [estimate, nowMs] = after(Array(1_000).fill(100))
    expect(latencyMsOf(estimate, nowMs + latencyHalfLifeMs)).toBeCloseTo(100)
    expect(latencyMsOf(estimate, nowMs + 7 * latencyHalfLifeMs)).toBeNull()
    const lone = withSample(undefined, sample(100), 0)
    expect(latencyMsOf(lone, 2 * latencyHalfLifeMs + 1)).toBeNull()
    expect(latencyMsOf(undefined, 0)).toBeNull()
  })

  test('adds what a typical answer takes to write, where that was timed', () => {
    const estimate = withSample(undefined, sample(200, 10), 0)
    expect(latencyMsOf(estimate, 0)).toBe(200 + 10 * outputTokensTypical)
    const later = withSample(estimate, sample(200), 1)
    expect(latencyMsOf(later, 1)).toBeCloseTo(200 + 10 * outputTokensTypical, 3)
  })

  test('stays between the least and the most that was measured', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100_000), { minLength: 1, maxLength: 50 }),
        fc.integer({ min: -1_000, max: 60_000 }),
        (samples, everyMs) => {
          const [estimate, nowMs] = after(samples, everyMs)
          const ms = latencyMsOf(estimate, nowMs)!
          expect(ms).toBeGreaterThanOrEqual(Math.min(...samples) - 1e-6)
          expect(ms).toBeLessThanOrEqual(Math.max(...samples) + 1e-6)
        },
      ),
    )
  })
})

describe('the order by latency', () => {
  const target = (name: string, weight = 1) => ({ modelId: `mdl_${name}` as Id<'mdl'>, weight })
  const order = (
    targets: ReturnType<typeof target>[],
    ms: Record<string, number | null>,
    random: number,
  ) =>
    byLatency(targets, (id) => ms[id.slice(4)] ?? null, random)
      .map(({ modelId }) => modelId.slice(4))
      .join('')

  test('begins with the fastest, whatever its weight', () => {
    const targets = [target('a', 100), target('b'), target('c')]
    expect(order(targets, { a: 900, b: 100, c: 300 }, 0.99)).toBe('bca')
  })

  test('shares among those that are as fast, by weight', () => {
    const targets = [target('a', 3), target('b', 1), target('c', 1)]
    const ms = { a: 100, b: 100 * asFastFactor, c: 500 }
    expect(order(targets, ms, 0.74)).toBe('abc')
    expect(order(targets, ms, 0.76)).toBe('bac')
  })

  test('tries what is not known as often as its weight has it', () => {
    const targets = [target('a'), target('b', 2), target('c')]
    const firsts = Array.from({ length: 4_000 }, (_, i) =>
      order(targets, { a: 100, b: null, c: null }, (i + 0.5) / 4_000),
    ).map((names) => names[0])
    const part = (name: string) => firsts.filter((one) => one === name).length / 4_000
    expect(part('a')).toBeCloseTo(0.25, 2)
    expect(part('b')).toBeCloseTo(0.5, 2)
    expect(part('c')).toBeCloseTo(0.25, 2)
  })

  test('has every target once, is the same for the same number, and never a slower one first', () => {
    const drawn = fc.record({
      weight: fc.integer({ min: 1, max: 1_000 }),
      ms: fc.option(fc.nat(10_000)),
    })
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 12 }), random, (list, number) => {
        const targets = list.map(({ weight }, i) => target(String(i), weight))
        const ms = (id: Id<'mdl'>) => list[Number(id.slice(4))]!.ms
        const found = byLatency(targets, ms, number)
        expect(new Set(found)).toEqual(new Set(targets))
        expect(found).toHaveLength(targets.length)
        expect(byLatency(targets, ms, number)).toEqual(found)
        const known = list.flatMap((one) => one.ms ?? [])
        const firstMs = ms(found[0]!.modelId)
        if (firstMs !== null) {
          expect(firstMs).toBeLessThanOrEqual(Math.min(...known) * asFastFactor)
        }
      }),
    )
  })
})
