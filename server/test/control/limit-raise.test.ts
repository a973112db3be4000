/** Raises of budgets and usage limits: who may make and end them, and what is told of them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Control,
  type Read,
  refusalOf,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { newAccount, type TestAccount } from './support/world.ts'

let control: Control
let acme: TestTenant
let research: TestAccount

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
})
afterAll(() => control.close())

const inRoot = (operation: string, body?: unknown, params = {}) =>
  control.ask(operation, { as: acme.admin, params: { account: 'root', ...params }, body })
const inResearch = (operation: string, body?: unknown, params = {}) =>
  control.ask(operation, { as: research.admin, params: { account: 'research', ...params }, body })
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const reason = 'Launch week'

test('the limit is the amount and the raises in force, from the answer on', async () => {
  await inResearch('budget.create', {
    name: 'monthly',
    level: 'account',
    amountUsd: '100',
    period: 'month',
  })
  const of = { budget: 'monthly' }
  const made = await inResearch(
    'budget-raise.create',
    { amountUsd: '50', until: inDays(7), reason },
    of,
  )
  expect(made).toMatchObject({ amountUsd: '50.00', state: 'in-force', reason, endedAt: null })
  const toCome = { amountUsd: '7', from: inDays(1), until: inDays(2), reason }
  expect((await inResearch('budget-raise.create', toCome, of)).state).toBe('planned')
  const read = await inResearch('budget.get', undefined, of)
  expect(read).toMatchObject({
    amountUsd: '100.00',
    current: { raisedUsd: '50.00', remainingUsd: '150.00' },
  })

  const ended = await inResearch('budget-raise.end', undefined, { ...of, 'budget-raise': made.id })
  expect(ended.state).toBe('ended')
  expect((await inResearch('budget.get', undefined, of)).current.remainingUsd).toBe('100.00')
  const again = inResearch('budget-raise.end', undefined, { ...of, 'budget-raise': made.id })
  expect(await refusalOf(again)).toBe('wrong_state')

  const { items } = await inResearch('budget-raise.list', undefined, of)
  expect(items.map((row: Read) => row.state).sort()).toEqual(['ended', 'planned'])
  const events = await inResearch('audit-event.list')
  const told = events.items.filter((event: Read) => event.operation.startsWith('budget-raise'))
  expect(told).toHaveLength(3)
  expect(told.at(-1).after).toMatchObject({ raise: made.id, amountUsd: '50.00', reason })
})

test('usage limits are raised likewise', async () => {
  const limit = {
    name: 'rate',
    level: 'account',
    metric: 'requests',
    amount: 60,
    windowSeconds: 60,
  }
  await inResearch('usage-limit.create', limit)
  const of = { 'usage-limit': 'rate' }
  const { id } = await inResearch(
    'usage-limit-raise.create',
    { amount: 40, until: inDays(1), reason },
    of,
  )
  expect(await inResearch('usage-limit.get', undefined, of)).toMatchObject({
    amount: 60,
    raised: 40,
  })
  await inResearch('usage-limit-raise.end', undefined, { ...of, 'usage-limit-raise': id })
  expect((await inResearch('usage-limit.get', undefined, of)).raised).toBe(0)
  expect((await inResearch('usage-limit-raise.list', undefined, of)).items).toHaveLength(1)
})

test('what the tenant has set is raised by the tenant alone', async () => {
  await control.ask('account.update', {
    as: acme.admin,
    params: { account: 'research' },
    body: { budget: { amountUsd: '10', period: 'month' } },
  })
  const { items } = await inResearch('budget.list', undefined)
  const of = { budget: items.find((row: Read) => row.imposed).id }
  const more = { amountUsd: '5', until: inDays(1), reason }
  expect(await refusalOf(inResearch('budget-raise.create', more, of))).toBe('refused_by_rule')
  const { id } = await inRoot('budget-raise.create', more, of)
  expect((await inResearch('budget.get', undefined, of)).current.remainingUsd).toBe('15.00')
  // Told where it acts; read there, and not to be ended there.
  expect((await inResearch('budget-raise.list', undefined, of)).items).toMatchObject([{ id }])
  const events = await inResearch('audit-event.list')
  expect(events.items[0].operation).toBe('budget-raise.create')
  const end = inResearch('budget-raise.end', undefined, { ...of, 'budget-raise': id })
  expect(await refusalOf(end)).toBe('refused_by_rule')
})

test.each([
  ['that adds nothing', { amountUsd: '0', until: inDays(1) }],
  ['that is over already', { amountUsd: '1', until: inDays(-1) }],
  ['that ends before it begins', { amountUsd: '1', from: inDays(3), until: inDays(2) }],
  ['for years', { amountUsd: '1', until: inDays(400) }],
])('a raise %s is refused', async (_, more) => {
  const call = inResearch('budget-raise.create', { ...more, reason }, { budget: 'monthly' })
  expect(await refusalOf(call)).toBe('refused_by_rule')
})
