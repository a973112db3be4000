/** A few seeds of what `npm run prove -- simulation` does with many; the goals are those of the design. */
import { expect, it } from 'vitest'
import { realRules } from '../rules.ts'
import { calm, policyNow, raises, rough } from './setting.ts'
import { simulate } from './simulate.ts'

it('eight gateways in calm traffic spend a budget nearly whole, and no nano more', () => {
  const figures = simulate(calm, policyNow, 1)
  expect(figures.differences).toEqual([])
  expect(figures.overspentNanos).toBe(0n)
  expect(figures.refused).toBeGreaterThan(1_000)
  expect(figures.spentAtFirstRefusalMean).toBeGreaterThanOrEqual(0.9)
  expect(figures.spentAtEndLeast).toBeGreaterThanOrEqual(0.99)
})

it.each([1, 2])(
  'crashes, partitions, slow disks and wrong clocks do not overspend: seed %i',
  (seed) => {
    const figures = simulate({ ...rough, callsPerBudget: 1_000 }, policyNow, seed)
    expect(figures.differences).toEqual([])
    expect(figures.overspentNanos).toBe(0n)
    expect(figures.crashes).toBeGreaterThan(20)
    expect(figures.unknown).toBeGreaterThan(100)
    // What a dead process keeps from the others until it is back.
    expect(figures.strandedMost).toBeLessThan(0.1)
  },
)

it('the same seed gives the same figures', () => {
  const small = { ...rough, budgets: 3, callsPerBudget: 100 }
  expect(simulate(small, policyNow, 7)).toEqual(simulate(small, policyNow, 7))
})

it('a raise that ends in the middle is not spent afterwards, whatever is lost', () => {
  const figures = simulate(raises, policyNow, 1)
  expect(figures.differences).toEqual([])
  expect(figures.crashes).toBeGreaterThan(2)
})

it('finds it where what an answer brings is used though its pool is above its limit', () => {
  const rules = { ...realRules, givesUpWhenOver: false }
  expect(simulate(raises, policyNow, 1, rules).overspentNanos).toBeGreaterThan(0n)
})
