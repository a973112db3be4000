/**
 * The same comparison as `npm run prove` makes, smaller and always with the same seed. A difference is
 * printed with the world and the question that show it.
 */
import { refusalReasons } from '@commonhold/core'
import { expect, it } from 'vitest'
import { comparePure } from './compare.ts'

const seed = 1
const worlds = 300
const cedarEvery = 10

it('decide, the rule written for reading, and Cedar agree in every random world', () => {
  const counts = comparePure({ seed, firstWorld: 0, worlds, cedarEvery })
  expect(counts.differences).toEqual([])
  expect(counts.cedarErrors).toBe(0)
  expect(counts.decisions).toBe(60_000)
  expect(counts.cedarDecisions).toBe(6_000)
  expect(counts.cedarRequests).toBe(240)
  // A comparison that only ever sees refusals, or one reason, would prove little.
  for (const verdict of ['allowed', ...refusalReasons]) {
    if (verdict === 'error_while_deciding') continue
    expect(counts.verdicts[verdict], verdict).toBeGreaterThan(100)
  }
  expect(counts.verdicts.allowed).toBeGreaterThan(3_000)
})
