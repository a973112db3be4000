import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { withClient } from '../../src/postgres/roles.ts'
import { migrate } from '../../src/store/migrate.ts'

const directory = mkdtempSync(join(tmpdir(), 'commonhold-migrations-'))
const made: FreshDatabase[] = []
let database: FreshDatabase

beforeEach(async () => {
  database = await freshDatabase('empty')
  made.push(database)
  file('0001_first.sql', 'create table one (); create table two ();')
  rmSync(join(directory, '0002_second.sql'), { force: true })
})
afterAll(async () => {
  rmSync(directory, { recursive: true })
  await Promise.all(made.map((each) => each.drop()))
})

const file = (name: string, sql: string) => writeFileSync(join(directory, name), sql)
const tables = async () => {
  const { rows } = await withClient(database.ownerUrl, (client) =>
    client.query(`select relname::text as it from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and relname !~ '^schema_'
      order by 1`),
  )
  return rows.map((row) => row.it)
}

test('what is new runs once, in order, and nothing is left to do after it', async () => {
  expect(await migrate(database.ownerUrl, directory)).toEqual(['0001_first'])
  file('0002_second.sql', 'create table three ();')
  expect(await migrate(database.ownerUrl, directory)).toEqual(['0002_second'])
  expect(await migrate(database.ownerUrl, directory)).toEqual([])
  expect(await tables()).toEqual(['one', 'three', 'two'])
})

test('servers that start together migrate once', async () => {
  const ran = await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl, directory)))
  expect(ran.flat()).toEqual(['0001_first'])
})

test('a migration that fails changes nothing and says which it was', async () => {
  file('0002_second.sql', 'create table three (); create table three ();')
  await expect(migrate(database.ownerUrl, directory)).rejects.toThrow(
    /migration 0002_second failed and nothing was changed.*"three" already exists/,
  )
  expect(await tables()).toEqual([])
})

test('the database of a newer version is refused and left as it is', async () => {
  file('0002_second.sql', 'create table three ();')
  await migrate(database.ownerUrl, directory)
  rmSync(join(directory, '0002_second.sql'))
  await expect(migrate(database.ownerUrl, directory)).rejects.toThrow(
    /written by a newer Commonhold \(it has the migration 0002_second/,
  )
  expect(await tables()).toEqual(['one', 'three', 'two'])
})

test('the product’s own migrations run as the owner role', async () => {
  expect(await migrate(database.ownerUrl)).not.toEqual([])
  expect(await migrate(database.ownerUrl)).toEqual([])
})
