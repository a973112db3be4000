/** Webhooks: what is sent where, signed how, how often, and what is never reached. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openWebhookSender } from '../../src/outgoing/post-webhook.ts'
import { checkWebhookAddress } from '../../src/outgoing/webhook-address.ts'
import { signedHeaders } from '../../src/outgoing/webhook-signature.ts'
import type { Tx } from '../../src/store/database.ts'
import type { OutboxJob } from '../../src/worker/outbox.ts'
import {
  deliveryAttemptsMax,
  deliveryHoursMax,
  deliveryRetrySeconds,
  sendWebhooksJob,
} from '../../src/worker/send-webhooks.ts'
import {
  type Control,
  refusalOf,
  startControl,
  type TestTenant,
} from '../control/support/control.ts'
import { newMember } from '../control/support/world.ts'
import { isSignedBy, type Receiver, startReceiver } from './webhook-receiver.ts'

let control: Control
let acme: TestTenant
let receiver: Receiver
let job: OutboxJob

beforeAll(async () => {
  control = await startControl({ allowPrivateUpstreams: true })
  acme = await control.tenant('acme')
  receiver = await startReceiver()
  job = sendWebhooksJob(control.services)
})
afterAll(async () => {
  await job.stop()
  await receiver.close()
  await control.close()
})
beforeEach(() => {
  receiver.received.length = 0
  receiver.answer = { status: 204 }
})

const ask = (
  operation: string,
  body?: unknown,
  params: Record<string, string> = {},
  as = acme.admin,
) => control.ask(operation, { as, params: { account: 'root', ...params }, body })
const inAcme = <T>(work: (tx: Tx) => Promise<T>) =>
  control.services.database.withTenant(acme.id, work)
const add = (name: string) => ask('webhook.create', { name, address: receiver.url })
const send = () => job.run(new AbortController().signal)
const makeDue = () =>
  inAcme((tx) =>
    tx
      .updateTable('webhookDelivery')
      .set({ nextTryAt: new Date(0) })
      .execute(),
  )

test('the signature is that of the Standard Webhooks specification', () => {
  // The example of its reference implementations.
  const headers = signedHeaders(
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    '{"test": 2432232314}',
  )
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('a test message is sent, signed with a secret that nothing else shows', async () => {
  const { secret, ...shown } = await add('tested')
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(shown.lastDelivery).toBeNull()
  const of = { webhook: 'tested' }
  expect(await ask('webhook.get', undefined, of)).not.toHaveProperty('secret')
  const [row] = await inAcme((tx) => tx.selectFrom('webhook').selectAll().execute())
  expect(row!.secret.includes(Buffer.from(secret))).toBe(false)
  const log = JSON.stringify(await ask('audit-event.list'))
  expect(log).not.toContain(secret)
  expect(log).not.toContain('/hook')

  const pending = await ask('webhook.test', undefined, of)
  expect(pending).toMatchObject({ state: 'pending', attempts: 0, lastTry: null })
  await send()
  const [message] = receiver.received
  expect(isSignedBy(secret, message!)).toBe(true)
  expect(message!.headers['webhook-id']).toBe(pending.id)
  expect(message!.body).toMatchObject({
    type: 'webhook.test',
    data: { webhook: { name: 'tested' } },
  })
  const { lastDelivery } = await ask('webhook.get', undefined, of)
  expect(lastDelivery).toMatchObject({
    state: 'delivered',
    attempts: 1,
    nextTryAt: null,
    lastTry: { status: 204, error: null },
  })
})

test('what is not taken is tried again later with the same id, and the admin sees why', async () => {
  const { secret } = await add('down-first')
  const of = { webhook: 'down-first' }
  const { id } = await ask('webhook.test', undefined, of)
  receiver.answer = { status: 503 }
  await send()
  await send()
  expect(receiver.received).toHaveLength(1)
  const failing = (await ask('webhook.list')).items.find(
    (row: { name: string }) => row.name === 'down-first',
  ).lastDelivery
  expect(failing).toMatchObject({ state: 'pending', attempts: 1, lastTry: { status: 503 } })
  expect(failing.lastTry.error).toContain('did not take')
  expect(Date.parse(failing.nextTryAt)).toBeGreaterThan(Date.now() + 10_000)

  receiver.answer = { status: 200 }
  await makeDue()
  await send()
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id])
  expect(receiver.received.every((message) => isSignedBy(secret, message))).toBe(true)
  const { items } = await ask('webhook-delivery.list', undefined, of)
  expect(items).toMatchObject([{ id, state: 'delivered', attempts: 2 }])
})

test('it has failed after the last attempt, or at once where the receiver is gone, and is sent anew when asked', async () => {
  await add('never')
  const of = { webhook: 'never' }
  const { id } = await ask('webhook.test', undefined, of)
  const replay = () => ask('webhook-delivery.replay', undefined, { ...of, 'webhook-delivery': id })
  const state = async () => (await ask('webhook.get', undefined, of)).lastDelivery.state
  expect(await refusalOf(replay())).toBe('wrong_state')
  receiver.answer = { status: 500 }
  for (let attempt = 1; attempt <= deliveryAttemptsMax; attempt++) {
    expect(await state()).toBe('pending')
    await makeDue()
    await send()
  }
  expect(await state()).toBe('failed')
  await makeDue()
  await send()
  expect(receiver.received).toHaveLength(deliveryAttemptsMax)

  receiver.answer = { status: 410 }
  expect(await replay()).toMatchObject({ id, state: 'pending', attempts: 0 })
  await send()
  expect(await state()).toBe('failed')
  receiver.answer = { status: 204 }
  await replay()
  await send()
  expect(await state()).toBe('delivered')
})

test('a redirect is not followed, wherever it leads', async () => {
  const inside = await startReceiver()
  try {
    await add('redirecting')
    receiver.answer = { status: 302, headers: { location: inside.url } }
    await ask('webhook.test', undefined, { webhook: 'redirecting' })
    await send()
    const { lastDelivery } = await ask('webhook.get', undefined, { webhook: 'redirecting' })
    expect(lastDelivery.lastTry).toMatchObject({ status: 302 })
    expect(lastDelivery.lastTry.error).toContain('redirects')
    expect(inside.received).toEqual([])
  } finally {
    await inside.close()
  }
})

test('what an attempt meets is said in words of ours, within the time-out', async () => {
  const allowed = openWebhookSender({ allowPrivate: true }, 300)
  const forbidden = openWebhookSender({ allowPrivate: false }, 300)
  try {
    receiver.answer = null
    const silent = await allowed.post(receiver.url, {}, '{}')
    expect(silent).toEqual({ status: null, error: 'The receiver did not answer in time.' })
    receiver.answer = { status: 204 }
    // A literal address and a name that leads there are refused when connecting, as when saving.
    const before = receiver.received.length
    for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')]) {
      const { status, error } = await forbidden.post(url, {}, '{}')
      expect([status, error]).toEqual([null, expect.stringContaining('private address')])
    }
    expect(receiver.received).toHaveLength(before)
    const nothing = await allowed.post('http://127.0.0.1:1/hook', {}, '{}')
    expect(nothing.error).toBe('Nothing listens at that address.')
  } finally {
    await allowed.close()
    await forbidden.close()
  }
})

test('while a rotation overlaps both secrets sign, and then the new one alone', async () => {
  const { secret: old } = await add('rotated')
  const of = { webhook: 'rotated' }
  const first = await ask('webhook.rotate', {}, of)
  expect(Date.parse(first.previousSecretUntil)).toBeGreaterThan(Date.now() + 86_000_000)
  await ask('webhook.test', undefined, of)
  await send()
  const second = await ask('webhook.rotate', { overlapSeconds: 0 }, of)
  expect(second.previousSecretUntil).toBeNull()
  await ask('webhook.test', undefined, of)
  await send()
  const [overlapping, after] = receiver.received
  const by = [old, first.secret, second.secret]
  expect(by.map((secret) => isSignedBy(secret, overlapping!))).toEqual([true, true, false])
  expect(by.map((secret) => isSignedBy(secret, after!))).toEqual([false, false, true])
})

test('who may not manage the account sees no address and changes nothing', async () => {
  const root = { name: 'root', admin: acme.admin }
  const editor = await newMember(control, root, 'editor@acme.example', 'editor')
  const of = { webhook: 'tested' }
  const asEditor = (operation: string, body?: unknown) => ask(operation, body, of, editor)
  expect(await asEditor('webhook.get')).toMatchObject({ name: 'tested', address: null })
  for (const operation of ['webhook.test', 'webhook.rotate', 'webhook.delete']) {
    const body = operation === 'webhook.rotate' ? {} : undefined
    expect(await refusalOf(asEditor(operation, body))).toBe('not_allowed')
  }
})

test.each([
  'http://hooks.example.com/x',
  'https://10.0.0.1/x',
  'https://127.0.0.1/x',
  'https://localhost/x',
  'https://169.254.169.254/latest',
  'https://user:pass@hooks.example.com/x',
  'ftp://hooks.example.com',
  'hooks.example.com',
])('where private addresses are not allowed, %s is refused', (address) => {
  expect(checkWebhookAddress(address, { allowPrivate: false })).not.toBeNull()
})

test('an address that must not be called is refused when it is saved', async () => {
  const address = 'http://169.254.169.254/latest'
  expect(await refusalOf(ask('webhook.create', { name: 'metadata', address }))).toBe('unsafe_url')
  const change = ask('webhook.update', { address }, { webhook: 'tested' })
  expect(await refusalOf(change)).toBe('unsafe_url')
})

test('the waits between attempts grow, and all of them fit into a day', () => {
  const waits = Array.from({ length: deliveryAttemptsMax - 1 }, (_, i) =>
    deliveryRetrySeconds(i + 1),
  )
  expect(waits.slice(0, 4)).toEqual([15, 60, 240, 960])
  const hours = waits.reduce((sum, seconds) => sum + seconds, 0) / 3_600
  expect(hours).toBeGreaterThan(deliveryHoursMax / 2)
  expect(hours).toBeLessThanOrEqual(deliveryHoursMax)
})
