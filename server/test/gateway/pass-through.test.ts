/** What a vendor has beside our routes: only for who may change the provider account, and for nobody with a limit. */
import { request as ask, createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, settledSnapshot, startStack } from './support/stack.ts'

let stack: Stack
let vendor: Server
let baseUrl = ''
const seen: { url: string; method: string; headers: IncomingMessage['headers']; body: string }[] =
  []
beforeAll(async () => {
  stack = await startStack()
  vendor = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { url = '', method = '', headers } = request
    seen.push({ url, method, headers, body: Buffer.concat(chunks).toString() })
    const isMissing = url.includes('missing')
    response.writeHead(isMissing ? 404 : 200, {
      'content-type': 'application/json',
      'set-cookie': 'a=b',
    })
    response.end(
      JSON.stringify(isMissing ? { error: { message: 'no sk-vendor-secret here' } } : { ok: true }),
    )
  })
  await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}/v1`
})
afterAll(async () => {
  vendor.close()
  vendor.closeAllConnections()
  await stack.stop()
})

async function tenant(name: string) {
  const world = await stack.world(name)
  const { rootId } = world
  const provider = await world.providerAccount(
    rootId,
    'vendor',
    { provider: 'openai-compatible', baseUrl },
    'sk-vendor-secret',
  )
  await world.model(rootId, provider, 'model')
  const tokenWith = async (
    agent: string,
    permissions: readonly ['model:use', ...('provider-account:update' | 'provider-account:use')[]],
  ) => {
    const id = await world.virtualAccount(rootId, agent)
    await world.grant(rootId, { principal: id }, permissions)
    return (await world.token(rootId, id)).text
  }
  const admin = await tokenWith('admin', ['model:use', 'provider-account:update'])
  const user = await tokenWith('user', ['model:use', 'provider-account:use'])
  const known = () => settledSnapshot(world, stack.first)
  await known()
  return { world, provider, admin, user, known }
}

/** As bytes, so that nothing is normalised on the way. */
function send(
  token: string,
  path: string,
  method = 'GET',
  body?: string,
  headers: Record<string, string> = {},
) {
  const { port } = new URL(stack.first.url)
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>(
    (resolve, reject) => {
      const all = { ...headers, authorization: `Bearer ${token}` }
      const sent = ask({ port, path, method, headers: all }, async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        })
      })
      sent.on('error', reject)
      sent.end(body)
    },
  )
}

test('a path of the vendor is passed through with its own key, and nothing of the caller’s but what is said here', async () => {
  const { admin } = await tenant('passed')
  const body = '{"any":"thing"}'
  const headers = {
    'content-type': 'application/json',
    cookie: 'session=1',
    'x-api-key': admin,
    'x-forwarded-for': '1.2.3.4',
    'openai-beta': 'x=y',
  }
  const answered = await send(
    admin,
    '/v1/providers/vendor/fine_tuning/jobs?limit=2&after=ft-1',
    'POST',
    body,
    headers,
  )
  expect([answered.status, answered.body]).toEqual([200, '{"ok":true}'])
  expect(answered.headers['set-cookie']).toBeUndefined()
  const got = seen.at(-1)!
  expect([got.method, got.url, got.body]).toEqual([
    'POST',
    '/v1/fine_tuning/jobs?limit=2&after=ft-1',
    body,
  ])
  expect(got.headers.authorization).toBe('Bearer sk-vendor-secret')
  expect(got.headers['openai-beta']).toBe('x=y')
  expect(JSON.stringify(got.headers)).not.toContain(admin)
  for (const header of ['cookie', 'x-api-key', 'x-forwarded-for'])
    expect(got.headers[header]).toBeUndefined()
  expect((await send(admin, '/v1/providers/vendor/models/x', 'DELETE')).status).toBe(200)
})

test('who may only use it, or comes from elsewhere, does not find the provider account', async () => {
  const { world, user, provider, known } = await tenant('elsewhere')
  const account = await world.account('account1')
  const agent = await world.virtualAccount(account, 'there')
  await world.grant(account, { principal: agent }, ['model:use', 'provider-account:update'])
  await world.share(provider, account)
  const { text: shared } = await world.token(account, agent)
  const stranger = await tenant('stranger')
  await known()
  const before = seen.length
  for (const [token, name] of [
    [user, 'vendor'],
    [shared, 'vendor'],
    [shared, provider],
    [stranger.admin, provider],
  ] as const) {
    const { status, body } = await send(token, `/v1/providers/${name}/models`)
    expect([status, JSON.parse(body).error.code]).toEqual([404, 'object_not_found'])
  }
  expect(seen.length).toBe(before)
})

test('who has a limit is refused, whichever of the models it is on', async () => {
  const { world, admin, known } = await tenant('limited')
  await world.budget(world.rootId, 'watched', 10n ** 12n, {}, { mode: 'audit' })
  await known()
  expect((await send(admin, '/v1/providers/vendor/models')).status).toBe(200)
  await world.usageLimit(world.rootId, 'few', 'requests', 10n, 60)
  await known()
  const before = seen.length
  const { status, body } = await send(admin, '/v1/providers/vendor/models')
  expect([status, JSON.parse(body).error.code]).toEqual([403, 'price_unknown'])
  expect(seen.length).toBe(before)
})

test('paths that lead elsewhere, or to what is metered here, are refused', async () => {
  const { admin } = await tenant('paths')
  const before = seen.length
  const paths = [
    '',
    '/',
    '/../admin',
    '/a/../../b',
    '/a//b',
    '/./a',
    '/%2e%2e/a',
    '/a%2f..%2fb',
    '/a%252e',
    '/a%00',
    '/a%0d%0ax:y',
    '/a\\b',
    '/a;b',
    '/a?api_key=x',
    '/a?access_token=x',
    `/a?x=${admin}`,
    '/a?x=%0d%0a#y',
    '/chat/completions',
    '/Chat/Completions',
    '/files',
    '/files/file-1',
    '/batches',
    '/images/edits',
  ]
  for (const path of paths) {
    const { status } = await send(admin, `/v1/providers/vendor${path}`, 'POST', '{}')
    expect([path, status >= 400 && status < 500]).toEqual([path, true])
  }
  expect(seen.length).toBe(before)
})

test('an error of the vendor keeps its status and loses what is secret', async () => {
  const { admin } = await tenant('errors')
  const { status, body } = await send(admin, '/v1/providers/vendor/missing')
  expect(status).toBeGreaterThanOrEqual(400)
  expect(body).not.toContain('sk-vendor-secret')
})
