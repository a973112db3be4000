/** What a client can do wrong at the gateway: refused in OpenAI's form, and nothing is billed. */
import { connect } from 'node:net'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Person, password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'
import { expectOpenAiError, type RawRequest, send } from './raw.ts'

const root = { account: 'root' }
const chat = '/v1/chat/completions'
const messages = [{ role: 'user', content: 'Hello' }]
const good = { model: 'vendor/model1', messages, max_tokens: 5 }

let product: TestProduct
let admin: Person
let token: string
/** Bytes above the limit of the gateway, which is 10 MiB. */
const tooMuch = 'a'.repeat(10 * 1_048_576 + 1)

beforeAll(async () => {
  product = await startProduct({
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
  })
  admin = await signIn(product.url, 'ana@example.com')
  const { client } = admin
  await client.providerAccount.create(root, { name: 'vendor', provider: 'sandbox' })
  for (const [name, type] of [
    ['model1', 'chat'],
    ['embed', 'embedding'],
  ] as const) {
    await client.model.create(root, {
      name,
      providerAccount: 'vendor',
      upstreamModel: type === 'chat' ? 'sandbox-fast' : 'sandbox-embed',
      type,
      contextTokensMax: 8_000,
      outputTokensMax: 200,
      price: { inputPerMillionUsd: '1', outputPerMillionUsd: '1' },
    })
  }
  await client.virtualAccount.create(root, { name: 'app' })
  await client.grant.create(root, {
    subject: { type: 'virtual-account', virtualAccount: 'app' },
    object: { type: 'kind', kind: 'model' },
    role: 'user',
  })
  token = (await client.token.create({ ...root, virtualAccount: 'app' }, { name: 'app' })).secret
  await eventually('the gateway to know the token', async () => {
    const answer = await ask({ path: '/v1/models' })
    return answer.status === 200 && answer.text.includes('vendor/model1')
  })
}, 90_000)
afterAll(() => product?.remove())

const ask = (asked: RawRequest) =>
  send(product.url, { ...asked, headers: { authorization: `Bearer ${token}`, ...asked.headers } })
const post = (body: unknown, path = chat) => ask({ method: 'POST', path, body })

const malformed: readonly (readonly [string, unknown])[] = [
  ['nothing', ''],
  ['broken JSON', '{"model":'],
  ['a list', '[]'],
  ['a text', '"hello"'],
  ['null', 'null'],
  ['a field twice', '{"model":"vendor/model1","model":"vendor/model1","messages":[]}'],
  ['no model', { messages }],
  ['a number as model', { ...good, model: 1 }],
  ['an empty model', { ...good, model: '' }],
  ['a text for stream', { ...good, stream: 'yes' }],
  ['no tokens at all', { ...good, max_tokens: 0 }],
  ['fewer than no tokens', { ...good, max_tokens: -5 }],
  ['half a token', { ...good, max_tokens: 1.5 }],
  ['tokens as text', { ...good, max_tokens: '5' }],
  ['a thousand choices', { ...good, n: 1_000 }],
  ['no choices', { ...good, n: 0 }],
  ['no messages', { model: 'vendor/model1' }],
  ['messages as text', { ...good, messages: 'Hello' }],
  ['a message that is none', { ...good, messages: [1] }],
  ['an embedding model for chat', { ...good, model: 'vendor/embed' }],
  ['deep nesting', `{"model":"vendor/model1","messages":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
]

describe('a call that is not what it should be', () => {
  it.each(malformed)('%s', async (_, body) => {
    const before = await admin.client.usage.summary(root)
    expectOpenAiError(await post(body), 400)
    const after = await admin.client.usage.summary(root)
    expect(after.totalNanos).toBe(before.totalNanos)
  })

  const names = ['vendor/nothing', 'nothing/model1', '../model1', 'vendor/model1/', 'VENDOR/model1']
  const odd = [
    'vendor/m\u043Edel1',
    'vendor/model1\0',
    'vendor/model1\u200B',
    '__proto__',
    'x'.repeat(5_000),
  ]
  it.each([...names, ...odd])('the model %j', async (model) => {
    const answer = await post({ ...good, model })
    expectOpenAiError(answer, 404, 'model_not_found')
    expect(answer.body.error!.param).toBe('model')
    expect(answer.text.length).toBeLessThan(2_500)
  })

  it('more than 10 MiB: told so on each route, and the connection is not cut', async () => {
    for (const path of [chat, '/v1/embeddings']) {
      const answer = await post({ ...good, messages: [{ role: 'user', content: tooMuch }] }, path)
      expectOpenAiError(answer, 413, 'body_too_large')
    }
  })

  it('more than 10 MiB, in chunks without a length', async () => {
    const body = JSON.stringify({ ...good, user: tooMuch })
    const response = await fetch(`${product.url}${chat}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { code: 'body_too_large' } })
  })

  it('as an OpenAI client tells it', async () => {
    const client = new OpenAI({ apiKey: token, baseURL: `${product.url}/v1`, maxRetries: 0 })
    const large = client.chat.completions.create({
      model: 'vendor/model1',
      messages: [{ role: 'user', content: tooMuch }],
    })
    await expect(large).rejects.toMatchObject({ status: 413, code: 'body_too_large' })
  })
})

describe('a request that is not what it should be', () => {
  const without = [
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer sk-123',
    'Bearer ch_va_x',
    'ch_va_x',
  ]
  it.each(without)('the credential %j', async (authorization) => {
    const answer = await ask({ method: 'POST', path: chat, body: good, headers: { authorization } })
    expectOpenAiError(answer, 401, 'invalid_api_key')
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it('a credential with one letter changed', async () => {
    const last = token.at(-1) === '0' ? '1' : '0'
    const authorization = `Bearer ${token.slice(0, -1)}${last}`
    expectOpenAiError(await ask({ path: '/v1/models', headers: { authorization } }), 401)
  })

  it('another method, another address, another spelling', async () => {
    expectOpenAiError(await ask({ path: chat }), 405, 'method_not_allowed')
    expectOpenAiError(await post({}, '/v1/models'), 405, 'method_not_allowed')
    for (const path of [`${chat}/`, '/v1/Chat/Completions', '/v1/nothing', '/v1/', '/v1//models']) {
      expectOpenAiError(await post(good, path), 404, 'route_not_found')
    }
    expectOpenAiError(await ask({ path: '/v1/models/%00' }), 404, 'model_not_found')
    expect((await ask({ path: '/v1/models/vendor%2Fmodel1' })).status).toBe(200)
  })

  it('a client that leaves in the middle of its body costs nothing and harms nobody', async () => {
    const before = await admin.client.usage.summary(root)
    const { hostname, port } = new URL(product.url)
    const socket = connect(Number(port), hostname)
    const head = `POST ${chat} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1000\r\n\r\n{"model":`
    await new Promise<void>((resolve) => socket.write(head, () => resolve()))
    socket.destroy()
    expect((await post(good)).status).toBe(200)
    await eventually('the one call on the bill', async () => {
      const { requests } = await admin.client.usage.summary(root)
      return requests === before.requests + 1
    })
  })
})
