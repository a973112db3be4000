/**
 * T55: a price was typed in the wrong unit, and everything charged by it is wrong. Nothing has to be deleted:
 * charges are credited or computed again, and the bill and the budgets follow to the nano-dollar.
 */
import { costOf, type Id, type PriceVersion, parseUsd, uuidOf } from '@commonhold/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { priceVersionOf } from '../../src/store/price-version.ts'
import { reconcile } from '../../src/worker/close-invoices.ts'
import {
  type As,
  type Control,
  type Read,
  refusalOf,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { journalOf, type Spending } from './support/spend.ts'

let control: Control
let acme: TestTenant
let count = 0

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  await ask('provider-account.create', { body: { name: 'vendor', provider: 'sandbox' } })
})
afterAll(() => control.close())

interface Asked {
  readonly params?: Record<string, string>
  readonly query?: Record<string, string>
  readonly body?: unknown
  readonly as?: As
  readonly idempotencyKey?: string
}

function ask(operation: string, { params = {}, ...rest }: Asked = {}): Promise<Read> {
  return control.ask(operation, { as: acme.admin, params: { account: 'root', ...params }, ...rest })
}

const wrong = { inputPerMillionUsd: '1000', outputPerMillionUsd: '2000' }
const right = { inputPerMillionUsd: '1', outputPerMillionUsd: '2' }
const reason = 'Typed per thousand'
const used = { inputTokens: 1_000, outputTokens: 100 }
const usage = {
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  freshInputTokens: 1_000,
  outputTokens: 100,
}
const costAt = (components: object, markupPpm = 0n) =>
  costOf(priceVersionOf('prc_x' as Id<'prc'>, components) as PriceVersion, usage, markupPpm)
    .costNanos
const wrongNanos = costAt(wrong)
const rightNanos = costAt(right)
const now = () => new Date().toISOString()
const monthAgo = () => new Date(Date.now() - 40 * 86_400_000).toISOString()

/** A model with a wrong and a right version of its price, a budget, and a journal that charges. */
async function spender() {
  const name = `model-${++count}`
  const body = {
    name,
    providerAccount: 'vendor',
    upstreamModel: 'm',
    type: 'chat',
    contextTokensMax: 9_000,
    outputTokensMax: 100,
  }
  const model = await ask('model.create', { body: { ...body, price: wrong } })
  const params = { model: model.id }
  await ask('price.create', { params, body: { ...right, confirmImplausible: true } })
  const { items: prices } = await ask('price.list', { params })
  const budget = await ask('budget.create', {
    body: { name: `budget-${count}`, level: 'account', amountUsd: '1000', period: 'month' },
  })
  const journal = await journalOf(control.services.database, acme.id, acme.rootAccountId)
  const spend = (more: Partial<Spending> = {}) =>
    journal({
      at: now(),
      ...used,
      costNanos: wrongNanos,
      model: { id: model.id, name: `vendor/${name}` },
      priceId: prices.find(({ version }: Read) => version === 1).id,
      budgets: [{ id: budget.id }],
      ...more,
    })
  const records = async () =>
    (await ask('usage.list', { query: { 'filter[model]': model.id } })).items as Read[]
  const useNanos = async () =>
    BigInt((await ask('budget.get', { params: { budget: budget.id } })).current.settledNanos)
  const reRate = (more: object = {}, asked: Asked = {}) =>
    ask('re-rate.run', {
      params,
      body: {
        price: 2,
        from: monthAgo(),
        to: new Date(Date.now() + 60_000).toISOString(),
        reason,
        ...more,
      },
      ...asked,
    })
  return { model, budget, prices, spend, records, useNanos, reRate, params }
}

const owedNanos = async () => {
  const { items } = await ask('invoice.list')
  return items.reduce((sum: bigint, row: Read) => sum + BigInt(row.totalNanos), 0n)
}

test('T55: a charge is credited in part, then wholly, and never more; the budget gets it back', async () => {
  const { spend, records, useNanos } = await spender()
  await spend()
  const before = await owedNanos()
  const [{ id: charge }] = await records()
  const credit = (body: object, asked: Asked = {}) =>
    ask('ledger-entry.credit', { body: { charge, reason, ...body }, ...asked })
  const part = await credit({ amountUsd: '0.1' }, { idempotencyKey: `part-${charge}` })
  expect(part).toMatchObject({
    kind: 'credit',
    usageRecord: charge,
    amountUsd: '-0.10',
    note: reason,
  })
  // The same request again is the same credit.
  expect((await credit({ amountUsd: '0.1' }, { idempotencyKey: `part-${charge}` })).id).toBe(
    part.id,
  )
  expect(await owedNanos()).toBe(before - 100_000_000n)
  expect(await useNanos()).toBe(wrongNanos - 100_000_000n)

  expect(await refusalOf(credit({ amountUsd: '2' }))).toBe('refused_by_rule')
  expect(await refusalOf(credit({ amountUsd: '0' }))).toBe('refused_by_rule')
  await credit({})
  expect(await useNanos()).toBe(0n)
  expect(await refusalOf(credit({}))).toBe('wrong_state')
  const [record] = await records()
  expect(record).toMatchObject({ costNanos: String(wrongNanos), creditedNanos: String(wrongNanos) })
  const { items } = await ask('ledger-entry.list', { query: { 'filter[kind]': 'credit' } })
  expect(items.filter((row: Read) => row.usageRecord === charge)).toHaveLength(2)
})

test('T55: a dry run tells by account what would change; the run books it, and a second one nothing', async () => {
  const { spend, records, useNanos, reRate } = await spender()
  await spend()
  await spend({ markupPpm: 50_000n, costNanos: costAt(wrong, 50_000n) })
  // Charged by nobody knows which rule: left alone, and told.
  await spend({ costNanos: 5n })
  const before = await owedNanos()
  const shouldNanos = rightNanos + costAt(right, 50_000n) + 5n
  const dry = await ask('re-rate.run', {
    params: { model: (await records())[0].model.id },
    query: { dryRun: 'true' },
    body: { price: 2, from: monthAgo(), reason },
  })
  expect(dry).toMatchObject({ dryRun: true, result: { changed: 2, unknown: 1, accounts: [{}] } })
  expect(await owedNanos()).toBe(before)

  const sums = {
    records: 3,
    changed: 2,
    unknown: 1,
    beforeNanos: String(wrongNanos + costAt(wrong, 50_000n) + 5n),
    afterNanos: String(shouldNanos),
  }
  expect(await reRate()).toMatchObject({
    ...sums,
    accounts: [{ name: 'root', ...sums }],
    next: null,
  })
  expect(await useNanos()).toBe(shouldNanos)
  const after = await owedNanos()
  expect(before - after).toBe(BigInt(sums.beforeNanos) - shouldNanos)
  expect(await reRate()).toMatchObject({ changed: 0, creditedNanos: '0' })
  expect(await owedNanos()).toBe(after)
  const { items } = await ask('audit-event.list')
  expect(items.find((row: Read) => row.operation === 're-rate.run')).toMatchObject({
    after: { reRatedAtPrice: 2, reason },
  })
})

test('T55: what was too low is booked only where asked for, and budgets count it no more', async () => {
  const { spend, useNanos, reRate } = await spender()
  const [priceOfRight] = (await spender()).prices
  expect(priceOfRight.version).toBe(1)
  await spend()
  await reRate()
  const before = await owedNanos()
  expect(await reRate({ price: 1 })).toMatchObject({
    changed: 0,
    dearerNanos: String(wrongNanos - rightNanos),
  })
  await reRate({ price: 1, chargeDearer: true })
  expect(await owedNanos()).toBe(before + wrongNanos - rightNanos)
  expect(await useNanos()).toBe(rightNanos)
  // Back again: the adjustment is taken back, not credited on top.
  await reRate()
  expect(await owedNanos()).toBe(before)
  expect(await useNanos()).toBe(rightNanos)
})

test('a credit on a charge of a closed month is on the next invoice, and gives back to its own period', async () => {
  const { spend, records, budget, useNanos } = await spender()
  await spend({ at: '2026-01-10T00:00:00Z' })
  await reconcile(control.services, new Date())
  const january = () => ask('invoice.get', { params: { period: '2026-01' } })
  const closed = await january()
  expect(closed.state).toBe('closed')
  const [{ id: charge }] = await records()
  const before = await owedNanos()
  await ask('ledger-entry.credit', { body: { charge, reason } })
  expect(await january()).toEqual(closed)
  expect(await owedNanos()).toBe(before - wrongNanos)
  expect(await useNanos()).toBe(0n)
  const pool = await control.services.database.withTenant(acme.id, (tx) =>
    tx.selectFrom('pool').selectAll().where('ownerId', '=', uuidOf(budget.id)).execute(),
  )
  expect(pool).toMatchObject([
    { periodId: 'month:2026-01@UTC', settled: wrongNanos, credited: wrongNanos },
  ])
})

test('adjustments go either way, beside every budget', async () => {
  const { useNanos, spend } = await spender()
  await spend()
  const before = await owedNanos()
  const adjust = (amountUsd: string) => ask('ledger-entry.adjust', { body: { amountUsd, reason } })
  expect(await adjust('-5')).toMatchObject({
    kind: 'credit',
    usageRecord: null,
    amountUsd: '-5.00',
  })
  expect(await adjust('1.5')).toMatchObject({ kind: 'adjustment', amountUsd: '1.50' })
  expect(await refusalOf(adjust('0'))).toBe('refused_by_rule')
  expect(await owedNanos()).toBe(before - 3_500_000_000n)
  expect(await useNanos()).toBe(wrongNanos)
})

test('a division’s admin corrects nothing, not even its own model’s charges; the tenant’s does', async () => {
  const email = 'head@division.example'
  const { invitation } = await control.ask('account.create', {
    as: acme.admin,
    body: { name: 'division', boundary: 'everything', admin: { email } },
  })
  const head = await control.accept(invitation.link)
  const { id: division } = await ask('account.get', { params: { account: 'division' } })
  const own = (operation: string, more: Asked = {}) =>
    ask(operation, { as: head, ...more, params: { account: 'division', ...more.params } })
  const { model, budget } = await spender()
  const journal = await journalOf(control.services.database, acme.id, division)
  await journal({
    at: now(),
    costNanos: 77n,
    model: { id: model.id, name: 'vendor/shared' },
    budgets: [{ id: budget.id, account: acme.rootAccountId }],
  })
  const [{ id: charge }] = (await own('usage.list')).items
  const credit = { body: { charge, reason } }
  expect(await refusalOf(own('ledger-entry.credit', credit))).toBe('not_allowed')
  expect(await refusalOf(own('ledger-entry.adjust', { body: { amountUsd: '-1', reason } }))).toBe(
    'not_allowed',
  )
  // The charge is the division's: named in another account, it does not exist.
  expect(await refusalOf(ask('ledger-entry.credit', credit))).toBe('not_found')

  await own('provider-account.create', { body: { name: 'own', provider: 'sandbox' } })
  const body = {
    name: 'mine',
    providerAccount: 'own',
    upstreamModel: 'm',
    type: 'chat',
    contextTokensMax: 9_000,
    outputTokensMax: 100,
    price: right,
  }
  const { id } = await own('model.create', { body })
  const reRate = { params: { model: id }, body: { price: 1, from: monthAgo(), reason } }
  expect(await refusalOf(own('re-rate.run', reRate))).toBe('not_allowed')

  await ask('ledger-entry.credit', { ...credit, params: { account: 'division' } })
  expect((await own('invoice.list')).items[0]).toMatchObject({
    creditedNanos: '77',
    totalNanos: '0',
  })
  expect((await own('audit-event.list')).items[0]).toMatchObject({
    operation: 'ledger-entry.credit',
    after: { charge, reason },
  })
})

test('T55: a price far off the one before is refused until it is confirmed, with both in two units', async () => {
  const { params } = await spender()
  const off = { inputPerMillionUsd: '0.000001', outputPerMillionUsd: '2' }
  await expect(ask('price.create', { params, body: off })).rejects.toThrow(
    /0\.000001 US dollars per million tokens of input \(0\.000000001 per thousand\) is 1000000 times cheaper.*confirmImplausible/,
  )
  await ask('price.create', { params, body: { ...off, confirmImplausible: true } })
})

test('what is not sold by the token is told of each call, and summed up', async () => {
  const { spend, records, model } = await spender()
  await spend({ metadata: { units: { image: 2 } } })
  await spend({ metadata: { units: { image: 1, audio_second: 1.5 } } })
  expect((await records()).map(({ units }) => units)).toEqual([
    { images: 1, audioSeconds: 1.5 },
    { images: 2 },
  ])
  const { groups } = await ask('usage.summary', { query: { groupBy: 'model' } })
  expect(groups.find(({ key }: Read) => key === model.id)).toMatchObject({
    units: { images: 3, audioSeconds: 1.5 },
  })
})

test('credits never exceed their charge, whatever SQL books them', async () => {
  const { spend, records } = await spender()
  await spend()
  const [{ id }] = await records()
  const insert = control.services.database.withTenant(acme.id, (tx) =>
    sql`insert into ledger_entry (tenant_id, account_id, id, at, kind, amount_nanos, usage_record_id)
      values (${uuidOf(acme.id)}, ${uuidOf(acme.rootAccountId)}, gen_random_uuid(), now(), 'credit',
        ${wrongNanos + 1n}, ${uuidOf(id)})`.execute(tx),
  )
  await expect(insert).rejects.toThrow('credits would exceed their charge')
})

const step = fc.oneof(
  fc.record({ what: fc.constant('charge' as const), wrong: fc.boolean() }),
  fc.record({
    what: fc.constant('credit' as const),
    of: fc.nat(20),
    cents: fc.integer({ min: 1, max: 150 }),
  }),
  fc.record({
    what: fc.constant('re-rate' as const),
    price: fc.constantFrom(1, 2),
    chargeDearer: fc.boolean(),
  }),
)

test('T55: after any charges, credits and re-rates, the bill is what is owed and the budget what was charged less what was credited', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
      const { spend, records, useNanos, reRate, prices } = await spender()
      const start = await owedNanos()
      let charged = 0n
      let credited = 0n
      let adjusted = 0n
      for (const now of steps) {
        if (now.what === 'charge') {
          const costNanos = now.wrong ? wrongNanos : rightNanos
          const version = now.wrong ? 1 : 2
          await spend({
            costNanos,
            priceId: prices.find((one: Read) => one.version === version).id,
          })
          charged += costNanos
        } else if (now.what === 'credit') {
          const all = await records()
          if (all.length === 0) continue
          const { id, costNanos, creditedNanos } = all[now.of % all.length]
          const amount = parseUsd(String(now.cents / 100))
          const nanos = amount.ok ? amount.nanos : 0n
          const fits = BigInt(costNanos) - BigInt(creditedNanos) >= nanos
          const booked = ask('ledger-entry.credit', {
            body: { charge: id, amountUsd: String(now.cents / 100), reason },
          })
          if (fits) await booked
          else expect(['refused_by_rule', 'wrong_state']).toContain(await refusalOf(booked))
          if (fits) credited += nanos
        } else {
          const { price, chargeDearer } = now
          const done = await reRate({ price, chargeDearer })
          expect(await reRate({ price, chargeDearer })).toMatchObject({ changed: 0 })
          credited += BigInt(done.creditedNanos)
          adjusted += BigInt(done.adjustedNanos)
        }
        expect(await useNanos()).toBe(charged - credited)
        expect((await owedNanos()) - start).toBe(charged - credited + adjusted)
      }
    }),
    { numRuns: 4 },
  )
})
