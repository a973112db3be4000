/** Calls against budgets and usage limits: which pass, which are refused, and what the books say. */
import type { Id, Permission } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Answer,
  chat,
  eventually,
  poolOf,
  type Running,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  usageOf,
} from './support/stack.ts'
import { sandboxPrice, type World } from './support/world.ts'

let stack: Stack
let second: Running
beforeAll(async () => {
  stack = await startStack()
  second = await stack.gateway()
})
afterAll(() => stack.stop())

const use: Permission[] = ['model:use', 'virtual-model:use']

interface Tenant {
  readonly world: World
  readonly agent: Id<'va'>
  readonly token: string
  readonly model: Id<'mdl'>
  readonly url: string
}

/** One virtual account with one model, whose calls are held at exactly `heldNanos` below. */
async function tenant(name: string): Promise<Tenant> {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, use)
  const token = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  const model = await world.model(rootId, provider, 'sandbox-fast', { contextTokensMax: 100 })
  await world.model(rootId, provider, 'sandbox-slow', { contextTokensMax: 100 })
  return { world, agent, token: token.text, model, url: stack.first.url }
}

/** A context of 100 tokens and 10 of output, at the sandbox's price. */
const heldNanos = 100n * 500n + 10n * 2000n
const small = { max_tokens: 10 }
const name = 'sandbox/sandbox-fast'
/** Runs for a second, so that calls which are sent together run together. */
const slowName = 'sandbox/sandbox-slow'
const slow = { max_tokens: 50 }
const slowHeldNanos = 100n * 500n + 50n * 2000n

function codes(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const key = status === 200 ? 'ok' : body.error!.code
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

test('T1, T13: of 50 concurrent calls on a balance for one, exactly one passes', async () => {
  const { world, token, url } = await tenant('one-of-fifty')
  const budget = await world.budget(world.rootId, 'monthly', slowHeldNanos)
  await settledSnapshot(world, stack.first)
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => chat(url, token, slowName, slow)),
  )
  // Who comes after the one has ended finds its cost instead of its hold: refused all the same.
  const { ok, budget_held: held = 0, budget_exhausted: exhausted = 0 } = codes(answers)
  expect([ok, held + exhausted]).toEqual([1, 49])
  const refused = answers.find(({ body }) => body.error?.code === 'budget_held')!
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.body.error!.message).toContain("Budget 'monthly' (account)")
  const [row] = await usageOf(world, 1)
  expect(await poolOf(world, budget)).toMatchObject({ settled: row!.costNanos })
})

test('T3: the very first request of a counter that nobody has used is limited already', async () => {
  const { world, token, url } = await tenant('first-request')
  await world.budget(world.rootId, 'monthly', 3n * slowHeldNanos)
  await settledSnapshot(world, stack.first)
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => chat(url, token, slowName, slow)),
  )
  expect(codes(answers)).toEqual({ ok: 3, budget_held: 5 })
})

test('T5, T7: two gateways share one budget and together never pass it', async () => {
  const { world, token, url } = await tenant('two-gateways')
  const limit = 20n * heldNanos
  const budget = await world.budget(world.rootId, 'monthly', limit)
  await settledSnapshot(world, stack.first)
  await settledSnapshot(world, second)
  let passed = 0
  for (let round = 0; round < 12; round++) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => chat(i % 2 ? url : second.url, token, name, small)),
    )
    passed += codes(answers).ok ?? 0
    const pool = await poolOf(world, budget)
    expect(pool!.settled + pool!.leased).toBeLessThanOrEqual(limit)
    expect(pool!.remaining).toBe(pool!.leased)
  }
  const rows = await usageOf(world, passed)
  const spent = rows.reduce((sum, row) => sum + row.costNanos, 0n)
  await eventually('all is settled', async () => (await poolOf(world, budget))!.settled === spent)
  expect(spent).toBeLessThanOrEqual(limit)
})

test('T17: without max_tokens the model’s limit is held, and given back when the call ends', async () => {
  const { world, token, url, model } = await tenant('headroom')
  expect(model).toBeDefined()
  // Room for one call at the model's limit of 16,384 tokens, and a little more.
  await world.budget(world.rootId, 'monthly', 100n * 500n + 16_384n * 2000n + 1_000_000n)
  await settledSnapshot(world, stack.first)
  for (let i = 0; i < 5; i++) expect((await chat(url, token, name)).status).toBe(200)
  await usageOf(world, 5)
})

test('T29: a budget of zero is zero, and lets only what is free pass', async () => {
  const { world, token, url } = await tenant('zero-budget')
  const provider = await world.providerAccount(world.rootId, 'free')
  const price = { inputPerMillionUsd: '0', outputPerMillionUsd: '0' }
  await world.model(world.rootId, provider, 'sandbox-fast', { price })
  await world.budget(world.rootId, 'nothing', 0n)
  await settledSnapshot(world, stack.first)
  const refused = await chat(url, token, name)
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'exceeds_budget_alone' } } })
  expect(refused.headers.get('x-should-retry')).toBe('false')
  expect((await chat(url, token, 'free/sandbox-fast')).status).toBe(200)
})

test('a model without a price is refused as soon as a money budget is in force', async () => {
  const { world, token, url } = await tenant('unpriced')
  const provider = await world.providerAccount(world.rootId, 'unpriced')
  const model = await world.model(world.rootId, provider, 'sandbox-fast', { price: null })
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, 'unpriced/sandbox-fast')).status).toBe(200)
  await world.budget(world.rootId, 'monthly', 10n ** 12n)
  await settledSnapshot(world, stack.first)
  const refused = await chat(url, token, 'unpriced/sandbox-fast')
  expect(refused).toMatchObject({ status: 403, body: { error: { code: 'price_unknown' } } })
  await world.price(world.rootId, model, sandboxPrice)
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, 'unpriced/sandbox-fast')).status).toBe(200)
})

test('T31: a team’s budget counts its members, and nobody’s own budget stands in for it', async () => {
  const { world, token, url, agent } = await tenant('team-budget')
  const { rootId } = world
  const other = await world.virtualAccount(rootId, 'other')
  await world.grant(rootId, { principal: other }, use)
  const outsider = await world.token(rootId, other)
  const team = await world.team(rootId, 'red', [agent])
  const teamBudget = await world.budget(rootId, 'of-red', heldNanos * 2n, { team })
  const own = await world.budget(rootId, 'own', 10n ** 12n, { principal: agent })
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, name, small)).status).toBe(200)
  const [row] = await usageOf(world, 1)
  await eventually('both counted', async () => {
    const pools = [await poolOf(world, teamBudget), await poolOf(world, own)]
    return pools.every((pool) => pool?.settled === row!.costNanos)
  })
  expect((await chat(url, outsider.text, name, small)).status).toBe(200)
  await usageOf(world, 2)
  expect((await poolOf(world, teamBudget))!.settled).toBe(row!.costNanos)
})

test('every level of budget counts, and the refusal names the one that is full', async () => {
  const { world, url, agent, model } = await tenant('levels')
  const { rootId } = world
  const tokens = [await world.token(rootId, agent), await world.token(rootId, agent)]
  await world.budget(rootId, 'of-model', 10n ** 12n, { model })
  await world.budget(rootId, 'of-token', heldNanos - 1n, { token: tokens[0]!.id })
  await settledSnapshot(world, stack.first)
  const refused = await chat(url, tokens[0]!.text, name, small)
  expect(refused.body.error!.message).toContain("Budget 'of-token' (token)")
  expect((await chat(url, tokens[1]!.text, name, small)).status).toBe(200)
})

test('a budget in audit mode refuses nothing and flags what is above it', async () => {
  const { world, token, url } = await tenant('audit-mode')
  const budget = await world.budget(world.rootId, 'watched', 1n, {}, { mode: 'audit' })
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, name)).status).toBe(200)
  const [row] = await usageOf(world, 1)
  expect(row!.metadata).toEqual({ overAuditBudgets: ['watched'] })
  expect((await poolOf(world, budget))!.settled).toBe(row!.costNanos)
})

test('a lowered budget binds the very next call', async () => {
  const { world, token, url } = await tenant('lowered')
  await world.budget(world.rootId, 'monthly', 10n ** 12n)
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, name, small)).status).toBe(200)
  await world.run((tx) => tx.updateTable('budget').set({ amountNanos: 1n }).execute())
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, name, small)).status).toBe(429)
})

test('requests, tokens and concurrency are limited by the same primitive', async () => {
  const requests = await tenant('limit-requests')
  await requests.world.usageLimit(requests.world.rootId, 'rate', 'requests', 2n, 86_400)
  const tokens = await tenant('limit-tokens')
  await tokens.world.usageLimit(tokens.world.rootId, 'rate', 'tokens', 220n, 86_400)
  const slots = await tenant('limit-concurrency')
  await slots.world.usageLimit(slots.world.rootId, 'slots', 'concurrency', 3n)
  for (const { world } of [requests, tokens, slots]) await settledSnapshot(world, stack.first)

  const five = ({ token, url }: Tenant, model = name, more = small) =>
    Promise.all(Array.from({ length: 5 }, () => chat(url, token, model, more)))
  expect(codes(await five(requests)).ok).toBe(2)
  expect(codes(await five(tokens)).ok).toBe(2)
  expect(codes(await five(slots, slowName, slow))).toEqual({ ok: 3, usage_limit_held: 2 })
  expect(codes(await five(requests))).toEqual({ usage_limit_exhausted: 5 })
  expect(codes(await five(slots, slowName, slow)).ok).toBe(3)
})

test('GET /v1/key tells the caller every layer that applies, with what is left of it', async () => {
  const { world, token, url, agent } = await tenant('key-told')
  await world.budget(world.rootId, 'monthly', heldNanos * 10n)
  await world.budget(world.rootId, 'own', heldNanos * 5n, { principal: agent }, { period: 'day' })
  await world.usageLimit(world.rootId, 'rate', 'requests', 100n, 3600)
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, name, small)).status).toBe(200)
  const { body } = await send(url, token, '/v1/key')
  const [row] = await usageOf(world, 1)
  expect(body.account!.name).toBe('root')
  expect(body.models).toEqual([name, slowName])
  const layers = body.limits!.map(({ name: of, level, settled_nanos, held_nanos, settled }) => ({
    of,
    level,
    settled: settled_nanos ?? settled,
    held: held_nanos,
  }))
  const cost = row!.costNanos.toString()
  expect(layers).toEqual([
    { of: 'monthly', level: 'account', settled: cost, held: '0' },
    { of: 'own', level: 'virtual-account', settled: cost, held: '0' },
    { of: 'rate', level: 'account', settled: 1, held: undefined },
  ])
})

test('T15: what a provider reports beyond the hold is booked in full and flagged', async () => {
  const { world, token, url } = await tenant('over-hold')
  const provider = await world.providerAccount(world.rootId, 'understated')
  // Declared with room for one token of output: the sandbox answers with many more.
  const spec = { contextTokensMax: 1, outputTokensMax: 1 }
  await world.model(world.rootId, provider, 'sandbox-fast', spec)
  const budget = await world.budget(world.rootId, 'monthly', 3000n)
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token, 'understated/sandbox-fast')).status).toBe(200)
  const [row] = await usageOf(world, 1)
  expect(row!.costNanos).toBeGreaterThan(3000n)
  expect(row).toMatchObject({ overHold: true, heldNanos: 2500n })
  expect(await poolOf(world, budget)).toMatchObject({ settled: row!.costNanos, leased: 0n })
  const next = await chat(url, token, 'understated/sandbox-fast')
  expect(next.body.error!.code).toBe('budget_exhausted')
})

test('T65: a limit on tokens counts the tokens of each call, in every format, and not its requests', async () => {
  const { world, token, url } = await tenant('tokens')
  const limit = await world.usageLimit(world.rootId, 'tokens', 'tokens', 1_000n, 3_600)
  await settledSnapshot(world, stack.first)
  const asked = { model: name, max_tokens: 10, messages: [{ role: 'user', content: 'x' }] }
  const paths = ['/v1/chat/completions', '/v1/messages', '/v1/responses'] as const
  for (const path of paths) {
    const body = path.endsWith('responses')
      ? { model: name, max_output_tokens: 10, input: 'x' }
      : asked
    for (const streamed of [false, true]) {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ ...body, stream: streamed }),
      })
      expect([path, response.status]).toEqual([path, 200])
      await response.text()
    }
  }
  const served = () => stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
  const counted = async () => (await poolOf(world, limit))!.settled
  const used = () => BigInt(served().inputTokens + served().outputTokens)
  expect(used()).toBeGreaterThan(60n)
  await eventually('all is counted', async () => (await counted()) === used())
  // It ends by tokens, after far fewer requests than it has tokens.
  let refused: Answer | null = null
  for (let calls = 0; refused === null && calls < 100; calls++) {
    const answer = await chat(url, token, name, small)
    if (answer.status !== 200) refused = answer
  }
  expect(refused!.body.error!.code).toMatch(/^usage_limit_|^exceeds_usage_limit/)
  await eventually('all is counted', async () => (await counted()) === used())
  expect(used()).toBeLessThanOrEqual(1_000n)
})
