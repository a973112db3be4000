/** What a process keeps in mind of models, on a clock of the test's own. */
import { circuitFailuresMax, type Id, restMsMin } from '@commonhold/core'
import { expect, test } from 'vitest'
import { circuitsMax, Health } from '../../src/gateway/upstream/health.ts'
import { estimatesMax, Latencies } from '../../src/gateway/upstream/latencies.ts'
import { quietLog } from './support/quiet-log.ts'

const mdl = (name: string | number) => `mdl_${name}` as Id<'mdl'>

function failing(health: Health, name: string, nowMs: number): void {
  for (let i = 0; i < circuitFailuresMax; i++) health.failed(mdl(name), 'overloaded', nowMs)
}

test('a model that fails rests, is probed by one request, and is well again', () => {
  const health = new Health(quietLog)
  failing(health, 'a', 0)
  expect(health.isInTurn(mdl('a'), 1)).toBe(false)
  expect(health.stats(1)).toMatchObject({ states: { open: 1 }, opened: 1 })
  expect(health.isInTurn(mdl('a'), restMsMin)).toBe(true)
  expect(health.begun(mdl('a'), restMsMin)).toBe(true)
  expect(health.isInTurn(mdl('a'), restMsMin)).toBe(false)
  expect(health.begun(mdl('a'), restMsMin)).toBe(false)
  health.undecided(mdl('a'))
  expect(health.isInTurn(mdl('a'), restMsMin)).toBe(true)
  health.begun(mdl('a'), restMsMin)
  health.failed(mdl('a'), 'overloaded', restMsMin)
  expect(health.isInTurn(mdl('a'), 2 * restMsMin)).toBe(false)
  expect(health.isInTurn(mdl('a'), 3 * restMsMin)).toBe(true)
  health.succeeded(mdl('a'), 3 * restMsMin)
  expect(health.stats(3 * restMsMin).states).toEqual({
    closed: 0,
    open: 0,
    half_open: 0,
    parked: 0,
  })
})

test('what is kept in mind is bounded, and what changed last is kept', () => {
  const health = new Health(quietLog)
  const latencies = new Latencies()
  for (let i = 0; i < circuitsMax + 50; i++) health.parked(mdl(i), 1_000, 0)
  for (let i = 0; i < estimatesMax + 50; i++) {
    latencies.observe(mdl(i), true, { firstByteMs: 5, msPerToken: null }, 0)
  }
  expect(health.stats(1).states.parked).toBe(circuitsMax)
  expect(health.isInTurn(mdl(0), 1)).toBe(true)
  expect(health.isInTurn(mdl(circuitsMax + 49), 1)).toBe(false)
  expect(latencies.msOf(mdl(0), true, 0)).toBeNull()
  expect(latencies.msOf(mdl(estimatesMax + 49), true, 0)).toBe(5)
  expect(latencies.msOf(mdl(estimatesMax + 49), false, 0)).toBeNull()
})
