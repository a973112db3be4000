/** Calls that succeed: what the client gets, and what is billed for it. */
import { uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  chat,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  stream,
  usageOf,
} from './support/stack.ts'
import type { World } from './support/world.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop())

/** A tenant with one virtual account that may use every model of its root account. */
async function tenant(name: string): Promise<{ world: World; token: string; url: string }> {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use', 'virtual-model:use'])
  const { text } = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const model of ['sandbox-fast', 'sandbox-zero-usage', 'sandbox-no-usage', 'sandbox-huge']) {
    await world.model(rootId, provider, model)
  }
  await world.model(rootId, provider, 'sandbox-embed', {
    type: 'embedding',
    outputTokensMax: 0,
    contextTokensMax: 8192,
    price: { inputPerMillionUsd: '0.02', outputPerMillionUsd: '0' },
  })
  await settledSnapshot(world, stack.first)
  return { world, token: text, url: stack.first.url }
}

function servedTo(world: World) {
  return stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)
}

test('a whole chat answer is the provider’s, and is billed to the nano', async () => {
  const { world, token, url } = await tenant('whole')
  const { status, body, headers } = await chat(url, token, 'sandbox/sandbox-fast')
  expect(status).toBe(200)
  expect(headers.get('x-request-id')).toMatch(/^req_/)
  expect(headers.get('x-commonhold-model')).toBe('sandbox/sandbox-fast')
  expect(body.choices![0]!.message.content).toContain('sandbox')
  const [row] = await usageOf(world, 1)
  const { prompt_tokens: input, completion_tokens: output } = body.usage!
  expect(row).toMatchObject({
    status: 'ok',
    numbersFrom: 'provider',
    inputTokens: BigInt(input),
    outputTokens: BigInt(output),
    costNanos: BigInt(input * 500 + output * 2000),
    accountId: uuidOf(world.rootId),
    modelName: 'sandbox/sandbox-fast',
  })
  expect(servedTo(world)).toEqual({ requests: 1, inputTokens: input, outputTokens: output })
})

test('a stream passes by, ends with [DONE], and hides the usage that nobody asked for', async () => {
  const { world, token, url } = await tenant('streamed')
  const { status, events } = await stream(url, token, 'sandbox/sandbox-fast')
  expect(status).toBe(200)
  expect(events.at(-1)).toBe('data: [DONE]')
  expect(events.some((event) => event.includes('"usage":{'))).toBe(false)
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'ok', numbersFrom: 'provider' })
  const served = servedTo(world)!
  expect(row!.inputTokens).toBe(BigInt(served.inputTokens))
  expect(row!.outputTokens).toBe(BigInt(served.outputTokens))
})

test('a stream shows the usage to a client that asked for it', async () => {
  const { token, url } = await tenant('asked')
  const { events } = await stream(url, token, 'sandbox/sandbox-fast', {
    stream_options: { include_usage: true },
  })
  expect(events.filter((event) => event.includes('"usage":{'))).toHaveLength(1)
})

test('embeddings are metered by their input', async () => {
  const { world, token, url } = await tenant('embedded')
  const { status, body } = await send(url, token, '/v1/embeddings', {
    model: 'sandbox/sandbox-embed',
    input: ['one text', 'another text'],
  })
  expect(status).toBe(200)
  expect(body.data).toHaveLength(2)
  const [row] = await usageOf(world, 1)
  const tokens = body.usage!.prompt_tokens
  expect(row).toMatchObject({ inputTokens: BigInt(tokens), costNanos: BigInt(tokens * 20) })
})

test('T57: an explicit usage of zero is zero', async () => {
  const { world, token, url } = await tenant('zero')
  expect((await chat(url, token, 'sandbox/sandbox-zero-usage')).status).toBe(200)
  await stream(url, token, 'sandbox/sandbox-zero-usage')
  for (const row of await usageOf(world, 2)) {
    expect(row).toMatchObject({ costNanos: 0n, numbersFrom: 'provider', status: 'ok' })
  }
})

test('a provider that never reports usage is billed by our own count, and the record says so', async () => {
  const { world, token, url } = await tenant('untold')
  expect((await chat(url, token, 'sandbox/sandbox-no-usage')).status).toBe(200)
  await stream(url, token, 'sandbox/sandbox-no-usage')
  const rows = await usageOf(world, 2)
  expect(rows.map((row) => row.numbersFrom)).toEqual(['estimate', 'estimate'])
  const served = servedTo(world)!
  expect(rows.reduce((sum, row) => sum + Number(row.inputTokens), 0)).toBe(served.inputTokens)
  expect(rows.reduce((sum, row) => sum + Number(row.outputTokens), 0)).toBe(served.outputTokens)
})

test('a huge answer passes whole and as a stream', async () => {
  const { world, token, url } = await tenant('huge')
  const more = { max_tokens: 30_000 }
  const { body } = await chat(url, token, 'sandbox/sandbox-huge', more)
  expect(body.choices![0]!.message.content.length).toBeGreaterThan(50_000)
  expect((await stream(url, token, 'sandbox/sandbox-huge', more)).events.at(-1)).toBe(
    'data: [DONE]',
  )
  const [whole, streamed] = await usageOf(world, 2)
  expect(whole!.costNanos).toBe(streamed!.costNanos)
})

test('models are listed by the names that reach them', async () => {
  const { token, url } = await tenant('listed')
  const { body } = await send(url, token, '/v1/models')
  expect(body.data!.map(({ id }) => id)).toContain('sandbox/sandbox-fast')
  const one = await send(url, token, '/v1/models/sandbox/sandbox-fast')
  expect(one.body.id).toBe('sandbox/sandbox-fast')
  expect((await send(url, token, '/v1/models/sandbox%2Fsandbox-fast')).status).toBe(200)
})
