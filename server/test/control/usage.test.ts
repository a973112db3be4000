/** Usage: listed newest first, filtered, and summed up without counting anything twice or losing it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, newUuid } from '../../src/crypto/new-id.ts'
import {
  type Control,
  type Read,
  refusalOf,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { journalOf, type Spending } from './support/spend.ts'
import { newAccount, newMember, type TestAccount } from './support/world.ts'

let control: Control
let acme: TestTenant
let research: TestAccount
let writers: string
let readers: string

const small = { id: newId('mdl'), name: 'vendor/small' }
const large = { id: newId('mdl'), name: 'vendor/large' }
const robot = { id: newId('va'), kind: 'virtual-account', name: 'robot' }
const retried = newUuid()
const range = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' }

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
  writers = (await inResearch('team.create', {}, { name: 'writers' })).id
  readers = (await inResearch('team.create', {}, { name: 'readers' })).id
  const spend = await journalOf(control.services.database, acme.id, research.id)
  const spendings: Spending[] = [
    { at: '2026-03-10T22:30:00Z', model: small, costNanos: 10n, teamIds: [writers, readers] },
    { at: '2026-03-10T23:30:00Z', model: small, costNanos: 20n, principal: robot },
    { at: '2026-03-11T12:00:00Z', model: large, costNanos: 300n, teamIds: [writers] },
    // The first provider failed and cost nothing; the second answered: one request, two attempts.
    {
      at: '2026-03-12T12:00:00Z',
      model: large,
      costNanos: 0n,
      requestId: retried,
      status: 'error',
    },
    { at: '2026-03-12T12:00:01Z', model: small, costNanos: 4n, requestId: retried, attempt: 2 },
    { at: '2026-04-01T00:00:00Z', model: small, costNanos: 1_000_000n },
  ]
  await spend(...spendings)
})
afterAll(() => control.close())

const inResearch = (operation: string, query: Record<string, string> = {}, body?: unknown) =>
  control.ask(operation, { as: research.admin, params: { account: 'research' }, query, body })
const costs = (page: Read) => page.items.map((row: Read) => Number(row.costNanos))
const summary = (query: Record<string, string>) =>
  inResearch('usage.summary', { ...range, ...query })
const groups = ({ groups }: Read) =>
  Object.fromEntries(groups.map((g: Read) => [g.name, Number(g.costNanos)]))

test('records are listed newest first, page by page, without a gap', async () => {
  const all = costs(await inResearch('usage.list'))
  expect(all).toEqual([1_000_000, 4, 0, 300, 20, 10])
  const seen: number[] = []
  let cursor: string | null = null
  do {
    const page: Read = await inResearch('usage.list', {
      limit: '2',
      ...(cursor === null ? {} : { cursor }),
    })
    seen.push(...costs(page))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(seen).toEqual(all)
})

test('a filter is a name of the time or an id, and what means nothing here matches nothing', async () => {
  const by = async (filter: Record<string, string>) =>
    costs(
      await inResearch(
        'usage.list',
        Object.fromEntries(Object.entries(filter).map(([field, v]) => [`filter[${field}]`, v])),
      ),
    )
  expect(await by({ model: 'vendor/large' })).toEqual([0, 300])
  expect(await by({ model: large.id })).toEqual([0, 300])
  expect(await by({ virtualAccount: 'robot' })).toEqual([20])
  expect(await by({ user: 'Ana@ACME.example', to: range.to })).toEqual([4, 0, 300, 10])
  expect(await by({ team: 'readers' })).toEqual([10])
  expect(await by({ status: 'error' })).toEqual([0])
  expect(await by({ from: '2026-03-11T00:00:00Z', to: '2026-03-12T00:00:00Z' })).toEqual([300])
  expect(await by({ team: 'nobody' })).toEqual([])
  expect(await by({ token: 'nothing' })).toEqual([])
  expect(await by({ user: 'a@b.example', virtualAccount: 'robot' })).toEqual([])
})

test('the total counts a request once and every attempt’s cost, up to the end of the range', async () => {
  const total = await summary({ groupBy: 'model' })
  expect([total.requests, total.totalNanos]).toEqual([4, '334'])
  expect(groups(total)).toEqual({ 'vendor/large': 300, 'vendor/small': 34 })
})

test('days are those of the time zone', async () => {
  expect(groups(await summary({ groupBy: 'day' }))).toEqual({
    '2026-03-10': 30,
    '2026-03-11': 300,
    '2026-03-12': 4,
  })
  expect(groups(await summary({ groupBy: 'day', timeZone: 'Europe/Berlin' }))).toEqual({
    '2026-03-10': 10,
    '2026-03-11': 320,
    '2026-03-12': 4,
  })
  const wrong = summary({ timeZone: 'Mars/Olympus' })
  expect(await refusalOf(wrong)).toBe('refused_by_rule')
})

test('groups have the names of what they are, by principal, team, status and two at once', async () => {
  expect(groups(await summary({ groupBy: 'principal' }))).toEqual({
    'ana@acme.example': 314,
    robot: 20,
  })
  expect(groups(await summary({ groupBy: 'team' }))).toEqual({
    writers: 310,
    readers: 10,
    'no team': 24,
  })
  expect(groups(await summary({ groupBy: 'status' }))).toEqual({ ok: 334, error: 0 })
  const both = await summary({ groupBy: 'day', thenBy: 'model' })
  expect(both.groups.map((g: Read) => [g.key, g.thenKey, g.thenName, g.costNanos])).toEqual([
    ['2026-03-10', small.id, 'vendor/small', '30'],
    ['2026-03-11', large.id, 'vendor/large', '300'],
    ['2026-03-12', small.id, 'vendor/small', '4'],
    ['2026-03-12', large.id, 'vendor/large', '0'],
  ])
})

test('a range that is too long, backwards, or grouped twice alike is refused', async () => {
  const queries: Record<string, string>[] = [
    { from: '2024-01-01T00:00:00Z' },
    { from: '2026-04-01T00:00:00Z' },
    { groupBy: 'day', thenBy: 'day' },
  ]
  for (const query of queries) expect(await refusalOf(summary(query))).toBe('refused_by_rule')
})

test('without a range it is the last 30 days', async () => {
  const { from, to } = await inResearch('usage.summary')
  expect(Date.parse(to) - Date.parse(from)).toBe(30 * 86_400_000)
})

test('the ledger says what was charged and nothing of what was free', async () => {
  const { items } = await inResearch('ledger-entry.list', { 'filter[to]': range.to })
  expect(items.map((row: Read) => [row.kind, row.amountNanos])).toEqual([
    ['usage_charge', '4'],
    ['usage_charge', '300'],
    ['usage_charge', '20'],
    ['usage_charge', '10'],
  ])
})

test('another account, and root, see none of it', async () => {
  const sales = await newAccount(control, acme, 'sales')
  const elsewhere = [
    [sales.admin, 'sales'],
    [acme.admin, 'root'],
  ] as const
  for (const [as, account] of elsewhere) {
    const params = { account }
    expect((await control.ask('usage.list', { as, params })).items).toEqual([])
    const total = await control.ask('usage.summary', { as, params, query: range })
    expect(total).toMatchObject({ totalNanos: '0', groups: [] })
    expect((await control.ask('ledger-entry.list', { as, params })).items).toEqual([])
  }
  const foreign = control.ask('usage.list', { as: sales.admin, params: { account: 'research' } })
  expect(await refusalOf(foreign)).toBe('not_found')
})

test('a viewer may read it', async () => {
  const viewer = await newMember(control, research, 'vera@research.example', 'viewer')
  const page = await control.ask('usage.list', { as: viewer, params: { account: 'research' } })
  expect(page.items).not.toEqual([])
})
