/** Who may call what: refusals, and how fast they follow a change. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Id, Permission } from '@commonhold/core'
import { uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '../../src/gateway/routes.ts'
import {
  chat,
  eventually,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  stream,
  usageOf,
} from './support/stack.ts'
import type { World } from './support/world.ts'

let stack: Stack
let url: string
beforeAll(async () => {
  stack = await startStack()
  url = stack.first.url
})
afterAll(() => stack.stop())

const use: Permission[] = ['model:use', 'virtual-model:use']
const name = 'sandbox/sandbox-fast'

interface Tenant {
  readonly world: World
  readonly agent: Id<'va'>
  readonly token: { readonly id: Id<'tok'>; readonly text: string }
  readonly provider: Id<'pacc'>
  readonly model: Id<'mdl'>
  readonly grantId: string
}

async function tenant(tenantName: string): Promise<Tenant> {
  const world = await stack.world(tenantName)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  const grantId = await world.grant(rootId, { principal: agent }, use)
  const token = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  const model = await world.model(rootId, provider, 'sandbox-fast')
  await world.model(rootId, provider, 'sandbox-slow')
  await settledSnapshot(world, stack.first)
  return { world, agent, token, provider, model, grantId }
}

test('every route asks for a token, and one that can spend names its meter', async () => {
  for (const { method, path, meter } of routes) {
    const at = path.replace('/*', '/some/model')
    const { status, body } = await send(url, null, at, method === 'POST' ? {} : undefined)
    expect([path, status, body.error!.code]).toEqual([path, 401, 'invalid_api_key'])
    // Counting tokens, and what is done with files, batches and responses that are there, costs nothing.
    const isFree = /count_tokens$|^\/v1\/files|^\/v1\/(batches|responses)\//.test(path)
    expect((method === 'POST' && !isFree) || meter === 'none').toBe(meter !== null)
  }
})

test('what is no route, no token, no JSON or too large is refused in OpenAI’s shape', async () => {
  const { token } = await tenant('shapes')
  const is = async (path: string, text: string | null, body: unknown, code: string) =>
    expect((await send(url, text, path, body)).body.error!.code).toBe(code)
  await is('/v1/images', token.text, {}, 'route_not_found')
  await is('/v1/models', token.text, {}, 'method_not_allowed')
  const path = '/v1/chat/completions'
  await is(path, 'ch_va_short', {}, 'invalid_api_key')
  await is(path, `${token.text.slice(0, -1)}?`, {}, 'invalid_api_key')
  await is(path, token.text, '{"model":', 'invalid_request')
  await is(path, token.text, '[]', 'invalid_request')
  await is(path, token.text, {}, 'invalid_request')
  await is(path, token.text, `{"model":"${name}","n":1,"n":100}`, 'invalid_request')
  await is(path, token.text, { model: name, n: 0 }, 'invalid_request')
  await is(path, token.text, { model: name, stream: 'yes' }, 'invalid_request')
  await is('/v1/embeddings', token.text, { model: name, input: 'x' }, 'model_type_differs')
  await is(path, token.text, 'x'.repeat(10 * 1024 * 1024 + 1), 'body_too_large')
})

test('T77: a foreign, a hidden and a missing model get one and the same answer', async () => {
  const { world, token } = await tenant('hidden')
  const other = await tenant('hidden-other')
  const account = await world.account('beta')
  const foreign = await world.providerAccount(account, 'foreign')
  await world.model(account, foreign, 'sandbox-fast')
  await settledSnapshot(world, stack.first)
  const reader = await world.virtualAccount(world.rootId, 'stranger')
  const stranger = await world.token(world.rootId, reader)
  await settledSnapshot(world, stack.first)
  const answerTo = async (text: string, model: string) => {
    const { status, body } = await chat(url, text, model)
    return JSON.stringify([status, body]).replaceAll(model, 'MODEL')
  }
  const missing = await answerTo(token.text, 'nothing/at-all')
  expect(await answerTo(token.text, 'foreign/sandbox-fast')).toBe(missing)
  expect(await answerTo(token.text, other.model)).toBe(missing)
  expect(await answerTo(stranger.text, name)).toBe(missing)
  expect((await send(url, stranger.text, '/v1/models')).body.data).toEqual([])
})

test('who may see a model but not use it is told which permission it takes', async () => {
  const { world } = await tenant('readable')
  const viewer = await world.virtualAccount(world.rootId, 'viewer')
  await world.grant(world.rootId, { principal: viewer }, ['model:read'])
  const token = await world.token(world.rootId, viewer)
  await settledSnapshot(world, stack.first)
  const { status, body } = await chat(url, token.text, name)
  expect(status).toBe(403)
  expect(body.error!.message).toContain('model:use')
})

test('a shared model is billed to the account that acts, at its markup; root: reaches it past an own one', async () => {
  const { world, provider } = await tenant('shared')
  const account = await world.account('beta')
  const agent = await world.virtualAccount(account, 'agent')
  await world.grant(account, { principal: agent }, use)
  const token = await world.token(account, agent)
  await world.share(provider, account, ['model:use'], 100_000n)
  await settledSnapshot(world, stack.first)
  expect((await chat(url, token.text, name)).status).toBe(200)
  const [row] = await usageOf(world, 1)
  const plain = row!.inputTokens * 500n + row!.outputTokens * 2000n
  expect(row).toMatchObject({ accountId: uuidOf(account), costNanos: (plain * 11n + 9n) / 10n })
  expect(row!.shareId).not.toBeNull()

  const own = await world.providerAccount(account, 'sandbox')
  await world.model(account, own, 'sandbox-fast', { upstreamModel: 'sandbox-echo' })
  await settledSnapshot(world, stack.first)
  const echo = await chat(url, token.text, name)
  expect(echo.body.choices![0]!.message.content).toBe('Say something about commons.')
  const shared = await chat(url, token.text, `root:${name}`)
  expect(shared.body.choices![0]!.message.content).toContain('sandbox')
  const listed = (await send(url, token.text, '/v1/models')).body.data!.map(({ id }) => id)
  expect(listed).toEqual([
    'root:sandbox/sandbox-fast',
    'sandbox/sandbox-fast',
    'sandbox/sandbox-slow',
  ])
})

test('T77: a target of a virtual model that the caller may not use is never used', async () => {
  const { world, model, provider } = await tenant('targets')
  const slow = await world.model(world.rootId, provider, 'hidden', {
    upstreamModel: 'sandbox-echo',
  })
  await world.virtualModel(world.rootId, 'best', 'priority', [{ model: slow }, { model }])
  const narrow = await world.virtualAccount(world.rootId, 'narrow')
  await world.grant(world.rootId, { principal: narrow }, ['model:use'], { resource: model })
  await world.grant(world.rootId, { principal: narrow }, ['virtual-model:use'])
  const token = await world.token(world.rootId, narrow)
  await settledSnapshot(world, stack.first)
  const { status, headers } = await chat(url, token.text, 'best')
  expect([status, headers.get('x-commonhold-model')]).toEqual([200, name])
})

test('scopes, addresses and expiry of a token narrow it', async () => {
  const { world, agent } = await tenant('narrowed')
  const { rootId } = world
  const scoped = await world.token(rootId, agent, { scopes: ['model:read'] })
  const elsewhere = await world.token(rootId, agent, { ipAllowlist: ['203.0.113.0/24'] })
  const here = await world.token(rootId, agent, { ipAllowlist: ['127.0.0.0/8', '::1/128'] })
  const expired = await world.token(rootId, agent, { expiresAt: new Date(Date.now() - 1) })
  await settledSnapshot(world, stack.first)
  const codeOf = async (text: string) => (await chat(url, text, name)).body.error?.code
  expect(await codeOf(scoped.text)).toBe('model_not_found')
  expect(await codeOf(elsewhere.text)).toBe('address_not_allowed')
  expect(await codeOf(here.text)).toBeUndefined()
  expect(await codeOf(expired.text)).toBe('invalid_api_key')
})

const revocations: [string, (given: Tenant) => Promise<unknown>][] = [
  ['its token is deleted', ({ world }) => world.run((tx) => tx.deleteFrom('token').execute())],
  [
    'its virtual account is suspended',
    ({ world }) =>
      world.run((tx) => tx.updateTable('virtualAccount').set({ state: 'suspended' }).execute()),
  ],
  ['its grant is taken', ({ world }) => world.run((tx) => tx.deleteFrom('grant').execute())],
  [
    'its account’s boundary is lowered',
    ({ world }) => world.run((tx) => tx.updateTable('account').set({ boundary: [] }).execute()),
  ],
  [
    'its tenant is suspended',
    ({ world }) =>
      world.run((tx) => tx.updateTable('tenant').set({ state: 'suspended' }).execute()),
  ],
]

test.each(revocations)('T75: a running stream ends when %s', async (why, revoke) => {
  const given = await tenant(`revoked-${revocations.findIndex(([text]) => text === why)}`)
  const model = 'sandbox/sandbox-slow'
  let revokedAtMs = 0
  const { events } = await stream(url, given.token.text, model, {}, (seen) => {
    if (seen.length > 4 && revokedAtMs === 0) {
      revokedAtMs = Date.now()
      void revoke(given)
    }
    return false
  })
  const tookMs = Date.now() - revokedAtMs
  expect(JSON.parse(events.at(-1)!.slice(6)).error.code).toBe('access_revoked')
  console.log(`${why}: the stream ended after ${tookMs} ms`)
  expect(tookMs).toBeLessThan(1_500)
  const [row] = await usageOf(given.world, 1)
  expect(row).toMatchObject({ status: 'cancelled', numbersFrom: 'estimate' })
  await settledSnapshot(given.world, stack.first)
  expect((await chat(url, given.token.text, name)).status).not.toBe(200)
})

test('a tenant that is deleted is gone from the gateway', async () => {
  const { world, token } = await tenant('deleted')
  await world.database.withTenant(world.tenantId, (tx) =>
    tx.deleteFrom('tenant').where('id', '=', uuidOf(world.tenantId)).execute(),
  )
  await eventually('the tenant is forgotten', () => {
    return stack.first.gateway.revisionOf(world.tenantId) === null
  })
  expect((await chat(url, token.text, name)).status).toBe(401)
})

test('a connection that dies within a request leaves nothing running', async () => {
  const { token } = await tenant('half-sent')
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token.text}`
  socket.write(`${head}\r\ncontent-length: 1000\r\n\r\n{"model":`)
  await eventually('it is being read', () => stack.first.gateway.stats().requests > 0)
  socket.destroy()
  await eventually('nothing runs', () => stack.first.gateway.stats().inFlight === 0)
})

test('a token and a grant that were made a moment ago work at once', async () => {
  const { world } = await tenant('at-once')
  for (let round = 0; round < 5; round++) {
    const agent = await world.virtualAccount(world.rootId, `agent-${round}`)
    await world.grant(world.rootId, { principal: agent }, use)
    const { text } = await world.token(world.rootId, agent)
    expect((await chat(url, text, name)).status).toBe(200)
  }
})
