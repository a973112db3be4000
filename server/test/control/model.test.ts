/** Models, their prices, and the virtual models that route to them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Control,
  type Read,
  refusalOf,
  refused,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { newAccount, share, type TestAccount } from './support/world.ts'

const root = { account: 'root' }
const price = { inputPerMillionUsd: '2.50', outputPerMillionUsd: '10' }
const size = { type: 'chat', contextTokensMax: 128_000, outputTokensMax: 16_000 }

let control: Control
let acme: TestTenant
let research: TestAccount

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
  await inRoot('provider-account.create', { name: 'vendor', provider: 'sandbox' })
  await inResearch('provider-account.create', { name: 'mine', provider: 'sandbox' })
  await inRoot('model.create', model('small', { price }))
  await share(control, acme, {
    kind: 'model',
    resource: 'vendor/small',
    to: 'research',
    upTo: 'admin',
  })
})
afterAll(() => control.close())

const inRoot = (operation: string, body?: unknown, params = {}) =>
  control.ask(operation, { as: acme.admin, params: { ...root, ...params }, body })
const inResearch = (operation: string, body?: unknown, params = {}) =>
  control.ask(operation, {
    as: research.admin,
    params: { account: 'research', ...params },
    body,
  })
const model = (name: string, more: object = {}, providerAccount = 'vendor') => ({
  name,
  providerAccount,
  upstreamModel: `${name}-2026`,
  ...size,
  ...more,
})
const prices = (reference: string) =>
  control.ask('price.list', { as: acme.admin, params: { ...root, model: reference } })

test('the first price of a model is version 1, a later one 2, and both stay', async () => {
  await inRoot('model.create', model('priced', { price }))
  const params = { model: 'vendor/priced' }
  const raised = await inRoot('price.create', { ...price, outputPerMillionUsd: '12' }, params)
  expect(raised).toMatchObject({ version: 2, model: 'vendor/priced', outputPerMillionUsd: '12' })
  const { items } = await prices('vendor/priced')
  expect(items.map((row: Read) => [row.version, row.outputPerMillionUsd])).toEqual([
    [1, '10'],
    [2, '12'],
  ])
})

test('a model without a price has no version, which is not a price of 0', async () => {
  await inRoot('model.create', model('unpriced'))
  expect((await prices('vendor/unpriced')).items).toEqual([])
})

test('a price per million typed per token is refused until it is confirmed (T55)', async () => {
  const typed = { inputPerMillionUsd: '2500000', outputPerMillionUsd: '10000000' }
  const params = { model: 'vendor/small' }
  const refusal = await refused(inRoot('price.create', typed, params))
  expect(refusal.code).toBe('refused_by_rule')
  expect(refusal.detail).toContain('confirmImplausible')
  expect(await refusalOf(inRoot('model.create', model('dear', { price: typed })))).toBe(
    'refused_by_rule',
  )
  const before = (await prices('vendor/small')).items.length
  await inRoot('price.create', { ...typed, confirmImplausible: true }, params)
  expect((await prices('vendor/small')).items).toHaveLength(before + 1)
})

test('a price may begin later, and never in the past', async () => {
  const params = { model: 'vendor/small' }
  const past = { ...price, validFrom: '2020-01-01T00:00:00Z' }
  expect(await refusalOf(inRoot('price.create', past, params))).toBe('refused_by_rule')
  const future = { ...price, validFrom: '2999-01-01T00:00:00Z' }
  expect((await inRoot('price.create', future, params)).validFrom).toBe('2999-01-01T00:00:00.000Z')
})

test('who pays for a shared model does not price it, whatever the share allows', async () => {
  const params = { model: 'root:vendor/small' }
  const free = { inputPerMillionUsd: '0', outputPerMillionUsd: '0' }
  expect(await refusalOf(inResearch('price.create', free, params))).toBe('refused_by_rule')
  expect(await refusalOf(inResearch('model.update', { price: free }, params))).toBe(
    'refused_by_rule',
  )
  const seen = await control.ask('price.list', {
    as: research.admin,
    params: { account: 'research', ...params },
  })
  expect(seen.items.length).toBeGreaterThan(0)
})

test('a price outlives its model, as bills do', async () => {
  const { id } = await inRoot('model.create', model('short-lived', { price }))
  await inRoot('model.delete', undefined, { model: id })
  const kept = await control.services.database.withTenant(acme.id, (tx) =>
    tx.selectFrom('price').selectAll().execute(),
  )
  expect(kept.map((row) => (row.components as Read).outputPerMillionUsd)).toContain('10')
  expect(await refusalOf(prices(id))).toBe('not_found')
})

test('a chat model that may answer nothing is refused: nothing would be held for it', async () => {
  const call = inRoot('model.create', model('mute', { outputTokensMax: 0 }))
  expect(await refusalOf(call)).toBe('refused_by_rule')
  await inRoot('model.create', model('vectors', { type: 'embedding', outputTokensMax: 0 }))
})

test('a target may be written as a name and is kept when the model is renamed', async () => {
  const { id } = await inRoot('model.create', model('renamed'))
  const made = await inRoot('virtual-model.create', {
    name: 'follows',
    strategy: 'priority',
    targets: [{ model: 'vendor/renamed' }, { model: 'vendor/small', weight: 3 }],
  })
  expect(made.targets).toEqual([
    { model: 'vendor/renamed', weight: 1 },
    { model: 'vendor/small', weight: 3 },
  ])
  await inRoot('model.update', { name: 'new-name' }, { model: id })
  const read = await inRoot('virtual-model.get', undefined, { 'virtual-model': 'follows' })
  expect(read.targets[0].model).toBe('vendor/new-name')
  const patched = await inRoot(
    'virtual-model.update',
    { strategy: 'weighted' },
    { 'virtual-model': 'follows' },
  )
  expect(patched.targets).toEqual(read.targets)
})

test('every target has to be in reach of the account that names it', async () => {
  await inRoot('model.create', model('not-shared'))
  const route = (target: string) =>
    inResearch('virtual-model.create', {
      name: 'out-of-reach',
      strategy: 'priority',
      targets: [{ model: target }],
    })
  const refusals = [
    await refused(route('vendor/not-shared')),
    await refused(route('vendor/missing')),
    await refused(route('mdl_01h455vb4pex5vsknk084sn02q')),
  ]
  expect(refusals.map((r) => [r.code, r.errors[0].pointer])).toEqual(
    Array(3).fill(['refused_by_rule', '/targets/0/model']),
  )
})

test('who may edit a shared virtual model can’t route it to a model of his own (T77)', async () => {
  await inResearch('model.create', model('own', {}, 'mine'))
  await inRoot('model.create', model('kept-from-research'))
  await inRoot('virtual-model.create', {
    name: 'lent',
    strategy: 'priority',
    targets: [{ model: 'vendor/small' }, { model: 'vendor/kept-from-research' }],
  })
  await share(control, acme, {
    kind: 'virtual-model',
    resource: 'lent',
    to: 'research',
    upTo: 'admin',
  })
  const params = { 'virtual-model': 'lent' }
  const reroute = inResearch('virtual-model.update', { targets: [{ model: 'mine/own' }] }, params)
  expect(await refusalOf(reroute)).toBe('refused_by_rule')
  // Nor does it show the targets that the account has no share of.
  const seen = await inResearch('virtual-model.get', undefined, params)
  expect(seen.targets).toEqual([{ model: 'vendor/small', weight: 1 }])
})

test('a model is not deleted under a virtual model, nor is its provider account', async () => {
  await inRoot('provider-account.create', { name: 'used', provider: 'sandbox' })
  await inRoot('model.create', model('held', {}, 'used'))
  await inRoot('virtual-model.create', {
    name: 'holds',
    strategy: 'priority',
    targets: [{ model: 'used/held' }],
  })
  const refusal = await refused(inRoot('model.delete', undefined, { model: 'used/held' }))
  expect([refusal.code, refusal.detail]).toEqual([
    'in_use',
    'It is a target of holds. Take it out of the virtual model first.',
  ])
  const parent = inRoot('provider-account.delete', undefined, { 'provider-account': 'used' })
  expect(await refusalOf(parent)).toBe('in_use')
  await inRoot('virtual-model.delete', undefined, { 'virtual-model': 'holds' })
  await inRoot('provider-account.delete', undefined, { 'provider-account': 'used' })
})

test('a virtual model that would never use anything, or the same twice, is refused', async () => {
  const route = (targets: object[]) =>
    refusalOf(inRoot('virtual-model.create', { name: 'odd', strategy: 'weighted', targets }))
  expect(await route([{ model: 'vendor/small', weight: 0 }])).toBe('refused_by_rule')
  expect(await route([{ model: 'vendor/small' }, { model: 'vendor/small' }])).toBe(
    'refused_by_rule',
  )
})

test('how a virtual model chooses and what it does about failures is kept, shown and taken away again', async () => {
  const tuned = { overrides: { temperature: null, outputTokensMax: 100 }, firstByteSeconds: 5 }
  const made = await inRoot('virtual-model.create', {
    name: 'tuned',
    strategy: 'latency',
    targets: [{ model: 'vendor/small', ...tuned }],
    sticky: 'key',
    retries: 2,
    fallbackOn: ['rate_limited', '503'],
    timeLimitSeconds: 30,
  })
  const params = { 'virtual-model': 'tuned' }
  expect(await inRoot('virtual-model.get', undefined, params)).toMatchObject({
    strategy: 'latency',
    sticky: 'key',
    retries: 2,
    fallbackOn: ['rate_limited', '503'],
    timeLimitSeconds: 30,
    targets: [{ model: 'vendor/small', weight: 1, ...tuned }],
  })
  expect(made.retries).toBe(2)
  const patch = { retries: null, fallbackOn: null, timeLimitSeconds: null, sticky: null }
  const cleared = await inRoot('virtual-model.update', patch, params)
  for (const field of Object.keys(patch)) expect(cleared).not.toHaveProperty(field)
})

test('what no virtual model can do is refused', async () => {
  const route = (more: object) =>
    refused(
      inRoot('virtual-model.create', {
        name: 'unfit',
        strategy: 'priority',
        targets: [{ model: 'vendor/small' }],
        ...more,
      }),
    )
  const asked = (overrides: object, model = 'vendor/small') =>
    route({ targets: [{ model, overrides }] })
  await inRoot('model.create', model('embeds', { type: 'embedding', outputTokensMax: 0 }))
  const refusals = [
    await asked({ model: 'vendor/dear' }),
    await asked({ n: 5 }),
    await asked({ serviceTier: 'priority' }),
    await asked({ outputTokens: 5, outputTokensMax: 5 }),
    await asked({ temperature: 1 }, 'vendor/embeds'),
    await route({ fallbackOn: ['client_gone'] }),
    await route({ fallbackOn: ['200'] }),
    await route({ retries: 6 }),
    await route({ timeLimitSeconds: 0 }),
    await route({ sticky: 'key' }),
  ]
  expect(refusals.map(({ errors: [error] }) => error.pointer)).toEqual([
    '/targets/0/overrides/model',
    '/targets/0/overrides/n',
    '/targets/0/overrides/serviceTier',
    '/targets/0/overrides',
    '/targets/0/overrides',
    '/fallbackOn/0',
    '/fallbackOn/0',
    '/retries',
    '/timeLimitSeconds',
    '/sticky',
  ])
})
