/**
 * The same as `npm run prove` makes of stored worlds, smaller and always with the same seed: what the
 * control plane and the gateway load from PostgreSQL, against the rule read over the rows.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { compareStored } from './compare-stored.ts'
import { illFormed } from './ill-formed.ts'

let strict: FreshDatabase
let lax: FreshDatabase
beforeAll(async () => {
  strict = await freshDatabase()
  lax = await freshDatabase()
})
afterAll(async () => {
  await strict.drop()
  await lax.drop()
})

it('stored worlds are decided as the rule says, and rows that are forced in allow nothing', async () => {
  const faultsAtOnce = 4
  const worlds = Math.ceil(illFormed.length / faultsAtOnce)
  const counts = await compareStored({ seed: 1, worlds, faultsAtOnce, strict, lax })
  expect(counts.differences).toEqual([])
  expect(counts.decisions).toBeGreaterThan(20_000)
  expect(counts.gatewayDecisions).toBeGreaterThan(500)
  expect(counts.writeRuleChecks).toBeGreaterThan(200)
  expect(counts.allowed).toBeGreaterThan(500)
  expect(counts.errors).toBeGreaterThan(0)
})
