/** Files and batches by OpenAI's library: held when submitted, settled once from the result, and nobody else's. */
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  eventually,
  poolOf,
  type Stack,
  settledSnapshot,
  startStack,
  usageOf,
} from './support/stack.ts'
import type { World } from './support/world.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ tuning: { followMs: 50 } })
})
afterAll(() => stack.stop())

/** Half of the sandbox's price: 250 nanos for a token of input, 1,000 for one of output. */
const price = { inputPerMillionUsd: '0.5', outputPerMillionUsd: '2', batchPercent: 50 }
const endpoint = '/v1/chat/completions'

async function tenant(name: string) {
  const world = await stack.world(name)
  const { rootId } = world
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const model of ['sandbox-fast', 'sandbox-slow', 'sandbox-no-usage', 'sandbox-429']) {
    await world.model(rootId, provider, model, { price })
  }
  const agent = async (agentName: string) => {
    const id = await world.virtualAccount(rootId, agentName)
    await world.grant(rootId, { principal: id }, ['model:use'])
    const { text } = await world.token(rootId, id)
    return new OpenAI({ baseURL: `${stack.first.url}/v1`, apiKey: text, maxRetries: 0 })
  }
  const openai = await agent('agent')
  return { world, openai, agent, known: () => settledSnapshot(world, stack.first) }
}

function lines(model: string, count: number, more: object = {}): string {
  const line = (at: number) => ({
    custom_id: `line-${at}`,
    method: 'POST',
    url: endpoint,
    body: { model, messages: [{ role: 'user', content: `Line ${at}.` }], max_tokens: 100, ...more },
  })
  return Array.from({ length: count }, (_, at) => `${JSON.stringify(line(at))}\n`).join('')
}

const upload = async (openai: OpenAI, text: string) =>
  openai.files.create({ file: await toFile(Buffer.from(text), 'in.jsonl'), purpose: 'batch' })

const submit = (openai: OpenAI, input_file_id: string) =>
  openai.batches.create({
    input_file_id,
    endpoint,
    completion_window: '24h',
    metadata: { mine: 'yes' },
  })

const ended = (openai: OpenAI, id: string) =>
  eventually('the batch has ended', async () => {
    const batch = await openai.batches.retrieve(id)
    return (batch.status === 'completed' || batch.status === 'cancelled') && batch
  })

function servedTo(world: World) {
  return stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
}

test('T51: a batch is held when it is submitted and billed once from its result, however often it is polled', async () => {
  const { world, openai, known } = await tenant('batch')
  const budget = await world.budget(world.rootId, 'all', 10n ** 9n)
  await known()
  const file = await upload(openai, lines('sandbox/sandbox-fast', 5))
  expect(file.id).toMatch(/^file_/)
  const batch = await submit(openai, file.id)
  expect(batch).toMatchObject({
    input_file_id: file.id,
    metadata: { mine: 'yes' },
    object: 'batch',
  })
  const over = await ended(openai, batch.id)
  for (let poll = 0; poll < 5; poll++) await openai.batches.retrieve(batch.id)
  const content = await (await openai.files.content(over.output_file_id!)).text()
  expect(
    content
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).custom_id),
  ).toHaveLength(5)
  const [row] = await usageOf(world, 1)
  const { inputTokens, outputTokens, requests } = servedTo(world)
  expect(requests).toBe(5)
  const cost = BigInt(inputTokens * 250 + outputTokens * 1_000)
  expect(row).toMatchObject({ status: 'ok', numbersFrom: 'provider', costNanos: cost })
  expect(row!.heldNanos >= cost).toBe(true)
  const pool = await poolOf(world, budget)
  expect([pool!.settled, pool!.leased]).toEqual([cost, 0n])
  expect((await openai.batches.list()).data.map(({ id }) => id)).toEqual([batch.id])
})

test('a batch is settled though nobody asks about it, and by whichever gateway is there', async () => {
  const { world, openai, known } = await tenant('unasked')
  await known()
  const { id } = await upload(openai, lines('sandbox/sandbox-fast', 2))
  const batch = await submit(openai, id)
  const [row] = await usageOf(world, 1)
  expect(row!.costNanos > 0n).toBe(true)
  const second = await stack.gateway()
  const other = new OpenAI({ baseURL: `${second.url}/v1`, apiKey: openai.apiKey, maxRetries: 0 })
  expect((await other.batches.retrieve(batch.id)).status).toBe('completed')
  await second.stop()
  expect(await usageOf(world, 1)).toHaveLength(1)
})

test('a cancelled batch costs what was done, and the rest of its hold is free again', async () => {
  const { world, openai, known } = await tenant('cancelled')
  const budget = await world.budget(world.rootId, 'all', 10n ** 9n)
  await known()
  const { id } = await upload(openai, lines('sandbox/sandbox-slow', 20, { max_tokens: 10 }))
  const batch = await submit(openai, id)
  const held = (await poolOf(world, budget))!
  expect([held.settled, held.leased]).toEqual([0n, held.remaining])
  expect(held.leased).toBeGreaterThan(20n * 10n * 1_000n)
  await eventually(
    'a line is done',
    async () => (await openai.batches.retrieve(batch.id)).request_counts!.completed > 0,
  )
  await openai.batches.cancel(batch.id)
  const over = await ended(openai, batch.id)
  expect([over.status, over.request_counts!.completed < 20]).toEqual(['cancelled', true])
  const [row] = await usageOf(world, 1)
  const { inputTokens, outputTokens } = servedTo(world)
  expect(row).toMatchObject({
    status: 'cancelled',
    costNanos: BigInt(inputTokens * 250 + outputTokens * 1_000),
  })
  const free = (await poolOf(world, budget))!
  expect([free.settled, free.leased]).toEqual([row!.costNanos, 0n])
})

test('a batch that does not fit into a budget is refused, and the provider never hears of it', async () => {
  const { world, openai, known } = await tenant('too-large')
  await world.budget(world.rootId, 'small', 100_000n)
  await known()
  const { id } = await upload(openai, lines('sandbox/sandbox-fast', 5))
  const error = await submit(openai, id).catch((e) => e)
  expect([error.status, error.code]).toEqual([429, 'exceeds_budget_alone'])
  expect((await openai.batches.list()).data).toEqual([])
  expect(stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)).toBeUndefined()
})

test('lines that were refused cost nothing; lines of which nobody told the usage cost what was held', async () => {
  const { world, openai, known } = await tenant('faults')
  await known()
  const refused = await submit(openai, (await upload(openai, lines('sandbox/sandbox-429', 3))).id)
  const over = await ended(openai, refused.id)
  expect([over.output_file_id ?? null, over.error_file_id]).toEqual([
    null,
    expect.stringMatching(/^file_/),
  ])
  expect((await usageOf(world, 1))[0]).toMatchObject({ costNanos: 0n, inputTokens: 0n })
  await ended(
    openai,
    (await submit(openai, (await upload(openai, lines('sandbox/sandbox-no-usage', 2))).id)).id,
  )
  const [, row] = await usageOf(world, 2)
  expect(row).toMatchObject({
    status: 'unknown',
    numbersFrom: 'worst-case',
    costNanos: row!.heldNanos,
  })
})

test('a neighbour’s file and batch do not exist: not for another tenant, nor for another caller of the account', async () => {
  const { openai, agent, known } = await tenant('owner')
  const beside = await agent('beside')
  await known()
  const stranger = await tenant('stranger')
  await stranger.known()
  const file = await upload(openai, lines('sandbox/sandbox-fast', 1))
  const batch = await submit(openai, file.id)
  const over = await ended(openai, batch.id)
  for (const other of [beside, stranger.openai]) {
    const asks: (() => Promise<unknown>)[] = [
      () => other.files.retrieve(file.id),
      () => other.files.content(file.id),
      () => other.files.content(over.output_file_id!),
      () => other.files.delete(file.id),
      () => submit(other, file.id),
      () => other.batches.retrieve(batch.id),
      () => other.batches.cancel(batch.id),
    ]
    const missing = await other.batches.retrieve('batch_01jzzzzzzzzzzzzzzzzzzzzzzz').catch((e) => e)
    expect([missing.status, missing.code]).toEqual([404, 'object_not_found'])
    for (const ask of asks) {
      const error = (await ask().catch((e) => e)) as InstanceType<typeof OpenAI.APIError>
      expect([error.status, error.code]).toEqual([404, 'object_not_found'])
    }
    expect((await other.files.list()).data).toEqual([])
    expect((await other.batches.list()).data).toEqual([])
  }
  expect((await openai.files.delete(file.id)).deleted).toBe(true)
})

test('a line that could not be bounded or priced is refused by its number, before anything is sent', async () => {
  const { openai, known } = await tenant('lines')
  await known()
  const good = lines('sandbox/sandbox-fast', 1)
  const cases: [string, string][] = [
    [good + lines('sandbox/sandbox-slow', 1), 'Line 2: All lines of a batch must be for one model'],
    [
      lines('sandbox/sandbox-fast', 1, { stream: true }),
      'Line 1: Nothing in a batch can be streamed',
    ],
    [lines('sandbox/sandbox-fast', 1, { service_tier: 'priority' }), 'Line 1: The service tier'],
    [lines('sandbox/unknown', 1), "Line 1: The model 'sandbox/unknown' does not exist"],
    [good.replace('chat/completions', 'images/generations'), "Line 1: Its 'url' must be"],
    ['{"custom_id"', 'Line 1: The body is not JSON'],
    ['\n\n', 'The file has no lines'],
  ]
  for (const [text, message] of cases) {
    await expect(upload(openai, text)).rejects.toThrow(message)
  }
})
