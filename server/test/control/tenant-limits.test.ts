/** Limits that stand above an account: root makes them, the account reads its own and changes none. */
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

let control: Control
let acme: TestTenant
let research: TestAccount
let sales: TestAccount
let shareId: string

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
  sales = await newAccount(control, acme, 'sales')
  await inRoot('provider-account.create', { name: 'vendor', provider: 'sandbox' })
  const what = { kind: 'provider-account', resource: 'vendor', to: 'research' }
  shareId = (await share(control, acme, what)).id
})
afterAll(() => control.close())

const inRoot = (operation: string, body?: unknown, params = {}) =>
  control.ask(operation, { as: acme.admin, params: { account: 'root', ...params }, body })
const inAccount = (of: TestAccount, operation: string, body?: unknown, params = {}) =>
  control.ask(operation, { as: of.admin, params: { account: of.name, ...params }, body })
const monthly = { amountUsd: '10', period: 'month' }

test('what an account may spend through a share is set in root, and read in the account', async () => {
  const made = await inRoot('budget.create', {
    ...monthly,
    name: 'of-research',
    level: 'share',
    of: shareId,
  })
  expect(made).toMatchObject({
    level: 'share',
    of: { id: shareId, name: 'vendor to research' },
    imposed: false,
  })
  const { items } = await inAccount(research, 'budget.list')
  expect(items).toMatchObject([{ id: made.id, imposed: true, amountUsd: '10.00' }])
  expect((await inAccount(sales, 'budget.list')).items).toEqual([])

  const there = { budget: made.id }
  expect(await refusalOf(inAccount(sales, 'budget.get', undefined, there))).toBe('not_found')
  const change = inAccount(research, 'budget.update', { amountUsd: '5000' }, there)
  expect((await refused(change)).detail).toBe(
    'The tenant set this budget on the account. An admin of the tenant can change it.',
  )
  expect(await refusalOf(inAccount(research, 'budget.delete', undefined, there))).toBe(
    'refused_by_rule',
  )
  expect((await inRoot('budget.update', { amountUsd: '20' }, there)).amountUsd).toBe('20.00')

  // Told where it was done, and where it acts.
  for (const events of [
    await inRoot('audit-event.list'),
    await inAccount(research, 'audit-event.list'),
  ]) {
    const told = events.items.filter((event: Read) => event.target.id === made.id)
    expect(told.map((event: Read) => event.operation)).toEqual(['budget.update', 'budget.create'])
  }
})

test('the same for usage limits; un-sharing says that they go, and takes them along', async () => {
  await inRoot('provider-account.create', { name: 'short', provider: 'sandbox' })
  const what = { kind: 'provider-account', resource: 'short', to: 'sales' }
  const { id: of } = await share(control, acme, what)
  const rate = { name: 'rate', level: 'share', of, metric: 'requests', amount: 5 }
  const { id } = await inRoot('usage-limit.create', { ...rate, windowSeconds: 60 })
  expect((await inAccount(sales, 'usage-limit.list')).items).toMatchObject([{ id, imposed: true }])
  const params = { account: 'root', share: of }
  const dry = await control.call('share.delete', {
    as: acme.admin,
    params,
    query: { dryRun: 'true' },
  })
  expect((dry.body as Read).lost.map((loss: Read) => loss.id)).toContain(id)
  await control.ask('share.delete', { as: acme.admin, params })
  expect((await inAccount(sales, 'usage-limit.list')).items).toEqual([])
})

test('a budget of the whole tenant is root’s alone', async () => {
  const made = await inRoot('budget.create', { ...monthly, name: 'everybody', level: 'tenant' })
  expect(made).toMatchObject({ level: 'tenant', of: null })
  expect((await inRoot('budget.get', undefined, { budget: 'everybody' })).id).toBe(made.id)
  const { items } = await inAccount(research, 'budget.list')
  expect(items.map((row: Read) => row.level)).not.toContain('tenant')
  const there = { budget: made.id }
  expect(await refusalOf(inAccount(research, 'budget.get', undefined, there))).toBe('not_found')
})

test('no account reaches above itself', async () => {
  const ofTenant = { ...monthly, name: 'mine', level: 'tenant' }
  expect(await refusalOf(inAccount(research, 'budget.create', ofTenant))).toBe('refused_by_rule')
  const ofShare = { ...monthly, name: 'mine', level: 'share', of: shareId }
  expect(await refusalOf(inAccount(research, 'budget.create', ofShare))).toBe('refused_by_rule')
})

test('only a share that money goes through has a budget', async () => {
  await inRoot('cluster.create', { name: 'gpus' })
  const { id: of } = await share(control, acme, { kind: 'cluster', resource: 'gpus', to: 'sales' })
  const budget = { ...monthly, name: 'compute', level: 'share', of }
  expect(await refusalOf(inRoot('budget.create', budget))).toBe('refused_by_rule')
})

test('what root allots to accounts is in its list, and is changed by who may change accounts', async () => {
  await control.ask('account.update', {
    as: acme.admin,
    params: { account: 'sales' },
    body: { budget: monthly },
  })
  const { items } = await inRoot('budget.list')
  const allotted = items.find((row: Read) => row.of?.id === sales.id)
  expect(allotted).toMatchObject({ level: 'account', of: { name: 'sales' }, imposed: false })
  const there = { budget: allotted.id }
  expect((await inRoot('budget.update', { amountUsd: '7' }, there)).amountUsd).toBe('7.00')
  const { budget } = await inRoot('account.get', undefined, { account: 'sales' })
  expect(budget.amountUsd).toBe('7.00')

  const permissions = ['budget:read', 'budget:update']
  await inRoot('role.create', { name: 'bookkeeper', permissions })
  const { invitation } = await inRoot('user.invite', {
    email: 'bo@acme.example',
    role: 'bookkeeper',
  })
  const bo = await control.accept(invitation.link)
  const change = { params: { account: 'root', ...there }, body: { amountUsd: '9' } }
  expect(await refusalOf(control.ask('budget.update', { as: bo, ...change }))).toBe('not_allowed')
})

test('a default for each user is made in any account, for nobody in particular', async () => {
  const each = { ...monthly, name: 'each', level: 'each-user' }
  expect(await inAccount(research, 'budget.create', each)).toMatchObject({
    level: 'each-user',
    of: null,
    current: { of: null, remainingUsd: '10.00' },
  })
  const odd = { ...each, name: 'odd', of: research.adminEmail }
  expect(await refusalOf(inAccount(research, 'budget.create', odd))).toBe('refused_by_rule')
})
