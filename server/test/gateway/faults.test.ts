/** Providers and clients that fail: what the client hears, what is billed, and who is asked next. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Id } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  chat,
  eventually,
  type Stack,
  settledSnapshot,
  startStack,
  stream,
  usageOf,
} from './support/stack.ts'
import type { World } from './support/world.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ tuning: { timeouts: { headMs: 2_000, idleMs: 400 } } })
})
afterAll(() => stack.stop())

interface Tenant {
  readonly world: World
  readonly token: string
  readonly url: string
  readonly provider: Id<'pacc'>
}

/** May use every sandbox model that is named, under `sandbox/…`. */
async function tenant(name: string, ...models: string[]): Promise<Tenant> {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use', 'virtual-model:use'])
  const token = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const model of models) await world.model(rootId, provider, model)
  await settledSnapshot(world, stack.first)
  return { world, token: token.text, url: stack.first.url, provider }
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A provider whose every byte the test decides. */
async function scripted(handler: Handler) {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    handler(request, response, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A tenant with the model `own/model` at a scripted provider. */
async function scriptedTenant(name: string, handler: Handler, apiKey?: string) {
  const upstream = await scripted(handler)
  const made = await tenant(name)
  const { world } = made
  const spec = { provider: 'openai-compatible', baseUrl: upstream.baseUrl }
  const provider = await world.providerAccount(world.rootId, 'own', spec, apiKey)
  await world.model(world.rootId, provider, 'model', { upstreamModel: 'vendor-name' })
  await settledSnapshot(world, stack.first)
  return { ...made, upstream }
}

const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`
const delta = (content: string) => event({ choices: [{ index: 0, delta: { content } }] })

test('T69: an error event in a stream reaches the client as one, and no [DONE] follows', async () => {
  const { world, token, url } = await tenant('error-event', 'sandbox-error-event')
  const { events } = await stream(url, token, 'sandbox/sandbox-error-event')
  expect(JSON.parse(events.at(-1)!.slice(6))).toMatchObject({ error: { code: 'provider_error' } })
  expect(events).not.toContain('data: [DONE]')
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'error', numbersFrom: 'estimate' })
  const served = stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
  expect(row).toMatchObject({
    inputTokens: BigInt(served.inputTokens),
    outputTokens: BigInt(served.outputTokens),
  })
})

test('a stream that breaks ends with an error event, never as if it were complete', async () => {
  const { world, token, url } = await tenant('cut', 'sandbox-cut', 'sandbox-stall')
  for (const [model, code] of [
    ['sandbox/sandbox-cut', 'provider_connection_lost'],
    ['sandbox/sandbox-stall', 'provider_timed_out'],
  ] as const) {
    const { events } = await stream(url, token, model)
    expect(JSON.parse(events.at(-1)!.slice(6)).error.code).toBe(code)
    expect(events).not.toContain('data: [DONE]')
  }
  const rows = await usageOf(world, 2)
  const served = stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
  const billed = rows.reduce((sum, row) => sum + Number(row.outputTokens), 0)
  expect(rows.map(({ status }) => status)).toEqual(['error', 'error'])
  expect(billed).toBe(served.outputTokens)
})

test('a whole answer that breaks off is an unknown outcome, charged at its worst case', async () => {
  const { world, token, url } = await tenant('cut-whole', 'sandbox-cut')
  const { status, body } = await chat(url, token, 'sandbox/sandbox-cut', { max_tokens: 40 })
  expect(status).toBe(502)
  expect(body.error!.code).toBe('provider_connection_lost')
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'unknown', numbersFrom: 'worst-case' })
  expect(row!.costNanos).toBe(row!.heldNanos)
})

test('T61, T67: a client that leaves ends the provider’s work and pays for what was streamed', async () => {
  const { world, token, url } = await tenant('left', 'sandbox-slow')
  const { events } = await stream(url, token, 'sandbox/sandbox-slow', {}, (seen) => seen.length > 8)
  expect(events.length).toBeLessThan(30)
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'cancelled', numbersFrom: 'estimate' })
  const served = stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
  expect(Number(row!.inputTokens)).toBe(served.inputTokens)
  expect(Number(row!.outputTokens)).toBeGreaterThanOrEqual(7)
  // The sandbox counts what it wrote; a token may have been on its way.
  expect(served.outputTokens - Number(row!.outputTokens)).toBeLessThanOrEqual(2)
  await eventually('nothing runs any more', () => stack.first.gateway.stats().inFlight === 0)
})

test('a refusal of the provider is told in its own words, without its key or address', async () => {
  const key = 'sk-secret-of-the-vendor'
  const { world, token, url, upstream } = await scriptedTenant(
    'refused',
    (request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      const message = `Bad ${request.headers.authorization} at https://vendor.example/v1`
      response.end(JSON.stringify({ error: { message, param: 'temperature' } }))
    },
    key,
  )
  const { status, body } = await chat(url, token, 'own/model')
  expect(status).toBe(400)
  expect(body.error).toMatchObject({ code: 'provider_refused_request', param: 'temperature' })
  expect(JSON.stringify(body)).not.toContain(key)
  expect(JSON.stringify(body)).not.toContain('vendor.example')
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'error', costNanos: 0n })
  upstream.close()
})

test('statuses of providers become what a client can act on', async () => {
  const { token, url, upstream } = await scriptedTenant('statuses', (_request, response, body) => {
    const status = JSON.parse(body).status as number
    response.writeHead(status, { 'retry-after': '7' }).end('{}')
  })
  const expected = [
    [401, 502, 'provider_auth_failed'],
    [403, 502, 'provider_auth_failed'],
    [404, 502, 'provider_error'],
    [429, 429, 'provider_rate_limited'],
    [500, 502, 'provider_error'],
    [302, 502, 'provider_answer_malformed'],
  ] as const
  for (const [given, status, code] of expected) {
    const answer = await chat(url, token, 'own/model', { status: given })
    expect([given, answer.status, answer.body.error!.code]).toEqual([given, status, code])
    if (given === 429) expect(answer.headers.get('retry-after')).toBe('7')
  }
  upstream.close()
})

test('T71: a usage in a chunk with choices is honoured, and the chunk passes', async () => {
  const { world, token, url, upstream } = await scriptedTenant('usage-in-chunk', (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const usage = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 }
    response.write(delta('one'))
    response.write(event({ choices: [{ index: 0, delta: { content: 'two' } }], usage }))
    response.end('data: [DONE]\n\n')
  })
  const { text } = await stream(url, token, 'own/model')
  expect(text).toContain('two')
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ inputTokens: 11n, outputTokens: 3n, numbersFrom: 'provider' })
  upstream.close()
})

test('the body reaches the provider as it was typed, but for the model’s name', async () => {
  let seen = ''
  const { token, url, upstream } = await scriptedTenant('raw-body', (_request, response, body) => {
    seen = body
    const usage = { prompt_tokens: 1, completion_tokens: 1 }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ choices: [], usage }))
  })
  const body = `{"seed": 12345678901234567890, "model" : "own/model","messages":[{"role":"user",
    "content":"a \\"model\\": {[,"}], "unknown_field": {"model": "x"} }`
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  })
  expect(response.status).toBe(200)
  expect(seen).toBe(body.replace('"own/model"', '"vendor-name"'))
  upstream.close()
})

test('a virtual model goes on to its next target until the first byte, and who failed bills nothing (T63)', async () => {
  const { world, token, url } = await tenant('failover')
  const { rootId } = world
  const provider = await world.providerAccount(rootId, 'more')
  const failing = await world.model(rootId, provider, 'sandbox-500')
  const limited = await world.model(rootId, provider, 'sandbox-429')
  const working = await world.model(rootId, provider, 'sandbox-fast')
  const targets = [{ model: failing }, { model: limited }, { model: working }]
  await world.virtualModel(rootId, 'best', 'priority', targets)
  const requests = await world.usageLimit(rootId, 'rate', 'requests', 100n, 86_400)
  await settledSnapshot(world, stack.first)
  const { status, headers } = await chat(url, token, 'best')
  expect(status).toBe(200)
  expect(headers.get('x-commonhold-model')).toBe('more/sandbox-fast')
  const rows = await usageOf(world, 3)
  expect(rows.map(({ attempt, status: of }) => [attempt, of])).toEqual([
    [1, 'error'],
    [2, 'error'],
    [3, 'ok'],
  ])
  expect(rows.map(({ costNanos }) => costNanos > 0n)).toEqual([false, false, true])
  expect(new Set(rows.map(({ requestId }) => requestId)).size).toBe(1)
  const { poolOf } = await import('./support/stack.ts')
  expect((await poolOf(world, requests))!.settled).toBe(1n)
})

test('an error as the first event of a stream is a failure like any other: the next target answers', async () => {
  const { world, token, url, upstream } = await scriptedTenant('first-event', (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(event({ error: { message: 'overloaded' } }))
  })
  const { rootId } = world
  const [failing] = await world.run((tx) =>
    tx.selectFrom('resource').select('id').where('kind', '=', 'model').execute(),
  )
  const provider = await world.providerAccount(rootId, 'more')
  const working = await world.model(rootId, provider, 'sandbox-fast')
  const { formatId } = await import('@commonhold/core')
  const first = formatId('mdl', failing!.id)
  await world.virtualModel(rootId, 'best', 'priority', [{ model: first }, { model: working }])
  await settledSnapshot(world, stack.first)
  const { events } = await stream(url, token, 'best')
  expect(events.at(-1)).toBe('data: [DONE]')
  upstream.close()
})

test('an address inside the network is not reached unless the operator allows it', async () => {
  const strict = await stack.gateway({ allowPrivateUpstreams: false })
  const { world, token, upstream } = await scriptedTenant('guarded', (_, response) => {
    response.end('{}')
  })
  await settledSnapshot(world, strict)
  const { status, body } = await chat(strict.url, token, 'own/model')
  expect(status).toBe(502)
  expect(body.error!.code).toBe('provider_unreachable')
  expect(JSON.stringify(body)).not.toContain('127.0.0.1')
  upstream.close()
})
