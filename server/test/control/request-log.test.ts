/** The request log through the real doors: a gateway writes it, the control plane shows it. */
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reconcile } from '../../src/worker/forget-requests.ts'
import { quietLog } from '../gateway/support/quiet-log.ts'
import { type Acme, grantTo, startAcme, virtualAccount } from './support/acme.ts'
import { type Read, refusalOf } from './support/control.ts'
import { type GatewayBeside, startGatewayBeside } from './support/gateway-beside.ts'

let acme: Acme
let gateway: GatewayBeside
let token: string
let stranger: string

beforeAll(async () => {
  acme = await startAcme()
  gateway = await startGatewayBeside(acme.control.services)
  await acme.root('share.create', {
    body: { kind: 'provider-account', resource: 'sandbox', to: 'research', upTo: 'user' },
  })
  token = (await acme.program('robot')).token.secret
  stranger = (await acme.program('stranger')).token.secret
  const all = { type: 'kind', kind: 'model' }
  await acme.research('grant.create', { body: grantTo(virtualAccount('robot'), 'user', all) })
})
afterAll(async () => {
  await gateway.stop()
  await acme.close()
})

const settings = (requestLog: object) =>
  acme.research('gateway-setting.update', { body: { requestLog } })

interface Asked {
  readonly model?: string
  readonly content?: string
  readonly as?: string
  readonly more?: object
}

async function call({ model = 'small', content = 'Say hello.', as = token, more }: Asked = {}) {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: `sandbox/${model}`,
      messages: [{ role: 'user', content }],
      max_tokens: 20,
      ...more,
    }),
  })
  return { id: response.headers.get('x-request-id')!, text: await response.text() }
}

/** The setting reaches the gateway within milliseconds; a call before that is not logged. */
async function logged(asked: Asked = {}): Promise<Read> {
  const untilMs = Date.now() + 8_000
  for (;;) {
    const { id } = await call(asked)
    const found = await listedSoon(id)
    if (found) return found
    if (Date.now() > untilMs) throw new Error('It was never logged.')
  }
}

async function listedSoon(id: string): Promise<Read | undefined> {
  for (let turn = 0; turn < 15; turn++) {
    const { items } = await acme.research('request-log.list')
    const found = items.find((item: Read) => item.id === id)
    if (found && (found.outcome !== 'ok' || found.costNanos !== '0')) return found
    await wait(25)
  }
  return undefined
}

const get = (request: string) => acme.research('request-log.get', { params: { request } })
const reveal = (request: string) => acme.research('request-log.reveal', { params: { request } })

test('nothing is kept until the account asks for it', async () => {
  await call()
  expect(await acme.research('gateway-setting.get')).toMatchObject({
    requestLog: { mode: 'off', retentionDays: 30, redact: { emails: true, keys: true } },
  })
  expect((await acme.research('request-log.list')).items).toEqual([])
})

test('metadata says who called what, how it went and what it cost, and keeps no body', async () => {
  await settings({ mode: 'metadata' })
  const entry = await logged()
  expect(entry).toMatchObject({
    route: 'chat',
    principal: { kind: 'virtual-account', name: 'robot' },
    token: { name: 'main' },
    modelAsked: 'sandbox/small',
    modelServed: 'sandbox/small',
    outcome: 'ok',
    code: null,
    streamed: false,
    bodies: 'none',
    attempts: 1,
  })
  expect(entry.firstByteMs).toBeLessThanOrEqual(entry.durationMs)
  const { attempts } = await get(entry.id)
  expect(attempts).toMatchObject([{ attempt: 1, status: 'ok', costNanos: entry.costNanos }])
  expect(BigInt(attempts[0].heldNanos)).toBeGreaterThanOrEqual(BigInt(entry.costNanos))
  expect(await refusalOf(reveal(entry.id))).toBe('not_found')
})

test('a call that was refused for permission or budget is in the log, with what it was told', async () => {
  const missing = await logged({ as: stranger })
  expect(missing).toMatchObject({
    outcome: 'refused',
    code: 'model_not_found',
    modelAsked: 'sandbox/small',
    modelServed: null,
    principal: { name: 'stranger' },
    attempts: 0,
    costNanos: '0',
  })
  expect(missing.message).toContain('does not exist or you do not have access')
  const { id } = await acme.research('budget.create', {
    body: {
      name: 'nothing',
      level: 'virtual-account',
      of: 'robot',
      amountUsd: '0',
      period: 'day',
    },
  })
  let refused: Read = await logged()
  while (refused.outcome === 'ok') refused = await logged()
  expect(refused).toMatchObject({ outcome: 'refused', code: 'exceeds_budget_alone' })
  expect(refused.message).toContain('nothing')
  await acme.research('budget.delete', { params: { budget: id } })
})

test('full keeps both bodies, redacted and encrypted, and shows them on the record alone', async () => {
  await settings({ mode: 'full', redact: { fields: ['metadata.customer'] } })
  const content = 'Mail ana@example.com, card 4111 1111 1111 1111, key sk-abcdefghijklmnopqrstuvwx.'
  let entry: Read
  do entry = await logged({ content, more: { metadata: { customer: 'Ana' } } })
  while (entry.bodies === 'none')
  const { request, answer } = await reveal(entry.id)
  expect(request.state).toBe('kept')
  expect(JSON.parse(request.text)).toMatchObject({
    model: 'sandbox/small',
    metadata: { customer: '[redacted]' },
    messages: [
      {
        content: 'Mail [redacted: e-mail], card [redacted: card number], key [redacted: key].',
      },
    ],
  })
  expect(JSON.parse(answer.text).choices[0].message.content).toEqual(expect.any(String))
  const stored = await acme.control.services.database.withTenant(acme.tenant.id, (tx) =>
    tx.selectFrom('requestLogBody').select('ciphertext').execute(),
  )
  for (const { ciphertext } of stored) expect(ciphertext.includes('redacted')).toBe(false)
  const events = await acme.research('audit-event.list', {
    query: { 'filter[operation]': 'request-log.reveal' },
  })
  expect(events.items[0].target.id).toBe(entry.id)
})

test('a stream is kept as what it said in the end', async () => {
  const entry = await logged({ content: 'Tell me of commons.', more: { stream: true } })
  expect(entry).toMatchObject({ streamed: true, outcome: 'ok' })
  const { answer } = await reveal(entry.id)
  const { stream } = JSON.parse(answer.text)
  expect(stream).toHaveLength(1)
  expect(stream[0].text).toContain('sandbox')
  expect(['end', 'length']).toContain(stream[0].stop)
})

test('it is searched by model, principal, token, outcome, code, cost and time, page by page', async () => {
  const ids = async (query: Record<string, string>) =>
    (await acme.research('request-log.list', { query })).items.map((item: Read) => item.id)
  const all = await ids({})
  const sizes = async (query: Record<string, string>) => (await ids(query)).length
  const refused = await sizes({ 'filter[outcome]': 'refused' })
  const ok = await sizes({ 'filter[outcome]': 'ok' })
  expect(refused + ok).toBe(all.length)
  expect(await sizes({ 'filter[virtualAccount]': 'stranger' })).toBeGreaterThan(0)
  expect(await sizes({ 'filter[model]': 'sandbox/small' })).toBe(all.length)
  expect(await sizes({ 'filter[model]': 'sandbox/large' })).toBe(0)
  expect(await sizes({ 'filter[code]': 'exceeds_budget_alone' })).toBeGreaterThan(0)
  expect(await sizes({ 'filter[costMin]': '0.000000001' })).toBe(ok)
  expect(await sizes({ 'filter[costMin]': '1' })).toBe(0)
  expect(await sizes({ 'filter[to]': '2020-01-01T00:00:00Z' })).toBe(0)
  const paged: string[] = []
  let cursor: string | null = null
  do {
    const page: Read = await acme.research('request-log.list', {
      query: { limit: '2', ...(cursor === null ? {} : { cursor }) },
    })
    paged.push(...page.items.map((item: Read) => item.id))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(paged).toEqual(all)
})

test('(T23) a call gives its place back before it is logged', async () => {
  await acme.research('usage-limit.create', {
    body: { name: 'one', level: 'account', metric: 'concurrency', amount: 1 },
  })
  const headers = { authorization: `Bearer ${token}` }
  const isKnown = async () =>
    (await (await fetch(`${gateway.url}/v1/key`, { headers })).text()).includes('"one"')
  while (!(await isKnown())) await wait(20)
  for (let turn = 0; turn < 8; turn++) {
    const { text } = await call()
    expect(text).toContain('choices')
  }
  await acme.research('usage-limit.delete', { params: { 'usage-limit': 'one' } })
})

test('who may not read it, or shows bodies without the permission to, is refused', async () => {
  const nobody = await acme.person('research', 'nobody@acme.example')
  const viewer = await acme.person('research', 'viewer@acme.example', 'viewer')
  const { items } = await acme.research('request-log.list', { as: viewer })
  expect(items.length).toBeGreaterThan(0)
  expect(await refusalOf(acme.research('request-log.list', { as: nobody }))).toBe('not_allowed')
  const params = { request: items[0].id }
  expect(await refusalOf(acme.research('request-log.reveal', { as: viewer, params }))).toBe(
    'not_allowed',
  )
  expect(
    await refusalOf(
      acme.research('gateway-setting.update', {
        as: viewer,
        body: { requestLog: { mode: 'off' } },
      }),
    ),
  ).toBe('not_allowed')
  expect(await refusalOf(acme.root('request-log.get', { params }))).toBe('not_found')
  expect((await acme.root('request-log.list')).items).toEqual([])
})

test('what has been kept for its time is deleted in batches, with its bodies', async () => {
  await settings({ retentionDays: 2 })
  const { database } = acme.control.services
  const count = () =>
    database.withTenant(acme.tenant.id, async (tx) => {
      const { rows } = await sql<{ entries: bigint; bodies: bigint }>`select
        (select count(*) from request_log) as entries,
        (select count(*) from request_log_body) as bodies`.execute(tx)
      return [Number(rows[0]!.entries), Number(rows[0]!.bodies)]
    })
  const before = await count()
  expect(before[0]).toBeGreaterThan(2)
  const services = { database, log: quietLog }
  await reconcile(services, new Date(Date.now() + 86_400_000), undefined, 2)
  expect(await count()).toEqual(before)
  await reconcile(services, new Date(Date.now() + 3 * 86_400_000), undefined, 2)
  expect(await count()).toEqual([0, 0])
})

test('everybody sees his own requests, without a permission, and nobody else’s', async () => {
  await settings({ mode: 'metadata' })
  const { id } = await logged({ content: 'Mine.' })
  const own = async (text: string) =>
    (
      await acme.control.ask('request-log.own', {
        as: { token: text },
        params: { account: 'research' },
      })
    ).items
  const mine = await own(token)
  expect(mine[0]).toMatchObject({ id, principal: { name: 'robot' }, outcome: 'ok' })
  expect(new Set(mine.map(({ principal }: Read) => principal.name))).toEqual(new Set(['robot']))
  for (const { principal } of await own(stranger)) expect(principal.name).toBe('stranger')
  const all = acme.control.ask('request-log.list', {
    as: { token: stranger },
    params: { account: 'research' },
  })
  expect(await refusalOf(all)).toBe('not_allowed')
})
