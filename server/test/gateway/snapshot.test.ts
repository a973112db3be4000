/**
 * A snapshot that was changed row by row is the one that would be loaded whole: after whatever happens to
 * a tenant, everything that can be asked of either is the same.
 */
import { type AccountId, formatId, uuidOf } from '@commonhold/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { SnapshotBook } from '../../src/gateway/snapshot/book.ts'
import { TenantSnapshot } from '../../src/gateway/snapshot/tenant-snapshot.ts'
import { withClient } from '../../src/postgres/roles.ts'
import type { Database, Tx } from '../../src/store/database.ts'
import { loadSnapshot } from '../../src/store/snapshot.ts'
import { changesMax, loadNews, tablesOf } from '../../src/store/snapshot-changes.ts'
import type { Choose } from './support/changes/choose.ts'
import { randomChanges } from './support/changes/index.ts'
import { everythingAsked } from './support/everything-asked.ts'
import { vault, World } from './support/world.ts'

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

let changesRead = 0

const make = (rows: ConstructorParameters<typeof TenantSnapshot>[0]) =>
  new TenantSnapshot(rows, vault, (error) => {
    throw error
  })

const read = <T>(world: World, work: (tx: Tx) => Promise<T>) =>
  database.withTenant(world.tenantId, work, 'repeatable read')

async function loadedWhole(world: World): Promise<SnapshotBook> {
  const book = new SnapshotBook()
  book.put(make((await read(world, (tx) => loadSnapshot(tx, world.tenantId)))!))
  return book
}

/** Brings what is known to what is: by changes, or whole where the changes can't be told. */
async function bringUp(book: SnapshotBook, world: World): Promise<'whole' | 'changes'> {
  const since = book.tenant(world.tenantId)!.revision
  const news = (await read(world, (tx) => loadNews(tx, world.tenantId, since)))!
  if (news.kind === 'whole') book.put(make(news.rows))
  else expect(book.apply(world.tenantId, news.changes)).not.toBeNull()
  return news.kind
}

/** All accounts and hashes that there ever were: what is gone has to be unknown. */
class Seen {
  readonly accounts = new Set<AccountId>()
  readonly hashes = new Set<string>()

  async look(world: World): Promise<void> {
    const found = await world.run(async (tx) => ({
      accounts: await tx.selectFrom('account').select('id').execute(),
      credentials: await tx.selectFrom('credential').select('hash').execute(),
    }))
    for (const { id } of found.accounts) this.accounts.add(formatId('acct', id))
    for (const { hash } of found.credentials) this.hashes.add(hash.toString('hex'))
  }

  ask(book: SnapshotBook, world: World, nowMs: number) {
    const snapshot = book.tenant(world.tenantId)!
    return everythingAsked(book, snapshot, [...this.accounts], [...this.hashes], nowMs)
  }
}

interface Step {
  readonly changes: readonly (readonly [name: string, choices: readonly number[]])[]
  /** Whether somebody asks before the next step: what was asked for is what is kept. */
  readonly asks: boolean
}

const names = Object.keys(randomChanges)
const someStep: fc.Arbitrary<Step> = fc.record({
  changes: fc.array(
    fc.tuple(
      fc.constantFrom(...names),
      fc.array(fc.nat(10_000), { minLength: 12, maxLength: 12, size: 'max' }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  asks: fc.boolean(),
})

const chooser = (numbers: readonly number[]): Choose => {
  let next = 0
  return (count) => numbers[next++ % numbers.length]! % count
}

/**
 * In one transaction, of which each part may be refused on its own.
 * @returns what was not refused
 */
function carryOut(world: World, { changes }: Step): Promise<string[]> {
  return world.run(async (tx) => {
    const done: string[] = []
    for (const [name, numbers] of changes) {
      await sql`savepoint change`.execute(tx)
      try {
        await randomChanges[name]!(tx, chooser(numbers), world)
        done.push(name)
      } catch {
        await sql`rollback to savepoint change`.execute(tx)
      }
    }
    return done
  })
}

let worlds = 0

/** A little of everything, so that most changes have something to be about. */
async function furnished(): Promise<World> {
  const world = await World.create(database, `world-${worlds++}`)
  const { rootId } = world
  const beta = await world.account('beta')
  const agent = await world.virtualAccount(rootId, 'agent')
  const user = await world.user('a@example.com', [rootId, beta])
  await world.user('b@example.com', [rootId])
  await world.user('c@example.com', [beta])
  const team = await world.team(rootId, 'team-a', [agent, user])
  const provider = await world.providerAccount(rootId, 'sandbox', { provider: 'sandbox' }, 'key')
  const model = await world.model(rootId, provider, 'fast')
  await world.model(beta, await world.providerAccount(beta, 'own'), 'slow')
  await world.grant(rootId, { team }, ['model:use'], { resource: model })
  await world.grant(rootId, { principal: agent }, ['model:read'])
  await world.share(provider, beta, ['model:use'])
  await world.share(await world.providerAccount(rootId, 'spare'), beta, ['model:read'])
  await world.token(rootId, agent)
  await world.token(beta, user)
  await world.budget(rootId, 'monthly', 5n)
  await world.usageLimit(rootId, 'hourly', 'requests', 5n, 60, { team })
  return world
}

test('after whatever happens, what is kept is what would be loaded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someStep, { minLength: 15, maxLength: 30, size: 'max' }),
      async (steps) => {
        const world = await furnished()
        const kept = await loadedWhole(world)
        const seen = new Seen()
        for (const step of steps) {
          await seen.look(world)
          await carryOut(world, step)
          if ((await bringUp(kept, world)) === 'changes') changesRead++
          if (!step.asks) continue
          await seen.look(world)
          const nowMs = Date.now()
          const fresh = seen.ask(await loadedWhole(world), world, nowMs)
          expect(seen.ask(kept, world, nowMs)).toEqual(fresh)
        }
      },
    ),
    // Each run is a database's work: the seed of a failure says enough.
    { numRuns: 10, endOnFailure: true },
  )
  expect(changesRead).toBeGreaterThan(100)
})

/** What has to happen before: an offer is there to be accepted, and nothing hangs on what goes. */
const before: Readonly<Record<string, readonly string[]>> = {
  'no role': ['no grant', 'no grant'],
  'its acceptance': [
    'no grant',
    'no grant',
    'no share',
    'no share',
    ...Array(8).fill('an offer to another account'),
  ],
}
const instancesMax = 4

test.each(names)('after "%s" alone, too', async (name) => {
  const world = await furnished()
  const seen = new Seen()
  const isDone = async (change: string, choice: number) => {
    const numbers = Array.from({ length: 12 }, (_, n) => ((choice + 1) * 7_919 * (n + 1)) % 10_007)
    return (await carryOut(world, { changes: [[change, numbers]], asks: true })).length > 0
  }
  for (const [index, change] of (before[name] ?? []).entries()) await isDone(change, index)
  const kept = await loadedWhole(world)
  let instances = 0
  for (let choice = 0; choice < 40 && instances < instancesMax; choice++) {
    await seen.look(world)
    seen.ask(kept, world, Date.now())
    if (!(await isDone(name, choice))) continue
    instances++
    await bringUp(kept, world)
    await seen.look(world)
    const nowMs = Date.now()
    expect(seen.ask(kept, world, nowMs)).toEqual(seen.ask(await loadedWhole(world), world, nowMs))
  }
  expect(instances).toBeGreaterThan(0)
})

test('every table whose changes are announced is known to the reader of changes', async () => {
  const { rows } = await withClient(files.superuserUrl, (client) =>
    client.query<{ name: string }>(
      "select tgrelid::regclass::text as name from pg_trigger where tgname = 'record_change'",
    ),
  )
  const announced = rows.map(({ name }) => name.replaceAll('"', ''))
  expect(announced.toSorted()).toEqual(Object.keys(tablesOf).toSorted())
})

test('what can not be told by changes is loaded whole', async () => {
  const world = await furnished()
  const book = await loadedWhole(world)
  const touch = () => world.run((tx) => sql`update "user" set display_name = 'b'`.execute(tx))
  await touch()
  expect(await bringUp(book, world)).toBe('changes')
  await touch()
  await touch()
  const { revision } = book.tenant(world.tenantId)!
  await world.run((tx) =>
    tx
      .deleteFrom('change')
      .where('revision', '=', sql<bigint>`${revision + 1}`)
      .execute(),
  )
  expect(await bringUp(book, world)).toBe('whole')
  await touch()
  await world.run((tx) => sql`update change set noun = 'unheard-of'`.execute(tx))
  expect(await bringUp(book, world)).toBe('whole')
  await world.run((tx) =>
    sql`update "user" set display_name = g::text from generate_series(1, 1) g`.execute(tx),
  )
  await world.run((tx) =>
    sql`insert into change (tenant_id, revision, noun, row_id)
      select ${uuidOf(world.tenantId)}, (select revision from tenant_revision), 'grant', gen_random_uuid()
      from generate_series(1, ${changesMax})`.execute(tx),
  )
  expect(await bringUp(book, world)).toBe('whole')
})

test('changes of another revision than the known one are not taken', async () => {
  const world = await furnished()
  const book = await loadedWhole(world)
  const before = book.tenant(world.tenantId)!.revision
  await world.virtualAccount(world.rootId, 'second')
  const news = (await read(world, (tx) => loadNews(tx, world.tenantId, before)))!
  if (news.kind !== 'changes') throw new Error('expected changes')
  expect(book.apply(world.tenantId, news.changes)).not.toBeNull()
  expect(book.apply(world.tenantId, news.changes)).toBeNull()
  expect(book.tenant(world.tenantId)!.revision).toBe(news.changes.head.revision)
})
