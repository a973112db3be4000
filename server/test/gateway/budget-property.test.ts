/**
 * Whatever the calls, their sizes and the gateway that they go to: settled + held never passes the
 * limit, what is leased is what the leases hold, and in the end the pool says what the records say.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  chat,
  eventually,
  poolOf,
  type Running,
  type Stack,
  settledSnapshot,
  startStack,
  stream,
} from './support/stack.ts'

let stack: Stack
let second: Running
let made = 0
beforeAll(async () => {
  stack = await startStack()
  second = await stack.gateway()
})
afterAll(() => stack.stop())

const call = fc.record({
  maxTokens: fc.integer({ min: 1, max: 60 }),
  model: fc.constantFrom('sandbox-fast', 'sandbox-slow', 'sandbox-error-event', 'sandbox-429'),
  isStream: fc.boolean(),
  isSecond: fc.boolean(),
  leavesAfter: fc.option(fc.integer({ min: 1, max: 10 }), { nil: null }),
})

async function books(
  limitNanos: bigint,
  calls: readonly (typeof call extends fc.Arbitrary<infer T> ? T : never)[],
) {
  const world = await stack.world(`property-${++made}`)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const token = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const model of ['sandbox-fast', 'sandbox-slow', 'sandbox-error-event', 'sandbox-429']) {
    await world.model(rootId, provider, model, { contextTokensMax: 100 })
  }
  const budget = await world.budget(rootId, 'monthly', limitNanos)
  await settledSnapshot(world, stack.first)
  await settledSnapshot(world, second)

  const running = calls.map(async ({ maxTokens, model, isStream, isSecond, leavesAfter }) => {
    const { url } = isSecond ? second : stack.first
    const name = `sandbox/${model}`
    const more = { max_tokens: maxTokens }
    if (!isStream) return void (await chat(url, token.text, name, more))
    await stream(url, token.text, name, more, (seen) => seen.length > (leavesAfter ?? 1_000))
  })
  let isOver = false
  const over = Promise.all(running).then(() => {
    isOver = true
  })
  while (!isOver) {
    const pool = await poolOf(world, budget)
    if (pool) {
      expect(pool.settled + pool.leased).toBeLessThanOrEqual(limitNanos)
      expect(pool.remaining).toBe(pool.leased)
    }
  }
  await over
  await eventually('all is returned and settled', async () => {
    const pool = await poolOf(world, budget)
    const rows = await world.run((tx) => tx.selectFrom('usageRecord').select('costNanos').execute())
    const spent = rows.reduce((sum, row) => sum + row.costNanos, 0n)
    return pool === null ? spent === 0n : pool.leased === 0n && pool.settled === spent
  })
}

test('no mix of calls on two gateways spends more than the budget', {
  timeout: 60_000,
}, async () => {
  const limit = fc.bigInt({ min: 0n, max: 1_500_000n })
  const calls = fc.array(call, { minLength: 1, maxLength: 30 })
  await fc.assert(fc.asyncProperty(limit, calls, books), { numRuns: 8, endOnFailure: true })
})
