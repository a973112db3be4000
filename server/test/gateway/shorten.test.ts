/** Less output instead of a refusal, for callers who say so (decision 27): exact, told, and never kept for others. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { poolOf, type Stack, send, settledSnapshot, startStack } from './support/stack.ts'

let stack: Stack
let upstream: Server
/** What the provider was asked, last first. */
const asked: { [field: string]: unknown }[] = []

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    const body = (await json(request)) as (typeof asked)[number]
    asked.unshift(body)
    const allowed = Number(body.max_completion_tokens ?? body.max_tokens ?? 1e6)
    // It always writes as much as it may: no smaller maximum would be safe.
    const usage = { prompt_tokens: 10, completion_tokens: allowed, total_tokens: 10 + allowed }
    const message = { role: 'assistant', content: 'So much.' }
    const choices = [{ index: 0, message, finish_reason: 'length' }]
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', choices, usage }))
  })
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  stack = await startStack()
}, 60_000)
afterAll(async () => {
  await stack.stop()
  upstream.close()
})

const outputNanos = 2_000n
/** A model's whole context of input. */
const inputNanos = 100n * 500n

async function tenant(name: string, amountNanos: bigint) {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const { text } = await world.token(rootId, agent)
  const { port } = upstream.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}/v1`
  const spec = { provider: 'openai-compatible', baseUrl }
  const provider = await world.providerAccount(rootId, 'own', spec, 'key')
  await world.model(rootId, provider, 'counted', { contextTokensMax: 100 })
  const budget = await world.budget(rootId, 'monthly', amountNanos)
  await settledSnapshot(world, stack.first)
  const ask = (path: string, body: object, headers: Record<string, string> = {}) => {
    const messages = [{ role: 'user', content: 'Hello' }]
    const whole = { model: 'own/counted', messages, ...body }
    return send(stack.first.url, text, path, whole, headers)
  }
  return { world, budget, ask }
}

const shorten = { 'x-commonhold-when-short': 'shorten' }

test('a call that does not fit is given a part of what is left, and says so', async () => {
  const { world, budget, ask } = await tenant('a-part', 4n * (inputNanos + 1_000n * outputNanos))
  const refused = await ask('/v1/chat/completions', { max_tokens: 16_000 })
  expect([refused.status, refused.body.error!.code]).toEqual([429, 'exceeds_budget_alone'])

  const shorter = await ask('/v1/chat/completions', { max_tokens: 16_000 }, shorten)
  expect(shorter.status).toBe(200)
  expect(shorter.headers.get('x-commonhold-max-tokens')).toBe('1000')
  expect(asked[0]).toMatchObject({ max_tokens: 1000, messages: [{ content: 'Hello' }] })
  expect(asked[0]!.max_completion_tokens).toBeUndefined()

  const whole = await ask('/v1/chat/completions', { max_tokens: 300 }, shorten)
  expect(whole.status).toBe(200)
  expect(whole.headers.get('x-commonhold-max-tokens')).toBeNull()
  const pool = (await poolOf(world, budget))!
  expect(pool.settled + pool.leased).toBeLessThanOrEqual(4n * (inputNanos + 1_000n * outputNanos))
})

test('who names no maximum and who speaks another format is given one as well', async () => {
  const { ask } = await tenant('no-maximum', 4n * (inputNanos + 500n * outputNanos))
  expect((await ask('/v1/chat/completions', {}, shorten)).status).toBe(200)
  expect(asked[0]!.max_tokens ?? asked[0]!.max_completion_tokens).toBe(500)
  const messages = await ask('/v1/messages', { max_tokens: 9_000 }, shorten)
  expect(messages.status).toBe(200)
  expect(Number(messages.headers.get('x-commonhold-max-tokens'))).toBeGreaterThanOrEqual(256)
  expect(Number(messages.headers.get('x-commonhold-max-tokens'))).toBeLessThan(500)
})

test('a provider that always writes as much as it may is never paid more than the budget', async () => {
  const amountNanos = 10n * (inputNanos + 400n * outputNanos)
  const { world, budget, ask } = await tenant('to-the-end', amountNanos)
  const before = asked.length
  for (let n = 0; n < 40; n++) await ask('/v1/chat/completions', { max_tokens: 8_000 }, shorten)
  const served = asked.slice(0, asked.length - before)
  const paid = served.reduce(
    (sum, { max_tokens: tokens }) => sum + 10n * 500n + BigInt(Number(tokens)) * outputNanos,
    0n,
  )
  expect(paid).toBeLessThanOrEqual(amountNanos)
  // What is left is less than the least that a call is shortened to.
  expect(amountNanos - paid).toBeLessThan(inputNanos + 256n * outputNanos)
  const { settled, leased } = (await poolOf(world, budget))!
  expect(settled + leased).toBeLessThanOrEqual(amountNanos)
})

test('thinking that needs more than is left is refused, and so is what needs little', async () => {
  const { ask } = await tenant('thinking', inputNanos + 300n * outputNanos)
  const thinking = { type: 'enabled', budget_tokens: 2_000 }
  const thought = await ask('/v1/messages', { max_tokens: 9_000, thinking }, shorten)
  expect(thought.status).toBe(429)
  const { ask: again } = await tenant('too-little', inputNanos + 200n * outputNanos)
  expect((await again('/v1/chat/completions', { max_tokens: 900 }, shorten)).status).toBe(429)
})
