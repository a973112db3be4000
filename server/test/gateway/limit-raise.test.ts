/** Raises and credits at the gateway: what is in force now is the limit, to the instant when it ends. */
import { setTimeout as wait } from 'node:timers/promises'
import { chargeAt, formatId, type Id, type Permission, uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { findCharge } from '../../src/store/charge.ts'
import { giveBack } from '../../src/store/charged-budgets.ts'
import { priceVersionOf } from '../../src/store/price-version.ts'
import {
  chat,
  poolOf,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  usageOf,
} from './support/stack.ts'
import type { World } from './support/world.ts'

let stack: Stack
beforeAll(async () => {
  // Leases are kept for long: what ends a raise has to take them back by itself.
  stack = await startStack({ tuning: { leaseIdleMs: 60_000 } })
})
afterAll(() => stack.stop())

const use: Permission[] = ['model:use']
const heldNanos = 100n * 500n + 10n * 2000n
const plenty = 1_000n * heldNanos

async function tenant(name: string) {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, use)
  const { text } = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  await world.model(rootId, provider, 'sandbox-fast', { contextTokensMax: 100 })
  const ask = () => chat(stack.first.url, text, 'sandbox/sandbox-fast', { max_tokens: 10 })
  return { world, ask, token: text }
}

interface Raise {
  readonly amount: bigint
  readonly startsAtMs?: number
  readonly endsAtMs: number
}

async function raise(world: World, limit: Id<'bud'>, { amount, startsAtMs, endsAtMs }: Raise) {
  const id = newUuid()
  await world.run((tx) =>
    tx
      .insertInto('limitRaise')
      .values({
        tenantId: uuidOf(world.tenantId),
        accountId: uuidOf(world.rootId),
        id,
        budgetId: uuidOf(limit),
        amount,
        startsAt: new Date(startsAtMs ?? Date.now() - 1_000),
        endsAt: new Date(endsAtMs),
        reason: 'A test',
        createdBy: 'test',
      })
      .execute(),
  )
  await settledSnapshot(world, stack.first)
  return id
}

test('a raise is in force at once, and to the instant when it ends', async () => {
  const { world, ask, token } = await tenant('to-the-instant')
  const budget = await world.budget(world.rootId, 'small', heldNanos - 1n)
  await settledSnapshot(world, stack.first)
  expect((await ask()).status).toBe(429)
  const endsAtMs = Date.now() + 3_000
  await raise(world, budget, { amount: plenty, endsAtMs })
  expect((await ask()).status).toBe(200)
  const [row] = await usageOf(world, 1)
  const [layer] = (await send(stack.first.url, token, '/v1/key')).body.limits!
  expect(layer).toMatchObject({
    amount_nanos: (heldNanos - 1n + plenty).toString(),
    settled_nanos: row!.costNanos.toString(),
    raises: [{ until: new Date(endsAtMs).toISOString() }],
  })
  // Far more was leased under the raise than the budget has without it.
  expect((await poolOf(world, budget))!.leased).toBeGreaterThan(heldNanos)

  await wait(endsAtMs - Date.now() + 5)
  const refused = await ask()
  expect([refused.status, refused.body.error!.code]).toEqual([429, 'exceeds_budget_alone'])
  expect(refused.body.error!.message).toContain('US dollars')
})

test('ended before its time, it binds the very next call', async () => {
  const { world, ask } = await tenant('ended-early')
  const budget = await world.budget(world.rootId, 'small', heldNanos - 1n)
  const id = await raise(world, budget, { amount: plenty, endsAtMs: Date.now() + 3_600_000 })
  expect((await ask()).status).toBe(200)
  await world.run((tx) =>
    tx
      .updateTable('limitRaise')
      .set({ endedAt: new Date(), endedBy: 'test' })
      .where('id', '=', id)
      .execute(),
  )
  await settledSnapshot(world, stack.first)
  expect((await ask()).status).toBe(429)
})

test('several add up, and one that is to come adds nothing yet', async () => {
  const { world, ask } = await tenant('adding-up')
  const budget = await world.budget(world.rootId, 'nothing', 0n)
  const later = Date.now() + 3_600_000
  const toCome = { amount: plenty, startsAtMs: later, endsAtMs: later + 60_000 }
  await raise(world, budget, toCome)
  await raise(world, budget, { amount: heldNanos / 2n, endsAtMs: later })
  expect((await ask()).status).toBe(429)
  await raise(world, budget, { amount: heldNanos / 2n, endsAtMs: later })
  expect((await ask()).status).toBe(200)
  await usageOf(world, 1)
  expect((await ask()).status).toBe(429)
})

test('a raise of the account’s own never reaches past what the tenant has set', async () => {
  const { world, ask } = await tenant('under-the-tenant')
  const own = await world.budget(world.rootId, 'own', heldNanos - 1n)
  await world.budget(world.rootId, 'imposed', heldNanos - 1n, {}, { imposed: true })
  await raise(world, own, { amount: plenty, endsAtMs: Date.now() + 3_600_000 })
  const refused = await ask()
  expect(refused.body.error!.message).toContain("Budget 'imposed' (account)")
})

test('a raise is never edited, and ended once', async () => {
  const { world } = await tenant('written-once')
  const budget = await world.budget(world.rootId, 'small', 1n)
  const id = await raise(world, budget, { amount: 5n, endsAtMs: Date.now() + 60_000 })
  const change = (what: object) =>
    world.run((tx) => tx.updateTable('limitRaise').set(what).where('id', '=', id).execute())
  await expect(change({ amount: 6n })).rejects.toThrow(/permission denied/)
  await change({ endedAt: new Date(), endedBy: 'test' })
  await expect(change({ endedBy: 'somebody else' })).rejects.toThrow(/never edited, only ended/)
})

test('T55: a real charge comes out again at its own price, and what is credited is there for the next call', async () => {
  const { world, ask, token } = await tenant('credited')
  const budget = await world.budget(world.rootId, 'one-call', heldNanos)
  await settledSnapshot(world, stack.first)
  expect((await ask()).status).toBe(200)
  const [record] = await usageOf(world, 1)
  expect((await ask()).status).toBe(429)
  const charge = await world.run(async (tx) => {
    const found = (await findCharge(tx, world.rootId, formatId('use', record!.id)))!
    const price = await tx.selectFrom('price').selectAll().executeTakeFirstOrThrow()
    const own = priceVersionOf(found.priceId!, price.components)!
    const { chargedNanos } = found.booked
    expect(chargedNanos).toBeGreaterThan(0n)
    expect(chargeAt(found.use, chargedNanos, own, own)).toBe(chargedNanos)
    const { chargedBudgetsId } = found
    await giveBack(tx, world.tenantId, [{ chargedBudgetsId, nanos: chargedNanos }])
    return found
  })
  const { settled, credited } = (await poolOf(world, budget))!
  expect([settled, credited]).toEqual([charge.booked.chargedNanos, charge.booked.chargedNanos])
  const told = async () => (await send(stack.first.url, token, '/v1/key')).body.limits![0]
  expect(await told()).toMatchObject({ settled_nanos: '0', amount_nanos: heldNanos.toString() })
  expect((await ask()).status).toBe(200)
  // The budget's own amount still bounds what one call may take.
  const refused = await ask()
  expect([refused.status, refused.body.error!.code]).toEqual([429, 'budget_exhausted'])
})
