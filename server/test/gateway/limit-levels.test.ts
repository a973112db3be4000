/**
 * The levels above and below an account: what all accounts spend together, what one spends through a
 * share, and a default for everybody in it. And several periods at once on one subject.
 */
import type { Id, Permission } from '@commonhold/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Answer,
  chat,
  eventually,
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
  stack = await startStack()
})
afterAll(() => stack.stop())

const use: Permission[] = ['model:use']
/** A context of 100 tokens and 10 of output, at the sandbox's price. */
const heldNanos = 100n * 500n + 10n * 2000n
const small = { max_tokens: 10 }

/** A model of root, shared to two accounts, each with a virtual account that may call it. */
async function sharedWorld(name: string) {
  const world = await stack.world(name)
  const provider = await world.providerAccount(world.rootId, 'sandbox')
  const spec = { contextTokensMax: 100 }
  const model = await world.model(world.rootId, provider, 'sandbox-fast', spec)
  const one = async (account: string) => {
    const id = await world.account(account)
    const share = await world.share(model, id)
    const agent = await world.virtualAccount(id, 'agent')
    await world.grant(id, { principal: agent }, use)
    return { id, share, agent, token: (await world.token(id, agent)).text }
  }
  return { world, model, first: await one('first'), second: await one('second') }
}

const ask = (token: string) => chat(stack.first.url, token, 'sandbox/sandbox-fast', small)
const refusedBy = ({ status, body }: Answer) => [status, body.error?.message.split(':')[0]]
const known = (world: World) => settledSnapshot(world, stack.first)

test('a budget of the tenant counts every account, and tells no account how much there is', async () => {
  const { world, first, second } = await sharedWorld('tenant-wide')
  const id = await world.budget(world.rootId, 'all-together', 2n * heldNanos, { level: 'tenant' })
  await known(world)
  expect((await ask(first.token)).status).toBe(200)
  const [spent] = await usageOf(world, 1)
  await eventually('it is settled', async () => (await poolOf(world, id))?.leased === 0n)
  expect((await poolOf(world, id))!.settled).toBe(spent!.costNanos)

  await world.run((tx) => tx.updateTable('budget').set({ amountNanos: heldNanos }).execute())
  await known(world)
  const refused = await ask(second.token)
  expect(refusedBy(refused)).toEqual([429, "Budget 'all-together' (tenant)"])
  expect(refused.body.error!.message).not.toContain('0.000070')
  const told = (await send(stack.first.url, second.token, '/v1/key')).body.limits!
  expect(told).toMatchObject([{ name: 'all-together', level: 'tenant' }])
  expect(Object.keys(told[0]!)).not.toContain('settled_nanos')
})

test('a limit on a share counts what that account spends through it, and nothing else', async () => {
  const { world, first, second } = await sharedWorld('share-level')
  const id = await world.budget(world.rootId, 'of-first', 2n * heldNanos, { share: first.share })
  const rate = { share: second.share }
  await world.usageLimit(world.rootId, 'of-second', 'requests', 1n, 86_400, rate)
  const own = await world.providerAccount(first.id, 'own')
  await world.model(first.id, own, 'sandbox-fast', { contextTokensMax: 100 })
  await known(world)
  expect((await ask(first.token)).status).toBe(200)
  expect((await ask(second.token)).status).toBe(200)
  const rows = await usageOf(world, 2)
  const through = rows.find(({ shareId }) => shareId !== null && shareId !== rows[1]!.shareId)!
  await eventually('settled', async () => (await poolOf(world, id))?.settled === through.costNanos)

  await world.run((tx) => tx.updateTable('budget').set({ amountNanos: heldNanos }).execute())
  await known(world)
  expect(refusedBy(await ask(first.token))).toEqual([429, "Budget 'of-first' (share)"])
  expect(refusedBy(await ask(second.token))).toEqual([429, "Usage limit 'of-second' (share)"])
  // Its own model does not come by the share.
  const direct = await chat(stack.first.url, first.token, 'own/sandbox-fast', small)
  expect(direct.status).toBe(200)
  const layers = (await send(stack.first.url, first.token, '/v1/key')).body.limits!
  expect(layers).toMatchObject([
    { name: 'of-first', level: 'share', settled_nanos: through.costNanos.toString() },
  ])
})

test('a parent is never loosened from below: of all that apply, each has to have room', async () => {
  const { world, first } = await sharedWorld('never-loosened')
  await world.budget(world.rootId, 'by-the-tenant', heldNanos - 1n, { share: first.share })
  await world.budget(first.id, 'own', 10n ** 12n)
  await world.budget(first.id, 'of-the-agent', 10n ** 12n, { principal: first.agent })
  await known(world)
  expect(refusedBy(await ask(first.token))).toEqual([429, "Budget 'by-the-tenant' (share)"])
})

test('T3: a default limits each principal on its own, from the very first request', async () => {
  const { world, first } = await sharedWorld('default-for-each')
  const default_ = await world.budget(first.id, 'each', heldNanos, {
    level: 'each-virtual-account',
  })
  await world.usageLimit(first.id, 'each-rate', 'requests', 2n, 86_400, { level: 'each-user' })
  const newcomer = await world.virtualAccount(first.id, 'newcomer')
  await world.grant(first.id, { principal: newcomer }, use)
  const token = (await world.token(first.id, newcomer)).text
  await known(world)
  // Eight at once of one whom nobody has heard of: one fits.
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(token)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  await usageOf(world, 1)
  // What the newcomer used up is not taken from the other one.
  expect((await ask(first.token)).status).toBe(200)
  await usageOf(world, 2)
  expect(refusedBy(await ask(token))).toEqual([429, "Budget 'each' (each-virtual-account)"])
  const { rows } = await world.run((tx) =>
    sql<{ periodId: string }>`select period_id from pool where owner_id =
      (select id from budget where name = 'each')`.execute(tx),
  )
  expect(rows.map(({ periodId }) => periodId.split('/')[1]).sort()).toEqual(
    [newcomer, first.agent].sort(),
  )
  expect(default_).toBeDefined()
})

test('one’s own budget of the same period takes the place of the default', async () => {
  const { world, first } = await sharedWorld('own-instead')
  await world.budget(first.id, 'each', 0n, { level: 'each-virtual-account' })
  await known(world)
  expect((await ask(first.token)).status).toBe(429)
  const own = { principal: first.agent }
  const id = await world.budget(first.id, 'own-daily', 10n ** 12n, own, { period: 'day' })
  await known(world)
  expect((await ask(first.token)).status).toBe(429)
  await world.run((tx) => tx.updateTable('budget').set({ period: 'month' }).execute())
  await known(world)
  expect((await ask(first.token)).status).toBe(200)
  expect(id).toBeDefined()
})

test('T25, T37: day, month and lifetime of one subject are counters of their own', async () => {
  const { world, first } = await sharedWorld('several-periods')
  const of = { principal: first.agent }
  const ids: Id<'bud'>[] = []
  for (const period of ['day', 'month', 'lifetime'] as const) {
    ids.push(await world.budget(first.id, `per-${period}`, 10n * heldNanos, of, { period }))
  }
  await known(world)
  expect((await ask(first.token)).status).toBe(200)
  const [row] = await usageOf(world, 1)
  await eventually('all three counted', async () => {
    const pools = await Promise.all(ids.map((id) => poolOf(world, id)))
    return pools.every((pool) => pool?.settled === row!.costNanos && pool.leased === 0n)
  })
  // A period that is added later begins at nothing, whatever was spent before.
  const year = await world.budget(first.id, 'per-year', heldNanos, of, { period: 'year' })
  await known(world)
  expect((await ask(first.token)).status).toBe(200)
  const rows = await usageOf(world, 2)
  await eventually('the year counts from here', async () => {
    const pool = await poolOf(world, year)
    return pool?.settled === rows[1]!.costNanos
  })
  const layers = (await send(stack.first.url, first.token, '/v1/key')).body.limits!
  const resets = layers.map(({ name, resets_at: at }) => [name, at === null ? null : 'resets'])
  expect(Object.fromEntries(resets)).toEqual({
    'per-day': 'resets',
    'per-month': 'resets',
    'per-lifetime': null,
    'per-year': 'resets',
  })
  // The smallest one refuses, and says when it begins anew.
  const refused = await ask(first.token)
  expect(refusedBy(refused)).toEqual([429, "Budget 'per-year' (virtual-account)"])
  expect(refused.body.error!.message).toContain('Resets at')
})

test('T9, T11: requests and tokens alike are counted over all gateways at once', async () => {
  const other = await stack.gateway()
  for (const [metric, amount] of [
    ['requests', 2n],
    ['tokens', 220n],
  ] as const) {
    const { world, first } = await sharedWorld(`all-gateways-${metric}`)
    await world.usageLimit(first.id, 'shared', metric, amount, 86_400)
    await known(world)
    await settledSnapshot(world, other)
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        chat(i % 2 ? stack.first.url : other.url, first.token, 'sandbox/sandbox-fast', small),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
  }
  await other.stop()
})

test('T33, T41: who has no budget of his own is checked too, and what is used up does not refill', async () => {
  const { world, first } = await sharedWorld('used-up')
  await world.budget(first.id, 'of-the-account', heldNanos, {}, { period: 'lifetime' })
  await known(world)
  expect((await ask(first.token)).status).toBe(200)
  await usageOf(world, 1)
  for (let i = 0; i < 3; i++) {
    const refused = await ask(first.token)
    expect(refusedBy(refused)).toEqual([429, "Budget 'of-the-account' (account)"])
    expect(refused.body.error!.message).toContain('It never resets')
  }
})
