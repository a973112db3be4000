/** kill -9 in the middle of calls: nothing is lost, nothing is billed twice, and every pool adds up. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import type { Database } from '../../src/store/database.ts'
import { ledger } from '../../src/store/ledger-entry.ts'
import { chat, eventually, poolOf, stream, type UsageRow } from './support/stack.ts'
import { World } from './support/world.ts'

const childPath = fileURLToPath(new URL('./support/gateway-child.ts', import.meta.url))
const shipNever = 600_000

let files: FreshDatabase
let database: Database
let sandbox: Sandbox
const journalDirectory = mkdtempSync(join(tmpdir(), 'commonhold-crash-'))
const children = new Set<ChildProcess>()

beforeAll(async () => {
  files = await freshDatabase()
  database = World.open(files.appUrl)
  sandbox = await startSandbox()
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
})
afterAll(async () => {
  await sandbox.close()
  await database.close()
  await files.drop()
  rmSync(journalDirectory, { recursive: true, force: true })
})

async function start(shipEveryMs: number): Promise<{ url: string; kill(): Promise<void> }> {
  const args = [childPath, files.appUrl, sandbox.url, journalDirectory, String(shipEveryMs)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  const [port] = await once(createInterface({ input: child.stdout! }), 'line')
  return {
    url: `http://127.0.0.1:${port}`,
    kill: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      children.delete(child)
    },
  }
}

async function tenant(name: string) {
  const world = await World.create(database, name)
  const { rootId } = world
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const token = await world.token(rootId, agent)
  const provider = await world.providerAccount(rootId, 'sandbox')
  await world.model(rootId, provider, 'sandbox-fast')
  await world.model(rootId, provider, 'sandbox-slow')
  const budget = await world.budget(rootId, 'monthly', 10n ** 12n)
  return { world, token: token.text, budget }
}

function usageRows(world: World): Promise<UsageRow[]> {
  return world.run((tx) =>
    tx.selectFrom('usageRecord').selectAll().orderBy('id').execute(),
  ) as unknown as Promise<UsageRow[]>
}

const costOf = (rows: readonly UsageRow[]) => rows.reduce((sum, row) => sum + row.costNanos, 0n)

function servedCost(world: World): bigint {
  const served = sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
  return BigInt(served.inputTokens) * 500n + BigInt(served.outputTokens) * 2000n
}

/** Ledger, pool and leases say the same as the usage records. */
async function expectBooksBalance({ world, budget }: Awaited<ReturnType<typeof tenant>>) {
  const rows = await usageRows(world)
  const { rows: booked } = await world.run((tx) =>
    sql<{ sum: bigint }>`select coalesce(sum(amount_nanos), 0)::bigint as sum
      from ${ledger} as ledger`.execute(tx),
  )
  expect(booked[0]!.sum).toBe(costOf(rows))
  const pool = (await poolOf(world, budget))!
  expect(pool.settled).toBe(costOf(rows))
  expect(pool.leased).toBe(pool.remaining)
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
}

const timeout = 90_000

test('calls that were answered are billed to the nano, and those that were cut at their worst case', {
  timeout,
}, async () => {
  const answered = await tenant('answered')
  const cut = await tenant('cut')
  const marker = await tenant('marker')
  // Nothing reaches the database before the kill: all of it comes from the journal.
  const first = await start(shipNever)
  for (let i = 0; i < 10; i++) {
    expect((await chat(first.url, answered.token, 'sandbox/sandbox-fast')).status).toBe(200)
  }
  // The journal is written in order: with this call's intent, every outcome before it is on disk.
  await chat(first.url, marker.token, 'sandbox/sandbox-fast')
  expect(await usageRows(answered.world)).toEqual([])
  let began = 0
  const running = Array.from({ length: 5 }, () =>
    stream(first.url, cut.token, 'sandbox/sandbox-slow', { max_tokens: 200 }, (seen) => {
      if (seen.length === 3) began++
      return false
    }).catch(() => 'broken'),
  )
  await eventually('all streams run', () => began >= 5)
  await first.kill()
  expect(await Promise.all(running)).toEqual(Array(5).fill('broken'))

  const again = await start(1)
  const rows = await usageRows(answered.world)
  expect(rows).toHaveLength(10)
  expect(costOf(rows)).toBe(servedCost(answered.world))
  const unknown = await usageRows(cut.world)
  expect(unknown.map(({ status, numbersFrom }) => [status, numbersFrom])).toEqual(
    Array(5).fill(['unknown', 'worst-case']),
  )
  for (const row of unknown) expect(row.costNanos).toBe(row.heldNanos)
  expect(costOf(unknown)).toBeGreaterThan(servedCost(cut.world))
  for (const one of [answered, cut]) {
    await expectBooksBalance(one)
    expect((await poolOf(one.world, one.budget))!.leased).toBe(0n)
  }
  expect((await chat(again.url, answered.token, 'sandbox/sandbox-fast')).status).toBe(200)
  await again.kill()
})

test('whenever it is killed while it ships, every answered call is billed once', {
  timeout,
}, async () => {
  const busy = await tenant('busy')
  const answered: string[] = []
  for (let round = 0; round < 3; round++) {
    const gateway = await start(1)
    let isKilled = false
    const before = answered.length
    const work = async () => {
      while (!isKilled) {
        const answer = await chat(gateway.url, busy.token, 'sandbox/sandbox-fast').catch(() => null)
        if (answer?.status === 200) answered.push(answer.headers.get('x-request-id')!)
      }
    }
    const workers = Array.from({ length: 6 }, work)
    await eventually('calls are answered', () => answered.length > before + 20 * (round + 1))
    isKilled = true
    await gateway.kill()
    await Promise.all(workers)
  }
  const last = await start(1)
  const rows = await usageRows(busy.world)
  const times = new Map<string, number>()
  for (const { requestId } of rows) times.set(requestId, (times.get(requestId) ?? 0) + 1)
  for (const id of answered) expect(times.get(uuidOf(id as never))).toBe(1)
  expect([...times.values()].every((count) => count === 1)).toBe(true)
  const known = rows.filter(({ status }) => status === 'ok')
  const served = sandbox.served().byKey.get(`sandbox-${busy.world.tenantId}`)!
  expect(rows.length).toBeGreaterThanOrEqual(served.requests)
  expect(costOf(known)).toBeLessThanOrEqual(servedCost(busy.world))
  expect(costOf(rows)).toBeGreaterThanOrEqual(servedCost(busy.world))
  await expectBooksBalance(busy)
  await last.kill()
})
