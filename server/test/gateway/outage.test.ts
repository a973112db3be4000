/** The database is away: what goes on, what is refused and how, and what is made up for later. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeDatabaseAway } from './support/away.ts'
import {
  chat,
  eventually,
  poolOf,
  type Running,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  stream,
  usageOf,
} from './support/stack.ts'
import type { World } from './support/world.ts'

const stalenessMsMax = 1_500
let stack: Stack
beforeAll(async () => {
  stack = await startStack({ stalenessMsMax })
})
afterAll(() => stack.stop())

const name = 'sandbox/sandbox-fast'

async function tenant(tenantName: string): Promise<{ world: World; token: string; url: string }> {
  const world = await stack.world(tenantName)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const token = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  await world.model(rootId, provider, 'sandbox-fast')
  await world.model(rootId, provider, 'sandbox-slow')
  await settledSnapshot(world, stack.first)
  return { world, token: token.text, url: stack.first.url }
}

test('without the database: leased calls go on, others get 503 and never 401, and nothing is lost', async () => {
  const free = await tenant('unlimited')
  const limited = await tenant('limited')
  const budget = await limited.world.budget(limited.world.rootId, 'monthly', 10n ** 12n)
  await settledSnapshot(limited.world, stack.first)
  const giveBack = await takeDatabaseAway(stack.files.superuserUrl)
  try {
    expect((await chat(free.url, free.token, name)).status).toBe(200)
    const refused = await chat(limited.url, limited.token, name)
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'limits_unavailable' } } })
    expect(refused.headers.get('retry-after')).toBe('1')
    await eventually('what is known is too old', () => stack.first.gateway.problem() !== null)
    for (const token of [free.token, free.token.replace(/.{6}$/, '')]) {
      const { status, body } = await send(free.url, token, '/v1/models')
      const expected = token === free.token ? [503, 'snapshot_stale'] : [401, 'invalid_api_key']
      expect([status, body.error!.code]).toEqual(expected)
    }
  } finally {
    await giveBack()
  }
  await eventually('it is heard again', () => stack.first.gateway.problem() === null)
  expect((await chat(limited.url, limited.token, name)).status).toBe(200)
  const [row] = await usageOf(free.world, 1)
  expect(row).toMatchObject({ status: 'ok' })
  const [other] = await usageOf(limited.world, 1)
  await eventually('settled', async () => {
    return (await poolOf(limited.world, budget))?.settled === other!.costNanos
  })
})

test('a change that was made while nobody listened is found', async () => {
  const { world, token, url } = await tenant('unheard')
  const giveBack = await takeDatabaseAway(stack.files.superuserUrl)
  await giveBack()
  await eventually('the world is reachable', () =>
    world
      .run((tx) => tx.deleteFrom('grant').execute())
      .then(
        () => true,
        () => false,
      ),
  )
  await eventually('the grant is gone', async () => (await chat(url, token, name)).status === 404)
})

test('a gateway that stops lets calls end, ships its journal and returns its leases', async () => {
  const { world, token } = await tenant('stopping')
  const budget = await world.budget(world.rootId, 'monthly', 10n ** 12n)
  const own: Running = await stack.gateway({ tuning: { shipEveryMs: 60_000, leaseIdleMs: 60_000 } })
  await settledSnapshot(world, own)
  let stopping: Promise<void> | undefined
  const { events } = await stream(own.url, token, 'sandbox/sandbox-slow', {}, (seen) => {
    if (seen.length > 3) stopping ??= own.stop()
    return false
  })
  expect(events.at(-1)).toBe('data: [DONE]')
  await stopping
  const [row] = await usageOf(world, 1)
  expect(row).toMatchObject({ status: 'ok' })
  expect(await poolOf(world, budget)).toMatchObject({ settled: row!.costNanos, leased: 0n })
})
