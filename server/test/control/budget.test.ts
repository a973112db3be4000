/** Budgets and usage limits: for whom, how much, what is left, and who may change which. */
import { fixedWindowOf, periodOf, usageWindowOf, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Control,
  type Read,
  refusalOf,
  refused,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { newAccount, newMember, share, type TestAccount } from './support/world.ts'

let control: Control
let acme: TestTenant
let research: TestAccount

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
})
afterAll(() => control.close())

const inResearch = (operation: string, body?: unknown, params = {}) =>
  control.ask(operation, {
    as: research.admin,
    params: { account: 'research', ...params },
    body,
  })
const budget = (name: string, more: object = {}) =>
  inResearch('budget.create', {
    name,
    level: 'account',
    amountUsd: '100',
    period: 'month',
    ...more,
  })

/** What gateways would have made of the pool. */
function fillPool(
  budgetId: string,
  settled: bigint,
  leased: bigint,
  timeZone = 'UTC',
  period = periodOf(Date.now(), timeZone, 'month'),
) {
  return control.services.database.withTenant(acme.id, (tx) =>
    sql`insert into pool (tenant_id, account_id, owner_id, period_id, starts_at, settled, leased)
      values (${uuidOf(acme.id)}, ${uuidOf(research.id as never)}, ${uuidOf(budgetId as never)},
        ${period.id}, ${new Date(period.startsAtMs)}, ${settled}, ${leased})`.execute(tx),
  )
}

test('a new budget has all of itself left', async () => {
  const made = await budget('whole', { amountUsd: '12.50', timeZone: 'Europe/Berlin' })
  const period = periodOf(Date.now(), 'Europe/Berlin', 'month')
  expect(made).toMatchObject({
    kind: 'budget',
    level: 'account',
    of: null,
    imposed: false,
    amountUsd: '12.50',
    amountNanos: '12500000000',
    mode: 'enforce',
    current: {
      periodId: period.id,
      resetsAt: new Date(period.endsAtMs!).toISOString(),
      settledNanos: '0',
      heldNanos: '0',
      remainingUsd: '12.50',
    },
  })
})

test('what is left is what is neither settled nor held, and never below zero', async () => {
  const { id } = await budget('used', { amountUsd: '1' })
  await fillPool(id, 300_000_000n, 200_000_000n)
  const read = (await inResearch('budget.get', undefined, { budget: 'used' })).current
  expect([read.settledUsd, read.heldUsd, read.remainingUsd]).toEqual(['0.30', '0.20', '0.50'])

  await inResearch('budget.update', { amountUsd: '0.25' }, { budget: id })
  const list = await inResearch('budget.list')
  const listed = list.items.find((row: Read) => row.id === id)
  expect([listed.amountUsd, listed.current.remainingUsd]).toEqual(['0.25', '0.00'])
})

test('a pool of another period is not this one’s (T37, T39)', async () => {
  const { id } = await budget('periodic', { amountUsd: '1', timeZone: 'Pacific/Kiritimati' })
  await fillPool(id, 900_000_000n, 0n, 'UTC')
  const { current } = await inResearch('budget.get', undefined, { budget: id })
  expect(current.remainingUsd).toBe('1.00')
})

test('0 is nothing, and stays 0 (T29)', async () => {
  expect((await budget('nothing', { amountUsd: '0' })).current.remainingNanos).toBe('0')
})

test('each level names what it limits, and only what is here', async () => {
  await inResearch('team.create', { name: 'writers' })
  await inResearch('virtual-account.create', { name: 'robot' })
  const { id: token } = await inResearch(
    'token.create',
    { name: 'nightly', expiresAt: new Date(Date.now() + 86_400_000).toISOString() },
    { 'virtual-account': 'robot' },
  )
  await control.ask('provider-account.create', {
    as: acme.admin,
    params: { account: 'root' },
    body: { name: 'vendor', provider: 'sandbox' },
  })
  await control.ask('model.create', {
    as: acme.admin,
    params: { account: 'root' },
    body: {
      name: 'small',
      providerAccount: 'vendor',
      upstreamModel: 'small',
      type: 'chat',
      contextTokensMax: 1_000,
      outputTokensMax: 100,
    },
  })
  expect(await refusalOf(budget('of-model', { level: 'model', of: 'vendor/small' }))).toBe(
    'not_found',
  )
  await share(control, acme, { kind: 'model', resource: 'vendor/small', to: 'research' })

  const levels = {
    team: 'writers',
    user: research.adminEmail,
    'virtual-account': 'robot',
    token: 'nightly',
    model: 'vendor/small',
  }
  for (const [level, of] of Object.entries(levels)) {
    const made = await budget(`of-${level}`, { level, of })
    expect(made.of.name).toBe(of)
    if (level === 'token') expect(made.of.id).toBe(token)
  }
  const list = await control.ask('budget.list', {
    as: research.admin,
    params: { account: 'research' },
    query: { 'filter[level]': 'team' },
  })
  expect(list.items.map((row: Read) => row.name)).toEqual(['of-team'])
})

test('what belongs to another account can’t be limited, nor be told from what is missing', async () => {
  const sales = await newAccount(control, acme, 'sales')
  const asSales = (operation: string, body: unknown) =>
    control.ask(operation, { as: sales.admin, params: { account: 'sales' }, body })
  await asSales('team.create', { name: 'sellers' })
  for (const [level, theirs] of [
    ['team', 'sellers'],
    ['user', sales.adminEmail],
    ['virtual-account', 'nobody'],
    ['token', 'nothing'],
  ] as const) {
    const foreign = await refused(budget('foreign', { level, of: theirs }))
    const missing = await refused(budget('foreign', { level, of: 'missing-thing' }))
    expect([foreign.code, foreign.detail]).toEqual([missing.code, missing.detail])
    expect(foreign.code).toBe('not_found')
  }
})

test('a level without its "of", or the account with one, is refused', async () => {
  expect(await refusalOf(budget('odd', { level: 'team' }))).toBe('refused_by_rule')
  expect(await refusalOf(budget('odd', { of: 'writers' }))).toBe('refused_by_rule')
  // A user is not a virtual account.
  const wrong = budget('odd', { level: 'virtual-account', of: research.adminEmail })
  expect(await refusalOf(wrong)).toBe('not_found')
})

test('what the tenant imposed is read by the account, and changed by the tenant alone', async () => {
  const allotted = await newAccount(control, acme, 'allotted')
  await control.ask('account.update', {
    as: acme.admin,
    params: { account: 'allotted' },
    body: { budget: { amountUsd: '50', period: 'month' } },
  })
  const here = { account: 'allotted' }
  const { items } = await control.ask('budget.list', { as: allotted.admin, params: here })
  expect(items).toMatchObject([{ imposed: true, amountUsd: '50.00', level: 'account' }])
  const params = { ...here, budget: items[0].id }
  const change = control.ask('budget.update', {
    as: allotted.admin,
    params,
    body: { amountUsd: '5000' },
  })
  const refusal = await refused(change)
  expect([refusal.code, refusal.detail]).toEqual([
    'refused_by_rule',
    'The tenant set this budget on the account. An admin of the tenant can change it.',
  ])
  const removal = control.ask('budget.delete', { as: allotted.admin, params })
  expect(await refusalOf(removal)).toBe('refused_by_rule')
})

test('only who may, and only in his account', async () => {
  const editor = await newMember(control, research, 'edda@research.example', 'editor')
  const call = control.ask('budget.create', {
    as: editor,
    params: { account: 'research' },
    body: { name: 'self-made', level: 'account', amountUsd: '1', period: 'day' },
  })
  expect(await refusalOf(call)).toBe('not_allowed')
})

test('requests and tokens have a window, concurrency has none', async () => {
  const limit = (name: string, more: object) =>
    inResearch('usage-limit.create', { name, level: 'account', amount: 10, ...more })
  expect(await limit('per-minute', { metric: 'requests', windowSeconds: 60 })).toMatchObject({
    metric: 'requests',
    amount: 10,
    windowSeconds: 60,
  })
  expect((await limit('at-once', { metric: 'concurrency' })).windowSeconds).toBeNull()
  expect(await refusalOf(limit('no-window', { metric: 'tokens' }))).toBe('refused_by_rule')
  const both = limit('both', { metric: 'concurrency', windowSeconds: 60 })
  expect(await refusalOf(both)).toBe('refused_by_rule')

  const params = { 'usage-limit': 'per-minute' }
  expect((await inResearch('usage-limit.update', { amount: 0 }, params)).amount).toBe(0)
  expect((await inResearch('usage-limit.list')).items).toHaveLength(2)
  await inResearch('usage-limit.delete', undefined, params)
  expect(await refusalOf(inResearch('usage-limit.get', undefined, params))).toBe('not_found')
})

test('deleting a budget says what is no longer limited', async () => {
  const { id } = await budget('short-lived')
  const dry = await control.call('budget.delete', {
    as: research.admin,
    params: { account: 'research', budget: id },
    query: { dryRun: 'true' },
  })
  expect((dry.body as Read).lost).toMatchObject([
    { what: 'budget', id, sentence: 'The account is no longer limited by it.' },
  ])
  await inResearch('budget.delete', undefined, { budget: id })
  expect(await refusalOf(inResearch('budget.get', undefined, { budget: id }))).toBe('not_found')
})

test('a budget falls back to a model that the account can reach, until it is told otherwise', async () => {
  const made = await budget('with-fallback', { fallbackModel: 'vendor/small' })
  expect(made.fallbackModel.name).toBe('vendor/small')
  expect(made.current.wouldRefuse).toEqual({ calls: 0, usd: '0.00', nanos: '0' })
  const params = { budget: 'with-fallback' }
  const renamed = await inResearch('budget.update', { displayName: 'Other' }, params)
  expect(renamed.fallbackModel.name).toBe('vendor/small')
  expect((await inResearch('budget.update', { fallbackModel: null }, params)).fallbackModel).toBe(
    null,
  )
  const unknown = budget('nowhere', { fallbackModel: 'vendor/large' })
  expect(await refusalOf(unknown)).toBe('not_found')
})

test('a usage limit may only count, but for calls at once', async () => {
  const limit = (name: string, more: object) =>
    inResearch('usage-limit.create', { name, level: 'account', amount: 1, mode: 'audit', ...more })
  expect((await limit('watched', { metric: 'tokens', windowSeconds: 60 })).mode).toBe('audit')
  expect(await refusalOf(limit('slots', { metric: 'concurrency' }))).toBe('refused_by_rule')
})

test('a usage limit tells what is used in its window, what is in flight, and what remains', async () => {
  const made = await inResearch('usage-limit.create', {
    name: 'per-day',
    level: 'account',
    metric: 'tokens',
    amount: 1_000,
    windowSeconds: 86_400,
  })
  const window = fixedWindowOf(Date.now(), 86_400)
  const resetsAt = new Date(window.endsAtMs!).toISOString()
  expect(made.current).toMatchObject({ used: 0, inFlight: 0, remaining: 1_000, resetsAt })
  await fillPool(made.id, 600n, 150n, 'UTC', window)
  const read = async () => (await inResearch('usage-limit.get', undefined, of)).current
  const of = { 'usage-limit': 'per-day' }
  expect(await read()).toMatchObject({ of: null, used: 600, inFlight: 150, remaining: 250 })
  await inResearch('usage-limit.update', { amount: 100 }, of)
  const { items } = await inResearch('usage-limit.list')
  const listed = items.find((row: Read) => row.id === made.id)
  expect(listed.current).toMatchObject({ used: 600, remaining: 0 })
})

test('calls at once have no window: what is in flight is all that there is', async () => {
  const limit = { name: 'eight-at-once', level: 'account', metric: 'concurrency', amount: 8 }
  const { id } = await inResearch('usage-limit.create', limit)
  await fillPool(id, 0n, 3n, 'UTC', usageWindowOf(Date.now(), null))
  const { current } = await inResearch('usage-limit.get', undefined, { 'usage-limit': id })
  expect(current).toMatchObject({ startsAt: null, resetsAt: null, used: 0, inFlight: 3 })
  expect(current.remaining).toBe(5)
})
