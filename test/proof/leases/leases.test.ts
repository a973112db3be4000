/**
 * The lease protocol, in every order: two processes, crashes, a network that loses, repeats and delays. In
 * every state that can be reached, `settled + held` is within every limit, so is what the provider has
 * consumed, nothing is billed twice, and all of it can come home. `npm run prove -- leases` goes further.
 */
import { expect, it } from 'vitest'
import { explore } from './explore.ts'
import { faults } from './faults.ts'
import { realRules } from './rules.ts'
import { small } from './scenarios.ts'

it.each(Object.entries(small))('no state breaks a limit or strands money: %s', (name, scenario) => {
  const { wrong, isWhole, states } = explore(scenario)
  expect(wrong).toBeNull()
  expect(isWhole).toBe(true)
  // A world in which nothing happens would prove nothing.
  expect(states, name).toBeGreaterThan(1_000)
})

it.each(faults)('finds the fault: $name', ({ scenario, rules }) => {
  const { wrong } = explore(small[scenario], { rules: { ...realRules, ...rules } })
  expect(wrong).not.toBeNull()
})
