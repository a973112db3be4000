/** Alerts of budgets and usage limits: what is told of which part, to whom, and that it is told once. */
import { fixedWindowOf, type Id, periodOf, uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '../../src/crypto/new-id.ts'
import type { Tx } from '../../src/store/database.ts'
import { tellAlertsOf } from '../../src/worker/tell-alerts.ts'
import { startWorker } from '../../src/worker/worker.ts'
import {
  type Control,
  type Read,
  refusalOf,
  startControl,
  type TestTenant,
} from '../control/support/control.ts'
import { monthNow, settler } from '../control/support/settle.ts'
import { newAccount, type TestAccount } from '../control/support/world.ts'
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts'
import { isSignedBy, type Receiver, startReceiver } from './webhook-receiver.ts'

let control: Control
let acme: TestTenant
let research: TestAccount
let sink: SmtpSink
let receiver: Receiver
let secret: string
let use: Awaited<ReturnType<typeof settler>>

const ask = (operation: string, body?: unknown, params: Record<string, string> = {}) =>
  control.ask(operation, { as: research.admin, params: { account: 'research', ...params }, body })

beforeAll(async () => {
  control = await startControl({ mails: true, allowPrivateUpstreams: true })
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
  sink = await startSmtpSink()
  receiver = await startReceiver()
  secret = (await ask('webhook.create', { name: 'ops', address: receiver.url })).secret
  use = await settler(control, acme, research.id)
})
afterAll(async () => {
  await receiver.close()
  await sink.close()
  await control.close()
})
beforeEach(async () => {
  await inAcme((tx) => tx.deleteFrom('webhookDelivery').execute())
  await inAcme((tx) => tx.deleteFrom('mail').execute())
  receiver.received.length = 0
  sink.messages.length = 0
})

const inAcme = <T>(work: (tx: Tx) => Promise<T>) =>
  control.services.database.withTenant(acme.id, work)

const services = () => ({
  ...control.services,
  smtp: { url: sink.url, from: 'Commonhold <no-reply@example.com>' },
})
const sweep = () => tellAlertsOf(services(), acme.id, new Date())

const usd = (dollars: number) => BigInt(dollars) * 1_000_000_000n
const toOps = { percents: [50, 80, 100], toAdmins: false, webhooks: ['ops'] }
const budget = (name: string, more: object = {}) =>
  ask('budget.create', {
    name,
    level: 'account',
    amountUsd: '100',
    period: 'month',
    alerts: toOps,
    ...more,
  })

/** Which percentages of a limit were told, in order. */
async function told(limitId: string): Promise<number[]> {
  const id = uuidOf(limitId as Id<'bud' | 'lim'>)
  const rows = await inAcme((tx) =>
    tx.selectFrom('alert').select('percent').where('limitId', '=', id).execute(),
  )
  return rows.map(({ percent }) => percent).sort((a, b) => a - b)
}

test('each percentage is told once, however many sweep at once, in signed messages', async () => {
  const { id } = await budget('once')
  await use(id, monthNow(), usd(49))
  await sweep()
  expect(await told(id)).toEqual([])
  await use(id, monthNow(), usd(35))
  await Promise.all([sweep(), sweep(), sweep(), sweep()])
  await sweep()
  expect(await told(id)).toEqual([50, 80])

  const worker = await startWorker(services())
  try {
    await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(2)
    // What is used while it runs is told by itself, within seconds.
    await use(id, monthNow(), usd(16))
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(3)
  } finally {
    await worker.stop()
  }
  expect(await told(id)).toEqual([50, 80, 100])
  const [first] = receiver.received.filter(({ body }) => body.data.percent === 50)
  expect(receiver.received.every((message) => isSignedBy(secret, message))).toBe(true)
  expect(isSignedBy(secret, { ...first!, text: first!.text.replace('50', '51') })).toBe(false)
  expect(first!.headers['webhook-id']).toMatch(/^dlv_/)
  expect(first!.body).toMatchObject({
    type: 'budget.threshold',
    data: {
      alert: expect.stringMatching(/^alert_/),
      percent: 50,
      account: { name: 'research' },
      limit: { id, name: 'once', level: 'account', of: null, mode: 'enforce' },
      amountUsd: '100.00',
      settledUsd: '84.00',
      resetsAt: new Date(monthNow().endsAtMs!).toISOString(),
    },
  })
})

test('the percentage is of the limit in force, and a new period tells anew', async () => {
  const { id } = await budget('raised')
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const raise = await ask(
    'budget-raise.create',
    { amountUsd: '100', until, reason: 'Launch' },
    { budget: 'raised' },
  )
  await use(id, monthNow(), usd(90))
  await sweep()
  expect(await told(id)).toEqual([])
  await ask('budget-raise.end', undefined, { budget: 'raised', 'budget-raise': raise.id })
  await sweep()
  expect(await told(id)).toEqual([50, 80])
  const next = periodOf(monthNow().endsAtMs!, 'UTC', 'month')
  await use(id, next, usd(55))
  await sweep()
  expect(await told(id)).toEqual([50, 50, 80])
})

test('budgets that only count are told of as well, and what was before the alerts is not', async () => {
  const { id } = await budget('counted', { mode: 'audit', period: 'day', alerts: null })
  const dayMs = 86_400_000
  await use(id, periodOf(Date.now() - dayMs, 'UTC', 'day'), usd(90))
  await use(id, periodOf(Date.now(), 'UTC', 'day'), usd(250))
  await ask('budget.update', { alerts: { ...toOps, percents: [100, 10, 100] } }, { budget: id })
  await sweep()
  expect(await told(id)).toEqual([10, 100])
})

test('windows shorter than an hour are told of once in the hour', async () => {
  const { id } = await ask('usage-limit.create', {
    name: 'rate',
    level: 'account',
    metric: 'requests',
    amount: 60,
    windowSeconds: 1,
    alerts: { ...toOps, percents: [90] },
  })
  const nowMs = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 1_800_000
  for (const atMs of [nowMs, nowMs + 1_000, nowMs + 60_000]) {
    await use(id, fixedWindowOf(atMs, 1), 60n)
  }
  await sweep()
  expect(await told(id)).toEqual([90])
  await use(id, fixedWindowOf(nowMs + 3_600_000, 1), 60n)
  await sweep()
  expect(await told(id)).toEqual([90, 90])
  const rows = await inAcme((tx) => tx.selectFrom('webhookDelivery').select('body').execute())
  expect(JSON.parse(rows[0]!.body)).toMatchObject({
    type: 'usage-limit.threshold',
    data: { metric: 'requests', amount: 60, used: 60, windowSeconds: 1 },
  })
})

test('a default for each user tells of each of them', async () => {
  const { id } = await budget('each', { level: 'each-user', alerts: { ...toOps, percents: [50] } })
  const me = (await control.ask('me.get', { as: research.admin })).principal.id
  const of = (principal: string) => ({ ...monthNow(), id: `${monthNow().id}/${principal}` })
  await use(id, of(me), usd(60))
  await use(id, of(newId('va')), usd(70))
  await sweep()
  expect(await told(id)).toEqual([50, 50])
  const rows = await inAcme((tx) => tx.selectFrom('webhookDelivery').select('body').execute())
  const names = rows.map(({ body }) => JSON.parse(body).data.principal.name)
  expect(names).toContain(research.adminEmail)
})

test('mail goes to the admins and to the addresses that are named, once to each', async () => {
  const { id } = await budget('mailed', {
    alerts: { percents: [80], mails: ['Finance@acme.example', research.adminEmail] },
  })
  await use(id, monthNow(), usd(81))
  const worker = await startWorker(services())
  try {
    await expect.poll(() => sink.messages.length, { timeout: 20_000 }).toBe(2)
  } finally {
    await worker.stop()
  }
  const text = sink.messages.join('\n').replaceAll('=\r\n', '')
  expect(text).toContain('Subject: 80 % of the budget mailed is used')
  expect(text).toContain('$81.00 of $100.00')
  expect(text).toContain('To: finance@acme.example')
  expect(text).toContain(`To: ${research.adminEmail}`)
})

test('what the tenant sets on an account is told to both, and to whom else is the tenant’s business', async () => {
  const asRoot = (operation: string, body: unknown, params = {}) =>
    control.ask(operation, { as: acme.admin, params: { account: 'root', ...params }, body })
  await control.ask('account.update', {
    as: acme.admin,
    params: { account: 'research' },
    body: { budget: { amountUsd: '10', period: 'month' } },
  })
  const { items } = await ask('budget.list')
  const { id } = items.find((row: Read) => row.imposed)
  await asRoot('webhook.create', { name: 'central', address: receiver.url })
  const alerts = { percents: [100], toAdmins: true, mails: [], webhooks: ['central'] }
  await asRoot('budget.update', { alerts }, { budget: id })
  expect((await ask('budget.get', undefined, { budget: id })).alerts).toBeNull()
  const own = ask('budget.update', { alerts: null }, { budget: id })
  expect(await refusalOf(own)).toBe('refused_by_rule')
  // The account's webhook is not the tenant's to name, by its name or its id.
  const ops = await ask('webhook.get', undefined, { webhook: 'ops' })
  for (const reference of ['ops', ops.id]) {
    const foreign = asRoot('budget.update', { alerts: { webhooks: [reference] } }, { budget: id })
    expect(await refusalOf(foreign)).toBe('not_found')
  }

  await use(id, monthNow(), usd(10))
  await sweep()
  const mails = await inAcme((tx) => tx.selectFrom('mail').select('recipient').execute())
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual(
    [acme.adminEmail, research.adminEmail].sort(),
  )
  const sent = await inAcme((tx) => tx.selectFrom('webhookDelivery').select('body').execute())
  expect(JSON.parse(sent[0]!.body).data.limit.of).toEqual({ id: research.id, name: 'research' })
})

test.each([
  ['without anybody to tell', { percents: [50], toAdmins: false }, 'refused_by_rule'],
  ['to a webhook that is not there', { percents: [50], webhooks: ['nowhere'] }, 'not_found'],
  ['above 100 %', { percents: [101] }, 'invalid_input'],
  ['at 0 %', { percents: [0] }, 'invalid_input'],
  ['at more percentages than may be', { percents: range(11) }, 'invalid_input'],
])('alerts %s are refused', async (_, alerts, code) => {
  expect(await refusalOf(budget('refused', { alerts }))).toBe(code)
})

test('calls at once are never used up, so nothing is told of them', async () => {
  const limit = { name: 'at-once', level: 'account', metric: 'concurrency', amount: 4 }
  const alerts = { percents: [50] }
  expect(await refusalOf(ask('usage-limit.create', { ...limit, alerts }))).toBe('refused_by_rule')
})

test('fields of alerts change one by one, and null tells nobody', async () => {
  await budget('changed')
  const of = { budget: 'changed' }
  const change = { percents: [90], mails: ['ops@acme.example'] }
  const changed = await ask('budget.update', { alerts: change }, of)
  expect(changed.alerts).toMatchObject({
    percents: [90],
    toAdmins: false,
    mails: ['ops@acme.example'],
    webhooks: [{ name: 'ops' }],
  })
  expect((await ask('budget.update', { amountUsd: '5' }, of)).alerts).toEqual(changed.alerts)
  expect((await ask('budget.update', { alerts: null }, of)).alerts).toBeNull()
  const partial = ask('budget.update', { alerts: { toAdmins: true } }, of)
  expect(await refusalOf(partial)).toBe('refused_by_rule')
})

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
