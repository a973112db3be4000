/** Virtual models through a real gateway: what is tried, how often, in which order, and what it costs. */
import { formatId } from '@commonhold/core'
import { APIError } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answersWell,
  delta,
  event,
  failsFirst,
  type Routed,
  refuses,
  routed,
} from './support/scripted.ts'
import {
  eventually,
  poolOf,
  type Stack,
  settledSnapshot,
  startStack,
  usageOf,
} from './support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ tuning: { timeouts: { headMs: 5_000, idleMs: 400 } } })
})
afterAll(() => stack.stop())

const messages = [{ role: 'user', content: 'Say something.' }] as const
const ask = { model: 'best', messages: [...messages] }

/** @returns which model answered */
async function answerOf(
  { openai }: Routed,
  more: object = {},
  headers = {},
): Promise<string | null> {
  const { choices } = await openai.chat.completions.create({ ...ask, ...more }, { headers })
  return choices[0]!.message.content
}

async function refusalOf(call: Promise<unknown>): Promise<APIError> {
  const error = await call.then(
    () => null,
    (caught: unknown) => caught,
  )
  if (!(error instanceof APIError)) throw error ?? new Error('It was answered.')
  return error
}

test('a target that fails for a moment is asked again, each attempt is billed, and the request counts once', async () => {
  const one = await routed(stack, 'retries', ['a', 'b'], { retries: 2 })
  const rate = await one.world.usageLimit(one.world.rootId, 'rate', 'requests', 100n, 86_400)
  await settledSnapshot(one.world, stack.first)
  one.provider.on('a', failsFirst(2, refuses(500)))
  expect(await answerOf(one)).toBe('a')
  expect(one.names()).toEqual(['a', 'a', 'a'])
  const rows = await usageOf(one.world, 3)
  expect(rows.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 'error'],
    [2, 'error'],
    [3, 'ok'],
  ])
  expect(rows.map(({ costNanos }) => costNanos > 0n)).toEqual([false, false, true])
  expect(new Set(rows.map(({ requestId }) => requestId)).size).toBe(1)
  expect((await poolOf(one.world, rate))!.settled).toBe(1n)
  one.provider.close()
})

test('what would fail again is not asked again: the next target is', async () => {
  const one = await routed(stack, 'lasting', ['a', 'b'], { retries: 5 })
  one.provider.on('a', refuses(401))
  expect(await answerOf(one)).toBe('b')
  expect(one.names()).toEqual(['a', 'b'])
  one.provider.close()
})

test('a short retry-after is honoured; a long one goes on at once, and the model is left alone', async () => {
  const short = await routed(stack, 'short-retry', ['a', 'b'], { retries: 1 })
  let firstAtMs = 0
  short.provider.on('a', (response, asked) => {
    firstAtMs ||= performance.now()
    failsFirst(1, refuses(429, { 'retry-after': '0.4' }))(response, asked)
  })
  expect(await answerOf(short)).toBe('a')
  expect(performance.now() - firstAtMs).toBeGreaterThanOrEqual(399)
  short.provider.close()

  const long = await routed(stack, 'long-retry', ['a', 'b'], { retries: 3 })
  long.provider.on('a', failsFirst(1, refuses(429, { 'retry-after': '60' })))
  expect(await answerOf(long)).toBe('b')
  expect(await answerOf(long)).toBe('b')
  expect(long.names()).toEqual(['a', 'b', 'b'])
  expect(stack.first.gateway.stats().health.states.parked).toBeGreaterThan(0)
  // Where nobody else is left, it is asked all the same: health alone refuses nothing.
  long.provider.on('b', refuses(500))
  expect(await answerOf(long)).toBe('a')
  long.provider.close()
})

test('a virtual model says which failures go on', async () => {
  const none = await routed(stack, 'no-fallback', ['a', 'b'], { fallbackOn: [] })
  none.provider.on('a', refuses(500))
  expect((await refusalOf(answerOf(none))).code).toBe('provider_error')
  expect(none.names()).toEqual(['a'])
  none.provider.close()

  const some = await routed(stack, 'some-fallback', ['a', 'b'], {
    fallbackOn: ['request_refused', '503'],
    retries: 2,
  })
  some.provider.on('a', refuses(400))
  expect(await answerOf(some)).toBe('b')
  some.provider.on('a', refuses(500))
  expect((await refusalOf(answerOf(some))).code).toBe('provider_error')
  expect(some.names()).toEqual(['a', 'b', 'a'])
  some.provider.close()
})

test('all attempts together end with the time limit', async () => {
  const one = await routed(stack, 'time-limit', ['a', 'b'], { timeLimitSeconds: 1, retries: 5 })
  one.provider.on('a', () => undefined)
  const startedAtMs = performance.now()
  expect((await refusalOf(answerOf(one))).code).toBe('provider_timed_out')
  expect(performance.now() - startedAtMs).toBeLessThan(4_000)
  // Six attempts of five seconds each, where nobody limits them.
  expect(one.names().length).toBeLessThan(4)
  one.provider.close()
})

test('a client that leaves while the gateway waits ends it: nothing more is asked or held', async () => {
  const one = await routed(stack, 'left-waiting', ['a', 'b'], { retries: 1 })
  one.provider.on('a', refuses(429, { 'retry-after': '2' }))
  const leave = new AbortController()
  const call = one.openai.chat.completions.create({ ...ask }, { signal: leave.signal })
  await eventually('it waits', () => stack.first.gateway.stats().retries > 0 && one.names().length)
  await usageOf(one.world, 1)
  leave.abort()
  await expect(call).rejects.toThrow()
  await eventually('nothing runs', () => stack.first.gateway.stats().inFlight === 0, 1_500)
  expect(one.names()).toEqual(['a'])
  expect(stack.first.gateway.stats().held.nanos).toBe(0n)
  one.provider.close()
})

test('access that is withdrawn while the gateway waits ends it (T75)', async () => {
  const one = await routed(stack, 'revoked-waiting', ['a', 'b'], { retries: 1 })
  one.provider.on('a', refuses(429, { 'retry-after': '2' }))
  const call = refusalOf(answerOf(one))
  await usageOf(one.world, 1)
  await one.world.run((tx) => tx.deleteFrom('grant').execute())
  expect((await call).code).toBe('access_revoked')
  expect(one.names()).toEqual(['a'])
  one.provider.close()
})

test('a target that the caller lost during the attempt before it is not asked (T77)', async () => {
  const one = await routed(stack, 'lost-target', ['a', 'b'])
  const { world, models } = one
  await world.run((tx) => tx.deleteFrom('grant').execute())
  const [agent] = await world.run((tx) => tx.selectFrom('virtualAccount').select('id').execute())
  const principal = formatId('va', agent!.id)
  await world.grant(world.rootId, { principal }, ['virtual-model:use'])
  await world.grant(world.rootId, { principal }, ['model:use'], { resource: models.a! })
  const lost = await world.grant(world.rootId, { principal }, ['model:use'], {
    resource: models.b!,
  })
  await settledSnapshot(world, stack.first)
  one.provider.on('a', async (response, asked) => {
    await world.run((tx) => tx.deleteFrom('grant').where('id', '=', lost).execute())
    await settledSnapshot(world, stack.first)
    await refuses(500)(response, asked)
  })
  expect((await refusalOf(answerOf(one))).code).toBe('provider_error')
  expect(one.names()).toEqual(['a'])
  one.provider.close()
})

test('a stream fails over until its first byte and never after', async () => {
  const one = await routed(stack, 'streams', ['a', 'b'], { retries: 1 })
  one.provider.on('a', (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(event({ error: { message: 'overloaded' } }))
  })
  const read = async () => {
    let text = ''
    const stream = await one.openai.chat.completions.create({ ...ask, stream: true })
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
    return text
  }
  expect(await read()).toBe('b')
  expect(one.names()).toEqual(['a', 'a', 'b'])
  one.provider.on('a', (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(delta('begun'))
    setTimeout(() => response.destroy(), 30)
  })
  await expect(read()).rejects.toThrow(/broke/)
  expect(one.names().slice(3)).toEqual(['a'])
  one.provider.close()
})

test('a model that fails several times in a row is tried last, and all that fail are still tried', async () => {
  const one = await routed(stack, 'circuit', ['a', 'b'])
  one.provider.on('a', refuses(503))
  const { opened } = stack.first.gateway.stats().health
  for (let i = 0; i < 5; i++) expect(await answerOf(one)).toBe('b')
  expect(one.names()).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'b', 'b'])
  expect(stack.first.gateway.stats().health.opened).toBe(opened + 1)
  one.provider.on('b', refuses(503))
  expect((await refusalOf(answerOf(one))).code).toBe('provider_error')
  expect(one.names().slice(8)).toEqual(['b', 'a'])
  // Once it answers, nothing bad is known of it.
  one.provider.on('a', failsFirst(0, refuses(503)))
  expect(await answerOf(one)).toBe('a')
  expect(await answerOf(one)).toBe('a')
  expect(one.names().slice(10)).toEqual(['b', 'a', 'a'])
  one.provider.close()
})

test('requests that are at fault themselves speak of no provider', async () => {
  const one = await routed(stack, 'bad-requests', ['a', 'b'])
  one.provider.on('a', refuses(400))
  for (let i = 0; i < 4; i++) expect((await refusalOf(answerOf(one))).status).toBe(400)
  expect(one.names()).toEqual(['a', 'a', 'a', 'a'])
  one.provider.close()
})

test('the same key goes to the same target while it works, and to the same other one when not', async () => {
  const sticky = { strategy: 'weighted', sticky: 'key' } as const
  const one = await routed(stack, 'sticky', ['a', 'b', 'c', 'd'], sticky)
  const targets = new Map<string, string | null>()
  for (let i = 0; i < 8; i++) targets.set(`user-${i}`, await answerOf(one, { user: `user-${i}` }))
  expect(new Set(targets.values()).size).toBeGreaterThan(1)
  for (const [key, target] of targets) {
    expect(await answerOf(one, { user: key })).toBe(target)
    expect(await answerOf(one, { prompt_cache_key: key, user: 'another' })).toBe(target)
    const header = { 'x-commonhold-sticky': key }
    expect(await answerOf(one, { prompt_cache_key: 'another' }, header)).toBe(target)
  }
  const [key, target] = [...targets][0]!
  one.provider.on(target!, refuses(500))
  const others: (string | null)[] = []
  for (let i = 0; i < 5; i++) others.push(await answerOf(one, { user: key }))
  expect(new Set(others).size).toBe(1)
  one.provider.close()
})

test('one caller goes to one target, whatever he says, where it sticks to the principal', async () => {
  const one = await routed(stack, 'by-principal', ['a', 'b', 'c', 'd'], {
    strategy: 'latency',
    sticky: 'principal',
  })
  const targets = new Set<string | null>()
  for (let i = 0; i < 8; i++) targets.add(await answerOf(one, { user: `user-${i}` }))
  expect(targets.size).toBe(1)
  one.provider.close()
})

test('by latency, each target is found out about, and then the fastest answers', async () => {
  const one = await routed(stack, 'latency', ['slow', 'fast'], { strategy: 'latency' })
  one.provider.on('slow', (response, asked) => {
    setTimeout(() => answersWell(response, asked), 150)
  })
  const seen = new Set<string | null>()
  for (let i = 0; i < 200 && seen.size < 2; i++) seen.add(await answerOf(one))
  expect([...seen].sort()).toEqual(['fast', 'slow'])
  for (let i = 0; i < 10; i++) expect(await answerOf(one)).toBe('fast')
  one.provider.close()
})

test('what a target is asked differs by its overrides, and so does what is held; other targets get the body as typed', async () => {
  const one = await routed(stack, 'overrides', ['a', 'b'], {
    targets: {
      a: { overrides: { temperature: null, outputTokensMax: 7, reasoningEffort: 'low' } },
    },
  })
  one.provider.on('a', refuses(500))
  const text = `{"temperature": 1.0, "model":"best", "max_tokens": 1000, "messages":[{"role":"user","content":"Hi"}]}`
  const response = await fetch(`${stack.first.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${one.token}` },
    body: text,
  })
  expect(response.status).toBe(200)
  const [first, second] = one.provider.asked
  expect(first!.body).toEqual({
    model: 'a',
    max_tokens: 7,
    reasoning_effort: 'low',
    messages: [{ role: 'user', content: 'Hi' }],
  })
  expect(second!.text).toBe(text.replace('"best"', '"b"'))
  const [tight, loose] = await usageOf(one.world, 2)
  // Two dollars per million tokens of output.
  const inputHeld = (row: typeof tight, output: bigint) => row!.heldNanos - output * 2_000n
  expect(inputHeld(tight, 7n)).toBeGreaterThan(0n)
  expect(inputHeld(tight, 7n)).toBeLessThan(150_000n)
  expect(inputHeld(loose, 1_000n)).toBeGreaterThan(0n)
  one.provider.close()
})

test('a cap lets a request fit into a budget that it would not fit in, and a raise takes it out of it', async () => {
  const one = await routed(stack, 'capped', ['a', 'b'], {
    targets: { b: { overrides: { outputTokensMax: 10 } } },
  })
  await one.world.budget(one.world.rootId, 'small', 400_000n)
  await settledSnapshot(one.world, stack.first)
  expect(await answerOf(one, { max_tokens: 1_000 })).toBe('b')
  expect(one.names()).toEqual(['b'])
  one.provider.close()

  const raised = await routed(stack, 'raised', ['a'], {
    targets: { a: { overrides: { outputTokens: 1_000 } } },
  })
  await raised.world.budget(raised.world.rootId, 'small', 400_000n)
  await settledSnapshot(raised.world, stack.first)
  const { code } = await refusalOf(answerOf(raised, { max_tokens: 10 }))
  expect(code).toBe('exceeds_budget_alone')
  expect(raised.names()).toEqual([])
  raised.provider.close()
})

test('overrides reach a client of the other format, in its own words', async () => {
  const one = await routed(stack, 'overrides-messages', ['a'], {
    targets: { a: { overrides: { outputTokensMax: 5, temperature: 0 } } },
  })
  const response = await fetch(`${stack.first.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': one.token, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ ...ask, max_tokens: 100 }),
  })
  expect(response.status).toBe(200)
  expect(one.provider.asked[0]!.body).toMatchObject({ max_tokens: 5, temperature: 0 })
  one.provider.close()
})

test('a target that is slower than it may be is left for the next, and so is a pause that is longer', async () => {
  const one = await routed(stack, 'timeouts', ['a', 'b'], {
    targets: { a: { firstByteSeconds: 1, idleSeconds: 1 } },
  })
  one.provider.on('a', () => undefined)
  const startedAtMs = performance.now()
  expect(await answerOf(one)).toBe('b')
  expect(performance.now() - startedAtMs).toBeLessThan(4_000)
  const [timedOut] = await usageOf(one.world, 2)
  expect(timedOut).toMatchObject({ status: 'unknown', numbersFrom: 'worst-case' })
  // The gateway's own limit here is 400 ms: the target's is what counts.
  one.provider.on('a', (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(delta('begun'))
    setTimeout(() => response.end(`${delta(', ended')}data: [DONE]\n\n`), 700)
  })
  let text = ''
  const stream = await one.openai.chat.completions.create({ ...ask, stream: true })
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
  expect(text).toBe('begun, ended')
  one.provider.close()
})
