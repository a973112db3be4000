/** Answers from the cache, through the real doors: who gets one, and what it costs. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withoutBlanks } from '../../src/gateway/answer-cache/blanks.ts'
import { type Acme, grantTo, startAcme, virtualAccount } from './support/acme.ts'
import type { Read } from './support/control.ts'
import { type GatewayBeside, startGatewayBeside } from './support/gateway-beside.ts'

let acme: Acme
let gateway: GatewayBeside
let research: string
let root: string

const hitNanos = 7_000n
const use = { 'x-commonhold-cache': 'use' }

beforeAll(async () => {
  acme = await startAcme()
  gateway = await startGatewayBeside(acme.control.services)
  await acme.root('price.create', {
    params: { model: 'sandbox/small' },
    body: { inputPerMillionUsd: '1', outputPerMillionUsd: '2', perCacheHitUsd: '0.000007' },
  })
  await acme.root('share.create', {
    body: { kind: 'provider-account', resource: 'sandbox', to: 'research', upTo: 'user' },
  })
  research = (await acme.program('robot')).token.secret
  const onModels = { type: 'kind', kind: 'model' }
  await acme.research('grant.create', { body: grantTo(virtualAccount('robot'), 'user', onModels) })
  const mine = await acme.root('personal-access-token.create', { body: { name: 'mine' } })
  root = mine.secret
  for (const ask of [acme.research, acme.root]) {
    await ask('gateway-setting.update', { body: { cache: { mode: 'on-request' } } })
  }
  await settled()
})
afterAll(async () => {
  await gateway.stop()
  await acme.close()
})

interface Question {
  readonly as?: string
  readonly content?: string
  readonly model?: string
  readonly headers?: Record<string, string>
  readonly more?: object
}

async function ask(question: Question) {
  const { as = research, content = 'Hello', model = 'sandbox/small', headers = use } = question
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content }],
      max_tokens: 20,
      ...question.more,
    }),
  })
  const { status } = response
  const request = response.headers.get('x-request-id')!
  const type = response.headers.get('content-type')
  return {
    status,
    request,
    type,
    cache: response.headers.get('x-commonhold-cache'),
    text: await response.text(),
  }
}

/** What is changed in a tenant is known to the gateway within moments, and changes every key. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    const content = `settled ${turn}`
    const first = await ask({ content })
    const second = await ask({ content })
    await wait(30)
    const third = await ask({ content })
    if (first.cache === 'miss' && second.cache === 'hit' && third.cache === 'hit') return
  }
  throw new Error('The gateway never answered from its cache.')
}

async function usageOf(request: string): Promise<Read> {
  for (let turn = 0; turn < 200; turn++) {
    const { items } = await acme.research('usage.list', { query: { limit: '200' } })
    const found = items.find((item: Read) => item.requestId === request)
    if (found) return found
    await wait(25)
  }
  throw new Error('The usage was never applied.')
}

test('the same question gets the same answer, counted and billed at the price of a hit', async () => {
  const first = await ask({ content: 'What is a commons?' })
  const second = await ask({ content: 'What is a commons?' })
  expect([first.cache, second.cache]).toEqual(['miss', 'hit'])
  expect(second.text).toBe(first.text)
  expect(second.type).toBe(first.type)
  expect(await usageOf(first.request)).toMatchObject({ numbersFrom: 'provider', status: 'ok' })
  expect(await usageOf(second.request)).toMatchObject({
    numbersFrom: 'cache',
    status: 'ok',
    inputTokens: 0,
    outputTokens: 0,
    costNanos: String(hitNanos),
    heldNanos: String(hitNanos),
  })
})

test('a stream is given again as a stream, event by event as it was', async () => {
  const more = { stream: true }
  const first = await ask({ content: 'Stream it.', more })
  const second = await ask({ content: 'Stream it.', more })
  expect([first.cache, second.cache]).toEqual(['miss', 'hit'])
  expect(second.type).toContain('text/event-stream')
  expect(second.text).toBe(first.text)
  expect(second.text).toContain('[DONE]')
  const whole = await ask({ content: 'Stream it.' })
  expect(whole.cache).toBe('miss')
})

test('without asking for it, nothing is kept and nothing is given again', async () => {
  const question = { content: 'Not asked.', headers: {} }
  expect([(await ask(question)).cache, (await ask(question)).cache]).toEqual([null, null])
  expect((await ask({ content: 'Not asked.' })).cache).toBe('miss')
})

test('a model whose price does not say what a hit costs is never answered from the cache', async () => {
  const question = { content: 'Unpriced.', model: 'sandbox/large' }
  expect([(await ask(question)).cache, (await ask(question)).cache]).toEqual([null, null])
})

test('(T79) the same question from another account is another question', async () => {
  const content = 'Between accounts.'
  expect((await ask({ content })).cache).toBe('miss')
  expect((await ask({ content, as: root })).cache).toBe('miss')
  expect((await ask({ content })).cache).toBe('hit')
  expect((await ask({ content, as: root })).cache).toBe('hit')
})

test('a refused answer is not kept', async () => {
  const question = { content: 'Refused.', more: { max_tokens: 0 } }
  const first = await ask(question)
  expect(first.status).not.toBe(200)
  expect((await ask(question)).text).not.toBe('')
  expect((await ask(question)).cache).not.toBe('hit')
})

test('(T79) a hit needs room in the budget, and no answer outlives the access to it', async () => {
  const content = 'Until it is taken back.'
  await ask({ content })
  expect((await ask({ content })).cache).toBe('hit')
  const { id } = await acme.research('budget.create', {
    body: { name: 'none', level: 'virtual-account', of: 'robot', amountUsd: '0', period: 'day' },
  })
  let refused = await ask({ content })
  while (refused.status === 200) refused = await ask({ content })
  expect(refused.text).toContain('exceeds_budget_alone')
  await acme.research('budget.delete', { params: { budget: id } })
  while ((await ask({ content })).cache !== 'hit') await wait(10)
  const grants = await acme.research('grant.list', { query: { 'filter[virtualAccount]': 'robot' } })
  for (const grant of grants.items) {
    await acme.research('grant.delete', { params: { grant: grant.id } })
  }
  let after = await ask({ content })
  while (after.status === 200) after = await ask({ content })
  // Whoever was in between is ended with a reason; from then on the model is not there.
  expect([403, 404]).toContain(after.status)
  for (let turn = 0; turn < 5; turn++) expect((await ask({ content })).status).toBe(404)
})

test('blanks between the parts of a question make no other question, blanks in a text do', () => {
  expect(withoutBlanks(' { "a b" : [ 1 , "\\" c\\\\" ] }\n')).toBe('{"a b":[1,"\\" c\\\\"]}')
  expect(withoutBlanks('{"n":1.0}')).not.toBe(withoutBlanks('{"n":1}'))
})
