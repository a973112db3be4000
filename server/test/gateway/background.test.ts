/**
 * Responses in the background by OpenAI's library: held when submitted, settled once from their result
 * whoever asks or nobody, free to ask about (case T53), and nobody else's.
 */
import { type Id, uuidOf } from '@commonhold/core'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { updateAccount } from '../../src/store/account.ts'
import { deleteContents } from '../../src/store/account-removal.ts'
import {
  eventually,
  poolOf,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  usageOf,
} from './support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ tuning: { followMs: 50 } })
})
afterAll(() => stack.stop())

const models = ['fast', 'slow', 'stall', 'cut', '429', 'error-event', 'no-usage', 'cached']
const hour = 3_600_000

async function tenant(name: string) {
  const world = await stack.world(name)
  const { rootId } = world
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const model of models) await world.model(rootId, provider, `sandbox-${model}`)
  const other = await world.providerAccount(rootId, 'other')
  await world.model(rootId, other, 'sandbox-fast')
  const agent = async (agentName: string) => {
    const id = await world.virtualAccount(rootId, agentName)
    await world.grant(rootId, { principal: id }, ['model:use'])
    const { text } = await world.token(rootId, id)
    return new OpenAI({ baseURL: `${stack.first.url}/v1`, apiKey: text, maxRetries: 0 })
  }
  const openai = await agent('agent')
  const budget = await world.budget(rootId, 'all', 10n ** 9n)
  const known = () => settledSnapshot(world, stack.first)
  const served = () => stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
  return { world, openai, agent, budget, known, served }
}

const submit = (openai: OpenAI, model: string, more: object = {}) =>
  openai.responses.create({
    model: `sandbox/sandbox-${model}`,
    input: 'Think about commons.',
    max_output_tokens: 100,
    background: true,
    ...more,
  } as OpenAI.Responses.ResponseCreateParamsNonStreaming)

const ended = (openai: OpenAI, id: string) =>
  eventually('the response is over', async () => {
    const response = await openai.responses.retrieve(id)
    return response.status !== 'in_progress' && response
  })

/** As if it had been submitted so long ago. */
async function age({ world }: Awaited<ReturnType<typeof tenant>>, ms: number) {
  const createdAt = new Date(Date.now() - ms)
  await world.run((tx) => tx.updateTable('backgroundResponse').set({ createdAt }).execute())
}

test('T53: it is held when submitted and billed once from its result, however often it is polled', async () => {
  const { world, openai, budget, known, served } = await tenant('polled')
  await known()
  const first = await submit(openai, 'slow')
  expect(first).toMatchObject({ object: 'response', status: 'in_progress', background: true })
  expect(first.id).toMatch(/^resp_[0-9a-z]{26}$/)
  const held = (await poolOf(world, budget))!
  expect([held.settled, held.leased]).toEqual([0n, held.remaining])
  expect(held.leased).toBeGreaterThan(100n * 2_000n)
  const over = await ended(openai, first.id)
  for (let poll = 0; poll < 5; poll++) await openai.responses.retrieve(first.id)
  expect([over.id, over.output_text.includes('sandbox')]).toEqual([first.id, true])
  const { inputTokens, outputTokens, requests } = served()
  const cost = BigInt(inputTokens * 500 + outputTokens * 2_000)
  expect(requests).toBe(1)
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'ok', numbersFrom: 'provider', costNanos: cost })
  const pool = (await poolOf(world, budget))!
  expect([pool.settled, pool.leased]).toEqual([cost, 0n])
  const items = await openai.responses.inputItems.list(first.id, { limit: 10 })
  expect(items.data).toMatchObject([{ role: 'user' }])
})

test('it is settled though nobody asks, and by a gateway that never heard of it', async () => {
  const { world, openai, known } = await tenant('unasked')
  await known()
  // All gateways go while it runs; what comes back has nothing but the database.
  const own = await stack.gateway({ tuning: { followMs: 600_000 } })
  await settledSnapshot(world, own)
  const here = new OpenAI({ baseURL: `${own.url}/v1`, apiKey: openai.apiKey, maxRetries: 0 })
  const { id } = await submit(here, 'slow')
  await own.stop()
  const later = await stack.gateway()
  const [row] = await usageOf(world, 1)
  expect([row!.status, row!.requestId]).toEqual(['ok', uuidOf(id as Id)])
  const there = new OpenAI({ baseURL: `${later.url}/v1`, apiKey: openai.apiKey, maxRetries: 0 })
  expect((await there.responses.retrieve(id)).status).toBe('completed')
  await later.stop()
  await usageOf(world, 1)
})

test('a cancelled one is billed for what was seen, and the rest of its hold is free', async () => {
  const { world, openai, budget, known } = await tenant('cancelled')
  await known()
  const { id } = await submit(openai, 'stall')
  const cancelled = await openai.responses.cancel(id)
  expect([cancelled.id, cancelled.status]).toEqual([id, 'cancelled'])
  expect((await openai.responses.cancel(id)).status).toBe('cancelled')
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'cancelled', numbersFrom: 'estimate', outputTokens: 0n })
  expect(row!.costNanos > 0n && row!.costNanos < row!.heldNanos).toBe(true)
  expect(await poolOf(world, budget)).toMatchObject({ settled: row!.costNanos, leased: 0n })
})

test('a deleted one does not exist any more, and is ended, settled and taken away', async () => {
  const { world, openai, known } = await tenant('deleted')
  await known()
  const done = await submit(openai, 'fast')
  await ended(openai, done.id)
  const running = await submit(openai, 'stall')
  for (const { id } of [done, running]) {
    await openai.responses.delete(id)
    for (const verb of ['retrieve', 'delete'] as const) {
      await expect(openai.responses[verb](id)).rejects.toMatchObject({
        status: 404,
        code: 'object_not_found',
      })
    }
  }
  const rows = await usageOf(world, 2)
  expect(rows.map(({ status }) => status)).toEqual(['ok', 'cancelled'])
  const { upstreamId } = await world.run((tx) =>
    tx
      .selectFrom('backgroundResponse')
      .select('upstreamId')
      .where('id', '=', uuidOf(running.id as Id))
      .executeTakeFirstOrThrow(),
  )
  const key = `Bearer sandbox-${world.tenantId}`
  await eventually('the sandbox has it no more', async () => {
    const url = `${stack.sandbox.url}/responses/${upstreamId}`
    return (await fetch(url, { headers: { authorization: key } })).status === 404
  })
})

test('what never ends, or of which nobody tells, is charged at its worst case after its time, and marked', async () => {
  const made = await tenant('never')
  const { world, openai, budget, known } = made
  await known()
  await submit(openai, 'stall')
  await age(made, 23 * hour)
  await openai.responses.retrieve((await submit(openai, 'no-usage')).id)
  const [untold] = await usageOf(world, 1)
  expect(untold).toMatchObject({ status: 'unknown', costNanos: untold!.heldNanos })
  await age(made, 25 * hour)
  const rows = await usageOf(world, 2)
  expect(rows.map(({ numbersFrom }) => numbersFrom)).toEqual(['worst-case', 'worst-case'])
  const settled = rows.reduce((sum, { costNanos }) => sum + costNanos, 0n)
  expect(await poolOf(world, budget)).toMatchObject({ settled, leased: 0n })
})

test('what the provider refused costs nothing; what was lost on its way, or failed there, costs what was held', async () => {
  const { world, openai, budget, known } = await tenant('faults')
  await known()
  await expect(submit(openai, '429')).rejects.toMatchObject({ status: 429 })
  expect((await usageOf(world, 1))[0]).toMatchObject({ status: 'error', costNanos: 0n })
  expect(await poolOf(world, budget)).toMatchObject({ leased: 0n })
  await expect(submit(openai, 'cut')).rejects.toMatchObject({ status: 502 })
  const failed = await ended(openai, (await submit(openai, 'error-event')).id)
  expect(failed.error!.code).toBe('server_error')
  const rows = (await usageOf(world, 3)).slice(1)
  for (const row of rows) {
    expect(row).toMatchObject({ status: 'unknown', costNanos: row.heldNanos })
  }
})

test('it goes on from an earlier one of its own, whose tokens are held and billed as input', async () => {
  const { world, openai, known, served } = await tenant('goes-on')
  await known()
  const first = await submit(openai, 'fast')
  await ended(openai, first.id)
  const { inputTokens, outputTokens } = served()
  const next = await submit(openai, 'fast', { input: 'And?', previous_response_id: first.id })
  expect(next.previous_response_id).toBe(first.id)
  await ended(openai, next.id)
  const [, row] = await usageOf(world, 2)
  const used = served()
  expect(Number(row!.inputTokens)).toBe(used.inputTokens - inputTokens)
  expect(Number(row!.inputTokens)).toBeGreaterThan(inputTokens + outputTokens)
  expect(row!.heldNanos).toBeGreaterThan(row!.costNanos)
  const elsewhere = { model: 'other/sandbox-fast', previous_response_id: first.id }
  await expect(submit(openai, 'fast', elsewhere)).rejects.toMatchObject({
    status: 400,
    param: 'previous_response_id',
  })
})

test('a neighbour’s response does not exist: not to be read, ended, deleted or gone on from, and nothing tells it from one that never was', async () => {
  const { openai, agent, known, world } = await tenant('owner')
  const beside = await agent('beside')
  await known()
  const stranger = await tenant('stranger')
  await stranger.known()
  const { id } = await submit(openai, 'fast')
  await ended(openai, id)
  const { upstreamId } = await world.run((tx) =>
    tx.selectFrom('backgroundResponse').select('upstreamId').executeTakeFirstOrThrow(),
  )
  const message = async (ask: () => Promise<unknown>, of: string) => {
    const error = (await Promise.resolve(ask()).catch((e) => e)) as InstanceType<
      typeof OpenAI.APIError
    >
    expect([error.status, error.code]).toEqual([404, 'object_not_found'])
    return error.message.replace(of, '…')
  }
  for (const other of [beside, stranger.openai]) {
    const missing = 'resp_01jzzzzzzzzzzzzzzzzzzzzzzz'
    for (const of of [id, upstreamId!]) {
      const asks = (what: string) => [
        () => other.responses.retrieve(what),
        () => other.responses.cancel(what),
        () => other.responses.delete(what),
        () => other.responses.inputItems.list(what),
        () => submit(other, 'fast', { previous_response_id: what }),
      ]
      const [foreign, none] = [asks(of), asks(missing)]
      for (const [index, ask] of foreign.entries()) {
        expect(await message(ask, of)).toBe(await message(none[index]!, missing))
      }
    }
  }
  expect((await openai.responses.retrieve(id)).status).toBe('completed')
})

test('what does not fit into a budget or a limit is refused, and the provider never hears of it', async () => {
  const { world, openai, known, served } = await tenant('too-much')
  await world.usageLimit(world.rootId, 'two-at-once', 'concurrency', 2n)
  await known()
  const running = [await submit(openai, 'stall'), await submit(openai, 'stall')]
  const refused = await submit(openai, 'fast').catch((e) => e)
  expect([refused.status, refused.code]).toEqual([429, 'usage_limit_held'])
  await openai.responses.cancel(running[0]!.id)
  await submit(openai, 'fast')
  await world.budget(world.rootId, 'small', 1_000n)
  await known()
  const { requests } = served()
  const alone = await submit(openai, 'fast').catch((e) => e)
  expect([alone.status, alone.code]).toEqual([429, 'exceeds_budget_alone'])
  expect(served().requests).toBe(requests)
})

test('suspending its account changes nothing for one that runs; deleting the account ends it, and bills it', async () => {
  const { world, known } = await tenant('account-gone')
  const { rootId } = world
  const provider = await world.providerAccount(rootId, 'shared')
  for (const name of ['sandbox-slow', 'sandbox-stall']) await world.model(rootId, provider, name)
  for (const end of ['suspended', 'deleted'] as const) {
    const account = await world.account(end)
    await world.share(provider, account)
    const agent = await world.virtualAccount(account, 'agent')
    await world.grant(account, { principal: agent }, ['model:use'])
    const { text: apiKey } = await world.token(account, agent)
    await known()
    const openai = new OpenAI({ baseURL: `${stack.first.url}/v1`, apiKey, maxRetries: 0 })
    const model = end === 'suspended' ? 'shared/sandbox-slow' : 'shared/sandbox-stall'
    await submit(openai, 'slow', { model })
    await world.run(async (tx) => {
      if (end === 'deleted') await deleteContents(tx, account)
      await updateAccount(tx, account, { state: end })
    })
  }
  const rows = await usageOf(world, 2)
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['ok', 'cancelled']))
  expect(rows.every(({ costNanos }) => costNanos > 0n)).toBe(true)
})

test('what can not be is refused by its name', async () => {
  const { openai, known, world } = await tenant('refused')
  const provider = await world.providerAccount(world.rootId, 'claude', {
    provider: 'anthropic',
    baseUrl: stack.sandbox.url,
  })
  await world.model(world.rootId, provider, 'sandbox-fast')
  await known()
  const cases: [object, string][] = [
    [{ stream: true }, 'stream'],
    [{ store: false }, 'store'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ tools: [{ type: 'web_search' }] }, 'tools.0'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input'],
    [{ previous_response_id: 7 }, 'previous_response_id'],
    [{ model: 'claude/sandbox-fast' }, 'model'],
  ]
  for (const [more, param] of cases) {
    const error = await submit(openai, 'fast', more).catch((e) => e)
    expect([param, error.status, error.param]).toEqual([param, 400, param])
  }
  const { id } = await submit(openai, 'fast')
  const path = `/v1/responses/${id}?stream=true`
  const streamed = await send(stack.first.url, openai.apiKey, path)
  expect([streamed.status, streamed.body.error!.param]).toEqual([400, 'stream'])
  const sync = { model: 'sandbox/sandbox-fast', input: 'x', previous_response_id: id }
  const error = await openai.responses.create(sync).catch((e) => e)
  expect([error.status, error.param]).toEqual([400, 'previous_response_id'])
})
