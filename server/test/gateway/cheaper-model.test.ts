/** A cheaper model instead of a refusal, and what a limit that only counts says of what it let pass. */
import { type Permission, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  chat,
  eventually,
  poolOf,
  type Stack,
  settledSnapshot,
  startStack,
  stream,
  type UsageRow,
  usageOf,
} from './support/stack.ts'
import type { World } from './support/world.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop())

const use: Permission[] = ['model:use']
const heldNanos = 100n * 500n + 10n * 2000n
const cheapHeldNanos = 100n * 5n + 10n * 20n
const small = { max_tokens: 10 }

/** A model, and one at a hundredth of its price. */
async function tenant(name: string) {
  const world = await stack.world(name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  const { text: token } = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  const spec = { contextTokensMax: 100 }
  const dear = await world.model(rootId, provider, 'sandbox-fast', spec)
  const price = { inputPerMillionUsd: '0.005', outputPerMillionUsd: '0.02' }
  const more = { ...spec, price, upstreamModel: 'sandbox-fast' }
  const cheap = await world.model(rootId, provider, 'cheap', more)
  const ask = () => chat(stack.first.url, token, 'sandbox/sandbox-fast', small)
  return { world, agent, token, dear, cheap, ask }
}

async function fallBack(world: World, to: string) {
  await world.run((tx) =>
    tx
      .updateTable('budget')
      .set({ fallbackModelId: uuidOf(to as never) })
      .execute(),
  )
  await settledSnapshot(world, stack.first)
}

test('where the budget has no room, the cheaper model answers, and the answer says so', async () => {
  const { world, agent, token, cheap, ask } = await tenant('cheaper')
  await world.grant(world.rootId, { principal: agent }, use)
  const budget = await world.budget(world.rootId, 'tight', heldNanos - 1n)
  await fallBack(world, cheap)
  const answer = await ask()
  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-commonhold-model')).toBe('sandbox/cheap')
  // Billed at its own price, and counted under the budget all the same.
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ modelName: 'sandbox/cheap', heldNanos: cheapHeldNanos })
  await eventually('settled', async () => (await poolOf(world, budget))?.settled === row!.costNanos)
  const streamed = await stream(stack.first.url, token, 'sandbox/sandbox-fast', small)
  expect(streamed.status).toBe(200)
  expect(streamed.text).toContain('[DONE]')

  // It never goes past the budget either: then the refusal of what was asked for stands.
  await world.run((tx) =>
    tx
      .updateTable('budget')
      .set({ amountNanos: cheapHeldNanos - 1n })
      .execute(),
  )
  await settledSnapshot(world, stack.first)
  const refused = await ask()
  expect([refused.status, refused.body.error!.code]).toEqual([429, 'exceeds_budget_alone'])
  expect(refused.body.error!.message).toContain('0.00007 US dollars')
})

test('one whom the cheaper model is not granted to is refused as before (T77)', async () => {
  const { world, agent, dear, cheap, ask } = await tenant('not-granted')
  await world.grant(world.rootId, { principal: agent }, use, { resource: dear })
  await world.budget(world.rootId, 'tight', heldNanos - 1n)
  await fallBack(world, cheap)
  expect((await ask()).status).toBe(429)
})

test('another budget that is full refuses the cheaper model too', async () => {
  const { world, agent, cheap, ask } = await tenant('still-refused')
  await world.grant(world.rootId, { principal: agent }, use)
  await world.budget(world.rootId, 'tight', heldNanos - 1n)
  await fallBack(world, cheap)
  await world.budget(world.rootId, 'own', 0n, { principal: agent })
  await settledSnapshot(world, stack.first)
  expect((await ask()).status).toBe(429)
})

test('the model of a budget falls back to one that it does not count', async () => {
  const { world, agent, dear, cheap, ask } = await tenant('per-model')
  await world.grant(world.rootId, { principal: agent }, use)
  await world.budget(world.rootId, 'of-the-dear-one', 0n, { model: dear })
  await fallBack(world, cheap)
  const answers = await Promise.all(Array.from({ length: 3 }, ask))
  expect(answers.map(({ headers }) => headers.get('x-commonhold-model'))).toEqual(
    Array.from({ length: 3 }, () => 'sandbox/cheap'),
  )
})

test('a limit that only counts tells what it would have refused, and refuses nothing', async () => {
  const { world, agent, ask } = await tenant('only-counts')
  await world.grant(world.rootId, { principal: agent }, use)
  const budget = await world.budget(world.rootId, 'watched', heldNanos, {}, { mode: 'audit' })
  const rate = await world.usageLimit(world.rootId, 'watched-rate', 'requests', 2n, 86_400)
  await world.run((tx) => tx.updateTable('usageLimit').set({ mode: 'audit' }).execute())
  await settledSnapshot(world, stack.first)
  const rows: UsageRow[] = []
  for (let i = 1; i <= 3; i++) {
    expect((await ask()).status).toBe(200)
    rows.push((await usageOf(world, i)).find(({ id }) => rows.every((row) => row.id !== id))!)
  }
  // The first had room for its worst case; after it there was less left than that.
  expect(rows.map(({ metadata }) => metadata)).toEqual([
    {},
    { overAuditBudgets: ['watched'] },
    { overAuditBudgets: ['watched', 'watched-rate'] },
  ])
  const countOf = async (id: string) => {
    const { rows: found } = await world.run((tx) =>
      sql<{ calls: bigint; amount: bigint }>`select would_refuse as calls,
        would_refuse_amount as amount from pool where owner_id = ${uuidOf(id as never)}`.execute(
        tx,
      ),
    )
    return found[0]
  }
  const over = rows[1]!.costNanos + rows[2]!.costNanos
  expect(await countOf(budget)).toEqual({ calls: 2n, amount: over })
  expect(await countOf(rate)).toEqual({ calls: 1n, amount: 1n })
})
