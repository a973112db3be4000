/** Many who take from the same pools at the same time, in any order; and what a cold pool costs. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Id } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { startGateway } from '../../src/gateway/gateway.ts'
import { withClient } from '../../src/postgres/roles.ts'
import type { Database } from '../../src/store/database.ts'
import { saveSource } from '../../src/store/gateway-source.ts'
import { closeLeases } from '../../src/store/open-lease.ts'
import { grantLeases, returnLeases } from '../../src/store/pool.ts'
import { quietLog } from './support/quiet-log.ts'
import { poolOf } from './support/stack.ts'
import { hasher, vault, World } from './support/world.ts'

let files: FreshDatabase
let database: Database

beforeAll(async () => {
  files = await freshDatabase()
  database = World.open(files.appUrl)
})
afterAll(async () => {
  await database.close()
  await files.drop()
})

const keyOf = (world: World, ownerId: Id<'bud'>) => ({
  accountId: world.rootId,
  ownerId,
  period: { id: 'lifetime', startsAtMs: 0, endsAtMs: null },
})

async function newSource(): Promise<string> {
  const sourceId = randomUUID()
  await database.withControlPlane((tx) => saveSource(tx, sourceId, 1))
  return sourceId
}

test('T47: gateways that name the same budgets in opposite orders neither deadlock nor lose anything', async () => {
  const world = await World.create(database, 'at-once')
  const limit = 1_000_000n
  const budgets = await Promise.all(
    ['first', 'second', 'third', 'fourth'].map((name) => world.budget(world.rootId, name, limit)),
  )
  const granted = new Map(budgets.map((budget) => [budget, 0n]))
  const gateway = async (turn: number) => {
    const source = { sourceId: await newSource(), epoch: 1 }
    // Each begins with another budget, every second one goes backwards.
    const turned = [...budgets.slice(turn % 4), ...budgets.slice(0, turn % 4)]
    const order = turn % 2 === 0 ? turned : turned.toReversed()
    const demands = order.map((budget) => ({ ...keyOf(world, budget), wants: [7n], free: 0n }))
    for (let round = 0; round < 8; round++) {
      const answers = await world.run((tx) => grantLeases(tx, world.tenantId, source, demands))
      if (round < 7) continue
      for (const [i, { grantedTotal }] of answers.entries()) {
        granted.set(order[i]!, granted.get(order[i]!)! + grantedTotal)
      }
    }
    if (turn % 2 === 0) return
    // Closing locks the source as well, and never in a circle with those that take from it.
    const returns = order.map((budget) => ({ ...keyOf(world, budget), returnedTotal: 1n }))
    await Promise.all([
      world.run((tx) => returnLeases(tx, world.tenantId, source, returns)),
      world.run((tx) => closeLeases(tx, world.tenantId, source.sourceId, 1)),
    ])
    for (const [i, { lease }] of (
      await world.run((tx) => grantLeases(tx, world.tenantId, source, demands))
    ).entries()) {
      expect(lease.closed).toBe(true)
      granted.set(order[i]!, granted.get(order[i]!)! - lease.granted)
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, turn) => gateway(turn)))
  for (const budget of budgets) {
    const pool = (await poolOf(world, budget))!
    expect(pool.leased).toBe(granted.get(budget))
    expect(pool.remaining).toBe(pool.leased)
    expect(pool.leased).toBeLessThanOrEqual(limit)
  }
})

test('T49: a budget that was never counted is admitted without a look at past usage', async () => {
  const world = await World.create(database, 'cold')
  const budget = await world.budget(world.rootId, 'cold', 100n)
  const source = { sourceId: await newSource(), epoch: 1 }
  await withClient(files.superuserUrl, async (client) => {
    await client.query('begin')
    // Whoever reads a row of it from now on waits.
    await client.query('lock table usage_record in access exclusive mode')
    const [answer] = await world.run((tx) =>
      grantLeases(tx, world.tenantId, source, [{ ...keyOf(world, budget), wants: [7n], free: 0n }]),
    )
    expect(answer!.grantedTotal).toBeGreaterThanOrEqual(7n)
    await client.query('rollback')
  })
})

test('T45: where usage can’t be kept on disk, a gateway does not start, instead of serving uncounted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'commonhold-test-'))
  const journalDirectory = join(directory, 'journal')
  writeFileSync(journalDirectory, 'a file where the journal should be')
  const starting = startGateway({
    database,
    hasher,
    vault,
    journalDirectory,
    sandboxUrl: null,
    allowPrivateUpstreams: false,
    stalenessMsMax: 60_000,
    log: quietLog,
  })
  await expect(starting).rejects.toThrow()
  rmSync(directory, { recursive: true })
})
