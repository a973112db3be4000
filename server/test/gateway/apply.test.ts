/** Shipping happens at least once; applying happens exactly once, for each tenant on its own. */
import { randomUUID } from 'node:crypto'
import { formatId, uuidOf } from '@commonhold/core'
import { afterAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.ts'
import { newUuid } from '../../src/crypto/new-id.ts'
import { saveSource } from '../../src/store/gateway-source.ts'
import { ledger } from '../../src/store/ledger-entry.ts'
import { type AppliedOutcome, applyOutcomes } from '../../src/store/usage-record.ts'
import { poolOf } from './support/stack.ts'
import { World } from './support/world.ts'

const files = await freshDatabase()
const database = World.open(files.appUrl)
afterAll(async () => {
  await database.close()
  await files.drop()
})

async function setUp(name: string) {
  const world = await World.create(database, name)
  const budget = await world.budget(world.rootId, 'monthly', 1_000n)
  const sourceId = randomUUID()
  await database.withControlPlane((tx) => saveSource(tx, sourceId, 1))
  const source = { sourceId, epoch: 1 }
  const apply = (outcomes: AppliedOutcome[]) =>
    world.run((tx) => applyOutcomes(tx, world.tenantId, source, outcomes))
  const outcome = (sequence: number, costNanos: bigint): AppliedOutcome => ({
    position: { epoch: 1, sequence },
    usage: {
      id: newUuid(),
      requestId: newUuid(),
      attempt: 1,
      accountId: world.rootId,
      atMs: 0,
      principalId: formatId('va', newUuid()),
      principalKind: 'virtual-account',
      principalName: 'agent',
      tokenId: null,
      teamIds: [],
      modelId: formatId('mdl', newUuid()),
      modelName: 'a/b',
      providerAccountId: formatId('pacc', newUuid()),
      shareId: null,
      route: 'chat',
      status: 'ok',
      numbersFrom: 'provider',
      inputTokens: 1,
      cachedInputTokens: 0,
      outputTokens: 1,
      priceId: null,
      markupPpm: 0n,
      costNanos,
      heldNanos: costNanos,
      overHold: false,
      durationMs: 1,
      metadata: {},
    },
    settlements: [
      {
        accountId: world.rootId,
        ownerId: budget,
        period: { id: 'lifetime', startsAtMs: 0, endsAtMs: null },
        amount: costNanos,
      },
    ],
  })
  return { world, budget, apply, outcome }
}

test('a batch that comes again, whole or in part, changes nothing', async () => {
  const { world, budget, apply, outcome } = await setUp('again')
  const [a, b, c, d] = [outcome(3, 1n), outcome(4, 10n), outcome(9, 100n), outcome(12, 5n)]
  expect(await apply([a, b])).toBe(2)
  expect(await apply([a, b])).toBe(0)
  expect(await apply([b, c])).toBe(1)
  expect(await apply([a, b, c, d])).toBe(1)
  expect((await poolOf(world, budget))!.settled).toBe(116n)
  const rows = await world.run((tx) =>
    tx.selectFrom(ledger.as('ledger')).select('amountNanos').execute(),
  )
  expect(rows.reduce((sum, row) => sum + row.amountNanos, 0n)).toBe(116n)
})

test('two that ship the same at the same time apply it once', async () => {
  const { world, budget, apply, outcome } = await setUp('at-once')
  const batch = Array.from({ length: 50 }, (_, i) => outcome(i + 1, 1n))
  const applied = await Promise.all(Array.from({ length: 4 }, () => apply(batch)))
  expect(applied.sort()).toEqual([0, 0, 0, 50])
  expect((await poolOf(world, budget))!.settled).toBe(50n)
})

test('a transaction that fails leaves no trace, and can be repeated', async () => {
  const { world, budget, apply, outcome } = await setUp('fails')
  const good = outcome(1, 1n)
  const bad = { ...outcome(2, 1n), usage: { ...outcome(2, 1n).usage, status: 'nonsense' } }
  await expect(apply([good, bad as AppliedOutcome])).rejects.toThrow()
  expect(await poolOf(world, budget)).toBeNull()
  expect(await apply([good])).toBe(1)
})

test('the usage of a tenant that is gone is dropped and stops nobody', async () => {
  const { world, apply, outcome } = await setUp('gone')
  await world.run((tx) =>
    tx.deleteFrom('tenant').where('id', '=', uuidOf(world.tenantId)).execute(),
  )
  expect(await apply([outcome(1, 1n)])).toBeNull()
})
