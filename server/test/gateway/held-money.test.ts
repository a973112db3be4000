/** Money that is held or lies idle elsewhere: who waits a moment for it, who does not, and in which order. */
import { randomUUID } from 'node:crypto'
import { type Budget, counterOf, type Hold, settleHold } from '@commonhold/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { LeaseBook } from '../../src/gateway/limits/lease-book.ts'
import type { HoldAnswer, Patience } from '../../src/gateway/limits/lease-entry.ts'
import { heldWaitMsMax } from '../../src/gateway/limits/pool-queue.ts'
import type { Database } from '../../src/store/database.ts'
import { questionChannel } from '../../src/store/gateway-question.ts'
import { saveSource } from '../../src/store/gateway-source.ts'
import { parseWanted } from '../../src/store/lease-wanted.ts'
import { quietLog } from './support/quiet-log.ts'
import { World } from './support/world.ts'

let files: FreshDatabase
let database: Database
const listeners: { close(): Promise<void> }[] = []

beforeAll(async () => {
  files = await freshDatabase()
  database = World.open(files.appUrl)
})
afterAll(async () => {
  for (const listener of listeners) await listener.close()
  await database.close()
  await files.drop()
})

const nanosOf = (nanos: bigint) => ({ nanos, requests: 0n, tokens: 0n, concurrency: 0n })
const nowMs = Date.now()

async function newBook(): Promise<LeaseBook> {
  const source = { sourceId: randomUUID(), epoch: 1 }
  await database.withControlPlane((tx) => saveSource(tx, source.sourceId, 1))
  const book = new LeaseBook({
    database,
    source,
    log: quietLog,
    outcomesWritten: async () => true,
  })
  const hear = (payload: string) => {
    const wanted = parseWanted(payload)
    if (wanted) void book.reclaim(wanted)
  }
  listeners.push(await database.listen(questionChannel, hear, () => undefined))
  return book
}

/** A budget of 100, and two gateways. */
async function setUp(name: string) {
  const world = await World.create(database, name)
  const id = await world.budget(world.rootId, 'monthly', 100n)
  const limit: Budget = {
    id,
    accountId: world.rootId,
    level: 'account',
    subjectId: world.rootId,
    mode: 'enforce',
    amountNanos: 100n,
    periodKind: 'month',
    timeZone: 'UTC',
  }
  const applied = [{ limit, name: 'monthly', counter: counterOf(limit, nowMs) }]
  const calling = (): Patience & { call: { isGone: boolean } } => ({
    bodyBytes: 10,
    call: { isGone: false },
    endedBy: null,
  })
  const hold = async (book: LeaseBook, nanos: bigint, patience: Patience | null = calling()) =>
    book.hold(world.tenantId, applied, nanosOf(nanos), nowMs, patience)
  return { hold, calling, first: await newBook(), second: await newBook() }
}

function held(answer: HoldAnswer): Hold {
  if (!answer.ok) throw new Error('It was refused.')
  return answer.hold
}

const codeOf = (answer: HoldAnswer) => (answer.ok ? 'held' : answer.refusals[0]!.refusal.code)

test('what lies idle at another gateway is had within the moment, not after its idle second', async () => {
  const { hold, first, second } = await setUp('idle-elsewhere')
  settleHold(held(await hold(first, 100n)), nanosOf(10n))
  expect(first.stats.free.nanos).toBe(90n)
  held(await hold(second, 90n))
  expect(first.stats.free.nanos).toBe(0n)
})

test('who waits for a call in flight goes on when it ends, in the order of arrival', async () => {
  const { hold, first } = await setUp('in-order')
  const running = held(await hold(first, 100n))
  const ended: string[] = []
  const large = hold(first, 60n).then((answer) => ended.push(`large ${codeOf(answer)}`))
  const small = hold(first, 30n).then((answer) => ended.push(`small ${codeOf(answer)}`))
  const none = hold(first, 30n).then((answer) => ended.push(`last ${codeOf(answer)}`))
  settleHold(running, nanosOf(5n))
  await Promise.all([large, small, none])
  expect(ended).toEqual(['large held', 'small held', 'last budget_held'])
})

test('it waits so long and no longer, and not at all for what is used up', async () => {
  const { hold, first } = await setUp('so-long')
  const running = held(await hold(first, 95n))
  const startedMs = performance.now()
  expect(codeOf(await hold(first, 20n))).toBe('budget_held')
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(heldWaitMsMax)
  settleHold(running, nanosOf(95n))
  const againMs = performance.now()
  expect(codeOf(await hold(first, 20n))).toBe('budget_exhausted')
  expect(performance.now() - againMs).toBeLessThan(heldWaitMsMax)
})

test('who has left does not wait, and does not keep the others waiting', async () => {
  const { hold, calling, first } = await setUp('gone')
  held(await hold(first, 90n))
  const patience = calling()
  const waiting = hold(first, 50n, patience)
  patience.call.isGone = true
  expect(codeOf(await waiting)).toBe('budget_held')
  held(await hold(first, 10n))
  expect(codeOf(await hold(first, 10n, null))).toBe('budget_held')
})
