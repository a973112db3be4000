/** How leases go back, and what the exploration of the protocol has found there (decision 16). */
import { randomUUID } from 'node:crypto'
import { type Budget, counterOf, type Id, settleHold, uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { LeaseBook } from '../../src/gateway/limits/lease-book.ts'
import type { Database } from '../../src/store/database.ts'
import { saveSource } from '../../src/store/gateway-source.ts'
import { grantLeases } from '../../src/store/pool.ts'
import { quietLog } from './support/quiet-log.ts'
import { poolOf } from './support/stack.ts'
import { World } from './support/world.ts'

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

const wanted = { nanos: 40n, requests: 0n, tokens: 0n, concurrency: 0n }
const nowMs = Date.now()

async function setUp(name: string, outcomesWritten = async () => true) {
  const world = await World.create(database, name)
  const id: Id<'bud'> = await world.budget(world.rootId, 'monthly', 1_000n)
  const source = { sourceId: randomUUID(), epoch: 1 }
  await database.withControlPlane((tx) => saveSource(tx, source.sourceId, 1))
  const lost = { next: false }
  const lossy: Database = {
    ...database,
    withTenant: async (...args) => {
      const answer = await database.withTenant(...args)
      if (!lost.next) return answer
      lost.next = false
      throw new Error('The connection broke after the commit.')
    },
  }
  const book = new LeaseBook({ database: lossy, source, log: quietLog, outcomesWritten })
  const limit: Budget = {
    id,
    accountId: world.rootId,
    level: 'account',
    subjectId: world.rootId,
    mode: 'enforce',
    amountNanos: 1_000n,
    periodKind: 'month',
    timeZone: 'UTC',
  }
  const applied = [{ limit, name: 'monthly', counter: counterOf(limit, nowMs) }]
  const hold = async () => book.hold(world.tenantId, applied, wanted, nowMs)
  const leased = async () => (await poolOf(world, id))!.leased
  return { world, source, book, hold, leased, lost, limit }
}

test('what an outcome has freed goes back when that outcome is on disk, not before', async () => {
  const disk = Promise.withResolvers<boolean>()
  const { book, hold, leased } = await setUp('slow-disk', () => disk.promise)
  const answer = await hold()
  if (!answer.ok) throw new Error('There is room.')
  settleHold(answer.hold, { ...wanted, nanos: 10n })
  const returning = book.returnIdle(nowMs, 0)
  await new Promise((resolve) => setImmediate(resolve))
  expect(await leased()).toBe(40n)
  disk.resolve(true)
  await returning
  expect(await leased()).toBe(10n)
})

test('a gateway whose journal has lost an outcome keeps what it has, until its next life', async () => {
  const { book, hold, leased } = await setUp('lost-outcome', async () => false)
  await hold()
  const answer = await hold()
  if (!answer.ok) throw new Error('There is room.')
  settleHold(answer.hold, { ...wanted, nanos: 0n })
  const before = await leased()
  await book.returnIdle(nowMs, 0)
  expect(await leased()).toBe(before)
})

test('what was granted in an answer that was lost is learned, and goes back', async () => {
  const { book, hold, leased, lost } = await setUp('lost-answer')
  lost.next = true
  await expect(hold()).rejects.toThrow('The connection broke after the commit.')
  expect(await leased()).toBe(40n)
  await book.returnIdle(nowMs, 0)
  expect(await leased()).toBe(0n)
})

test('a life that is over is granted nothing any more', async () => {
  const { world, source, hold, leased, limit } = await setUp('replaced')
  await database.withControlPlane((tx) => saveSource(tx, source.sourceId, 2))
  const { accountId, id: ownerId } = limit
  const { period } = counterOf(limit, nowMs)
  const [answer] = await world.run((tx) =>
    grantLeases(tx, world.tenantId, source, [
      { accountId, ownerId, period, wants: [7n], free: 0n },
    ]),
  )
  expect(answer!.grantedTotal).toBe(0n)
  expect(await hold()).toMatchObject({ ok: false })
  expect(await leased()).toBe(0n)
})

test('what was granted in a lost answer is not held after the raise that allowed it (decision 25)', async () => {
  const { world, book, hold, leased, lost, limit } = await setUp('lost-under-a-raise')
  const setTo = (amountNanos: bigint) =>
    world.run((tx) =>
      tx.updateTable('budget').set({ amountNanos }).where('id', '=', uuidOf(limit.id)).execute(),
    )
  const first = await hold()
  if (!first.ok) throw new Error('There is room.')
  lost.next = true
  const both = await Promise.allSettled(Array.from({ length: 8 }, hold))
  expect(both.some(({ status }) => status === 'rejected')).toBe(true)
  expect(await leased()).toBeGreaterThan(300n)
  // The limit falls, and nobody here hears of it: neither when, nor what the lost answer had granted.
  await setTo(300n)
  await book.returnIdle(nowMs, 60_000)
  expect(book.stats.free.nanos).toBe(0n)
  // What is freed meanwhile is not held either: within the limit is only what the pool says is.
  settleHold(first.hold, { ...wanted, nanos: 10n })
  expect(book.stats.free.nanos).toBe(30n)
  await setTo(1n)
  expect(await hold()).toMatchObject({ ok: false })
  expect(book.stats.free.nanos).toBe(0n)
})
