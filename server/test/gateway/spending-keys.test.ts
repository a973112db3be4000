/**
 * Idempotency-Key on what costs (case T73): one key of one caller spends once, whichever gateway the retry
 * reaches, and whatever became of the first call.
 */
import { randomUUID } from 'node:crypto'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KeyedCall, keptAnswerBytesMax } from '../../src/gateway/spending-keys/keyed-call.ts'
import {
  eventually,
  type Running,
  type Stack,
  settledSnapshot,
  startStack,
  usageOf,
} from './support/stack.ts'

let stack: Stack
let second: Running
beforeAll(async () => {
  stack = await startStack()
  second = await stack.gateway()
})
afterAll(() => stack.stop())

const models = ['fast', 'slow', '429', 'cut'].map((name) => `sandbox-${name}`)

async function tenant(name: string) {
  const world = await stack.world(name)
  const { rootId } = world
  const provider = await world.providerAccount(rootId, 'sandbox')
  for (const model of models) await world.model(rootId, provider, model)
  const agent = async (agentName: string) => {
    const id = await world.virtualAccount(rootId, agentName)
    await world.grant(rootId, { principal: id }, ['model:use'])
    return (await world.token(rootId, id)).text
  }
  const token = await agent('agent')
  for (const gateway of [stack.first, second]) await settledSnapshot(world, gateway)
  const served = () => stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)?.requests ?? 0
  return { world, token, agent, served }
}

interface Asked {
  readonly key: string
  readonly model?: string
  readonly text?: string
  readonly more?: object
  readonly url?: string
  readonly signal?: AbortSignal
}

async function ask(token: string, { key, model, text, more, url, signal }: Asked) {
  const response = await fetch(`${url ?? stack.first.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({
      model: `sandbox/${model ?? 'sandbox-fast'}`,
      messages: [{ role: 'user', content: text ?? 'Once.' }],
      ...more,
    }),
    ...(signal && { signal }),
  })
  const { status, headers } = response
  const body = await response.text()
  const code = status === 200 ? null : (JSON.parse(body).error.code as string)
  return { status, headers, body, code, isReplay: headers.get('idempotent-replayed') === 'true' }
}

/** A retry, as soon as the first call is over. */
const again = (token: string, asked: Asked) =>
  eventually('the first call is over', async () => {
    const answer = await ask(token, asked)
    return answer.code !== 'idempotency_key_running' && answer
  })

test('T73: a retry under the same key gets the recorded answer, at another gateway too, and costs nothing', async () => {
  const { world, token, served } = await tenant('retried')
  const key = randomUUID()
  const first = await ask(token, { key })
  expect([first.status, first.isReplay]).toEqual([200, false])
  for (const { url } of [stack.first, second]) {
    const retry = await again(token, { key, url })
    expect([retry.status, retry.isReplay, retry.body]).toEqual([200, true, first.body])
    expect(retry.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(retry.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
  }
  expect(served()).toBe(1)
  expect(await usageOf(world, 1)).toHaveLength(1)
})

test('T73: a client that gave up waiting finds its answer under the key, and one bill', async () => {
  const { world, token, served } = await tenant('gave-up')
  for (const stream of [false, true]) {
    const key = randomUUID()
    const more = { stream, max_tokens: 30 }
    const leave = new AbortController()
    const before = served()
    const first = ask(token, { key, model: 'sandbox-slow', more, signal: leave.signal })
    await eventually('it runs', () => served() > before)
    const early = await ask(token, { key, model: 'sandbox-slow', more, url: second.url })
    expect([early.status, early.code]).toEqual([409, 'idempotency_key_running'])
    expect(early.headers.get('x-should-retry')).toBe('true')
    expect(early.headers.get('retry-after')).toBe('1')
    leave.abort()
    await expect(first).rejects.toThrow()
    const retry = await again(token, { key, model: 'sandbox-slow', more, url: second.url })
    expect([retry.status, retry.isReplay]).toEqual([200, true])
    expect(retry.body).toContain(stream ? 'data: [DONE]' : '"usage"')
  }
  expect(served()).toBe(2)
  const rows = await usageOf(world, 2)
  expect(rows.map(({ status, numbersFrom }) => [status, numbersFrom])).toEqual([
    ['ok', 'provider'],
    ['ok', 'provider'],
  ])
})

test('T73: of many at once one is served', async () => {
  const { world, token, served } = await tenant('at-once')
  const key = randomUUID()
  const urls = [stack.first.url, second.url]
  const asked = Array.from({ length: 20 }, (_, at) => ask(token, { key, url: urls[at % 2]! }))
  const answers = await Promise.all(asked)
  expect(answers.filter(({ status, isReplay }) => status === 200 && !isReplay)).toHaveLength(1)
  expect(served()).toBe(1)
  await usageOf(world, 1)
})

test('the same key with another request is refused, and another caller or route has its own', async () => {
  const { token, agent, served, world } = await tenant('reused')
  const key = randomUUID()
  await ask(token, { key })
  const other = await ask(token, { key, text: 'Another.' })
  expect([other.status, other.code]).toEqual([422, 'idempotency_key_reused'])
  expect(other.headers.get('x-should-retry')).toBe('false')
  const beside = await agent('beside')
  await settledSnapshot(world, stack.first)
  expect(await ask(beside, { key, text: 'Another.' })).toMatchObject({
    status: 200,
    isReplay: false,
  })
  const malformed = await ask(token, { key: 'x'.repeat(256) })
  expect([malformed.status, malformed.code]).toEqual([400, 'invalid_request'])
  expect(served()).toBe(2)
})

test('what was refused and cost nothing leaves the key free; what may have cost something does not', async () => {
  const { world, token, served } = await tenant('failed')
  const key = randomUUID()
  for (let attempt = 0; attempt < 2; attempt++) {
    const limited = await ask(token, { key, model: 'sandbox-429' })
    expect([limited.status, limited.code]).toEqual([429, 'provider_rate_limited'])
  }
  expect(await ask(token, { key })).toMatchObject({ status: 200, isReplay: false })
  // A whole answer that broke off: the provider has done the work.
  const lost = randomUUID()
  expect((await ask(token, { key: lost, model: 'sandbox-cut' })).code).toBe(
    'provider_connection_lost',
  )
  const retry = await again(token, { key: lost, model: 'sandbox-cut' })
  expect([retry.status, retry.code]).toEqual([409, 'idempotency_key_spent'])
  expect(retry.headers.get('x-should-retry')).toBe('false')
  expect(served()).toBe(2)
  const rows = await usageOf(world, 4)
  expect(rows.filter(({ costNanos }) => costNanos > 0n)).toHaveLength(2)
})

test('an answer that could not be kept is not given again, and not billed again', async () => {
  const { world, token } = await tenant('not-kept')
  const key = randomUUID()
  await ask(token, { key })
  await again(token, { key })
  const kept = await world.run((tx) =>
    tx.selectFrom('spendingKey').select(['answer', 'keyHash']).executeTakeFirstOrThrow(),
  )
  expect(kept.answer!.includes('sandbox')).toBe(false)
  expect(kept.keyHash.includes(key)).toBe(false)
  await world.run((tx) => tx.updateTable('spendingKey').set({ answer: null }).execute())
  const retry = await ask(token, { key })
  expect([retry.status, retry.code]).toEqual([409, 'idempotency_key_spent'])
  await usageOf(world, 1)
})

test('a gateway that died leaves its key spent, and one that lives is waited for', async () => {
  const { world, token } = await tenant('died')
  const key = randomUUID()
  await ask(token, { key })
  const left = (sourceEpoch: bigint) =>
    world.run((tx) =>
      tx.updateTable('spendingKey').set({ state: 'running', sourceEpoch }).execute(),
    )
  await left(1n)
  expect((await ask(token, { key })).code).toBe('idempotency_key_running')
  await left(0n)
  const { code, body } = await ask(token, { key })
  expect([code, body.includes('cut off with its gateway')]).toEqual(['idempotency_key_spent', true])
})

test('who may not use the model any more does not get its recorded answer', async () => {
  const { world, token } = await tenant('revoked')
  const key = randomUUID()
  await ask(token, { key })
  await world.run((tx) => tx.deleteFrom('grant').execute())
  await settledSnapshot(world, stack.first)
  const { status } = await again(token, { key })
  expect([403, 404]).toContain(status)
})

test('OpenAI’s library with a key: its own retry is answered from the first call, and a batch is submitted once', async () => {
  const { world, token } = await tenant('library')
  const openai = new OpenAI({ baseURL: `${stack.first.url}/v1`, apiKey: token, timeout: 400 })
  const once = { headers: { 'Idempotency-Key': randomUUID() }, maxRetries: 5 }
  const asked = { model: 'sandbox/sandbox-slow', max_tokens: 30, messages: [] }
  const messages = [{ role: 'user' as const, content: 'Slowly.' }]
  const answer = await openai.chat.completions.create({ ...asked, messages }, once)
  expect(answer.choices[0]!.message.content).toContain('sandbox')
  await usageOf(world, 1)
  const line = {
    custom_id: 'a',
    method: 'POST',
    url: '/v1/chat/completions',
    body: { ...asked, model: 'sandbox/sandbox-fast', messages },
  }
  const file = await openai.files.create({
    file: await toFile(Buffer.from(JSON.stringify(line)), 'in.jsonl'),
    purpose: 'batch',
  })
  const key = { headers: { 'Idempotency-Key': randomUUID() } }
  const submit = () =>
    openai.batches.create(
      { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' },
      key,
    )
  const ids = [(await submit()).id, (await submit()).id]
  expect(ids[0]).toBe(ids[1])
  expect((await openai.batches.list()).data).toHaveLength(1)
})

test('a keyed call goes on without its client, until its answer is too large to be kept', () => {
  let leave: () => void = () => undefined
  let ended = 0
  const keyed = new KeyedCall({
    onGone: (listener: () => void) => {
      leave = listener
    },
    begin: () => undefined,
    write: () => false,
    onDrain: () => undefined,
  } as never)
  keyed.onGone(() => ended++)
  keyed.begin({})
  expect(keyed.write('x')).toBe(false)
  let drained = 0
  keyed.onDrain(() => drained++)
  leave()
  expect([keyed.isGone, ended, drained]).toEqual([false, 0, 1])
  expect(keyed.write(Buffer.alloc(keptAnswerBytesMax))).toBe(true)
  expect([keyed.isGone, ended, keyed.seen]).toEqual([true, 1, null])
})
