/** Invoices: closed in order when a month is over, never twice, and no charge is lost between two. */
import { type AccountId, formatId, uuidOf } from '@commonhold/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { insertAccount } from '../../src/store/account.ts'
import { saveSource } from '../../src/store/gateway-source.ts'
import { closedInvoices, openInvoice, openMonths } from '../../src/store/invoice.ts'
import { reconcile } from '../../src/worker/close-invoices.ts'
import {
  type Control,
  type Read,
  refusalOf,
  startControl,
  type TestTenant,
} from '../control/support/control.ts'
import { journalOf } from '../control/support/spend.ts'

let control: Control
let acme: TestTenant

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

const inTenant = <T>(work: Parameters<typeof control.services.database.withTenant<T>>[1]) =>
  control.services.database.withTenant(acme.id, work)
const closeAll = (now: string) => reconcile(control.services, new Date(now))

/** An account that nobody is in, with a journal that bills it. */
async function billedAccount() {
  const id = formatId('acct', newUuid())
  await inTenant((tx) =>
    insertAccount(tx, {
      tenantId: acme.id,
      id,
      name: `billed-${id.slice(-12)}`,
      displayName: 'Billed',
      isRoot: false,
      boundary: [],
      settings: {},
      createdBy: 'test',
    }),
  )
  return { id, spend: await journalOf(control.services.database, acme.id, id) }
}

const closedOf = async (id: AccountId) =>
  (await inTenant((tx) => closedInvoices(tx, id))).map(
    ({ month, totalNanos, carriedOverNanos }) => [month.id, totalNanos, carriedOverNanos],
  )

/** Everything that is invoiced or would be now. */
const invoicedNanos = (id: AccountId, now: string) =>
  inTenant(async (tx) => {
    let sum = 0n
    for (const invoice of await closedInvoices(tx, id)) sum += invoice.totalNanos
    const months = await openMonths(tx, id, Date.parse(now))
    for (const [index, month] of months.entries()) {
      sum += (await openInvoice(tx, id, month, index === 0)).totalNanos
    }
    return sum
  })

function book(id: AccountId, kind: 'credit' | 'adjustment', at: string, nanos: bigint) {
  return inTenant((tx) =>
    sql`insert into ledger_entry (tenant_id, account_id, id, at, kind, amount_nanos)
      values (${uuidOf(acme.id)}, ${uuidOf(id)}, ${newUuid()}, ${at}, ${kind}, ${nanos})`.execute(
      tx,
    ),
  )
}

test('a month is closed an hour after its end, once, however often and by how many workers', async () => {
  const { id, spend } = await billedAccount()
  await spend({ at: '2026-01-31T23:59:59Z', costNanos: 7n })
  await spend({ at: '2026-02-01T00:00:00Z', costNanos: 100n })
  await closeAll('2026-02-01T00:59:59Z')
  expect(await closedOf(id)).toEqual([])
  await Promise.all(Array.from({ length: 3 }, () => closeAll('2026-02-01T01:00:00Z')))
  await closeAll('2026-02-20T00:00:00Z')
  expect(await closedOf(id)).toEqual([['2026-01', 7n, 0n]])
})

test('several months that are over are closed in order; empty ones have no invoice', async () => {
  const { id, spend } = await billedAccount()
  await spend(
    { at: '2025-11-05T00:00:00Z', costNanos: 1n },
    { at: '2026-01-05T00:00:00Z', costNanos: 2n },
  )
  await closeAll('2026-03-01T02:00:00Z')
  expect(await closedOf(id)).toEqual([
    ['2026-01', 2n, 0n],
    ['2025-11', 1n, 0n],
  ])
})

test('what is shipped after its month was closed is on the next invoice', async () => {
  const { id, spend } = await billedAccount()
  await spend({ at: '2026-01-10T00:00:00Z', costNanos: 5n })
  await closeAll('2026-02-02T00:00:00Z')
  await spend({ at: '2026-01-31T23:00:00Z', costNanos: 30n })
  expect(await invoicedNanos(id, '2026-02-03T00:00:00Z')).toBe(35n)
  await spend({ at: '2026-02-10T00:00:00Z', costNanos: 200n })
  await closeAll('2026-03-02T00:00:00Z')
  expect(await closedOf(id)).toEqual([
    ['2026-02', 230n, 30n],
    ['2026-01', 5n, 0n],
  ])
})

test('a month waits for gateways that hold money of a period that ran in it', async () => {
  const { id, spend } = await billedAccount()
  await spend({ at: '2026-01-10T00:00:00Z', costNanos: 5n })
  const [owner, source] = [newUuid(), newUuid()]
  const tenant = uuidOf(acme.id)
  await control.services.database.withControlPlane((tx) => saveSource(tx, source, 1))
  await inTenant(async (tx) => {
    await sql`insert into pool (tenant_id, account_id, owner_id, period_id, starts_at, ends_at)
      values (${tenant}, ${uuidOf(id)}, ${owner}, 'month:2026-01@UTC', '2026-01-01T00:00:00Z',
        '2026-02-01T00:00:00Z')`.execute(tx)
    await sql`insert into lease (tenant_id, owner_id, period_id, source_id, epoch, granted)
      values (${tenant}, ${owner}, 'month:2026-01@UTC', ${source}, 1, 100)`.execute(tx)
  })
  await closeAll('2026-02-02T00:00:00Z')
  expect(await closedOf(id)).toEqual([])
  await inTenant((tx) =>
    sql`update lease set returned = 60, settled = 40 where owner_id = ${owner}`.execute(tx),
  )
  await closeAll('2026-02-02T00:00:00Z')
  expect(await closedOf(id)).toEqual([['2026-01', 5n, 0n]])
})

test('credits take from the total, adjustments go either way, and a total may be negative', async () => {
  const { id, spend } = await billedAccount()
  await spend({ at: '2026-01-10T00:00:00Z', costNanos: 100n })
  await book(id, 'credit', '2026-01-11T00:00:00Z', 150n)
  await book(id, 'adjustment', '2026-01-12T00:00:00Z', -7n)
  await closeAll('2026-02-02T00:00:00Z')
  const [invoice] = await inTenant((tx) => closedInvoices(tx, id))
  expect(invoice).toMatchObject({ creditedNanos: 150n, adjustedNanos: -7n, totalNanos: -57n })
  expect(invoice!.lines).toMatchObject([{ amountNanos: 100n, requests: 1 }])
})

test('a closed invoice can’t be changed or deleted, by whatever SQL', async () => {
  const { id, spend } = await billedAccount()
  await spend({ at: '2026-01-10T00:00:00Z' })
  await closeAll('2026-02-02T00:00:00Z')
  const change = inTenant((tx) =>
    tx.updateTable('invoice').set({ totalNanos: 0n }).where('accountId', '=', uuidOf(id)).execute(),
  )
  await expect(change).rejects.toThrow('the invoice is closed')
  await expect(inTenant((tx) => tx.deleteFrom('invoice').execute())).rejects.toThrow(
    'permission denied',
  )
})

test('the account reads its invoices, with a line for each model and price version', async () => {
  const globex = await control.tenant('globex')
  const params = { account: 'root' }
  const ask = (operation: string, more: object = {}, body?: unknown) =>
    control.ask(operation, { as: globex.admin, params: { ...params, ...more }, body })
  await ask('provider-account.create', {}, { name: 'vendor', provider: 'sandbox' })
  const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '2' }
  const { id } = await ask(
    'model.create',
    {},
    {
      name: 'small',
      providerAccount: 'vendor',
      upstreamModel: 'small',
      type: 'chat',
      contextTokensMax: 1_000,
      outputTokensMax: 100,
      price,
    },
  )
  const second = await ask('price.create', { model: id }, price)
  const [first] = (await ask('price.list', { model: id })).items
  const spend = await journalOf(control.services.database, globex.id, globex.rootAccountId)
  const model = { id, name: 'vendor/small' }
  await spend(
    { at: '2026-01-10T00:00:00Z', costNanos: 1_500_000_000n, model, priceId: first.id },
    { at: '2026-01-11T00:00:00Z', costNanos: 250_000_000n, model, priceId: second.id },
    { at: '2026-01-12T00:00:00Z', costNanos: 250_000_000n, model, priceId: second.id },
  )
  await closeAll('2026-02-02T00:00:00Z')

  const { items } = await ask('invoice.list')
  const running = new Date().toISOString().slice(0, 7)
  expect(items.map((row: Read) => [row.period, row.state, row.totalUsd])).toEqual([
    [running, 'open', '0.00'],
    ['2026-01', 'closed', '2.00'],
  ])
  const january = await ask('invoice.get', { period: '2026-01' })
  expect(january.lines).toMatchObject([
    { model: 'vendor/small', priceVersion: 1, requests: 1, amountUsd: '1.50' },
    { model: 'vendor/small', priceVersion: 2, requests: 2, inputTokens: 2_000, amountUsd: '0.50' },
  ])
  expect(await ask('invoice.get', { period: running })).toMatchObject({ id: null, state: 'open' })
  for (const period of ['2025-12', '2026-13', 'last-month']) {
    expect(await refusalOf(ask('invoice.get', { period }))).toBe('not_found')
  }
  const audit = await ask('audit-event.list')
  expect(audit.items[0]).toMatchObject({
    operation: 'invoice.close',
    actor: { name: 'system' },
    target: { name: '2026-01' },
    after: { totalUsd: '2.00' },
  })
})

const day = fc
  .integer({ min: 0, max: 149 })
  .map((n) => new Date(Date.UTC(2025, 9, 1) + n * 86_400_000).toISOString())
const step = fc.oneof(
  fc.record({ what: fc.constant('charge' as const), at: day, nanos: fc.bigInt(1n, 1_000n) }),
  fc.record({ what: fc.constant('credit' as const), at: day, nanos: fc.bigInt(0n, 1_000n) }),
  fc.record({ what: fc.constant('close' as const), at: day, nanos: fc.constant(0n) }),
)

test('whatever comes in whatever order: the invoices add up to the ledger', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { id, spend } = await billedAccount()
      let owed = 0n
      for (const { what, at, nanos } of steps) {
        if (what === 'charge') await spend({ at, costNanos: nanos })
        if (what === 'credit') await book(id, 'credit', at, nanos)
        if (what === 'close') await closeAll(at)
        owed += what === 'charge' ? nanos : -nanos
      }
      // Every entry is in the past by then, and in one invoice: closed ones, or the open ones.
      expect(await invoicedNanos(id, '2026-03-15T00:00:00Z')).toBe(owed)
      await closeAll('2026-03-15T00:00:00Z')
      expect(await invoicedNanos(id, '2026-03-15T00:00:00Z')).toBe(owed)
    }),
    { numRuns: 40 },
  )
})
