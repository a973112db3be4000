/**
 * The same as `npm run prove` makes of sequences, shorter and always with the same seed: two servers, one
 * of which is killed, and whoever may do what after each act.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { noAccess, steps, unthoughtOf } from './coverage.ts'
import { runSequence } from './run.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

it('every operation that changes something is a step, or changes nobody’s access', () => {
  expect(unthoughtOf()).toEqual([])
  const both = steps.filter(({ operation }) => noAccess.has(operation))
  expect(both).toEqual([])
})

it('after each act, every process answers as the rule does', async () => {
  const counts = await runSequence({ seed: 1, rounds: 15, checks: 6, kills: 1, database })
  expect(counts.differences).toEqual([])
  expect(counts.kills).toBe(1)
  expect(counts.decisions).toBeGreaterThan(130)
  expect(counts.gatewayDecisions).toBeGreaterThan(50)
  expect(counts.allowed).toBeGreaterThan(10)
})
