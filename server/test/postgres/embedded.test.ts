/**
 * The life of an embedded server: first start, the next one, and each way of ending badly.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/embedded.ts'
import { isPostgres, processWorld } from '../../src/postgres/process-identity.ts'
import { withClient } from '../../src/postgres/roles.ts'
import {
  end,
  memoryLog,
  type Owner,
  preparedDirectory,
  startOwner,
  temporaryDirectory,
  until,
} from './support.ts'

const prepared = await preparedDirectory()
afterAll(() => prepared.remove())
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

function newDirectory(): string {
  const { path, remove } = temporaryDirectory()
  cleanups.push(remove)
  return path
}

async function start(dataDir: string, log = memoryLog()): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, log })
  cleanups.push(() => server.stop())
  return server
}

async function owner(dataDir: string, prefix: string[] = []): Promise<Owner> {
  const other = await startOwner(dataDir, prefix)
  cleanups.push(async () => {
    if (other.child.exitCode === null && other.child.signalCode === null) {
      await end(other.child, 'SIGTERM')
    }
  })
  return other
}

const writeRow = (url: string) =>
  withClient(url, (client) => client.query('create table kept as select 42 as it'))

const readRow = (url: string) =>
  withClient(url, async (client) => (await client.query('select it from kept')).rows[0].it)

const postmasterOf = (dataDir: string) =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])

test('a first start makes the database, and the next start finds its rows', async () => {
  const dataDir = newDirectory()
  const first = await start(dataDir)
  await writeRow(first.ownerUrl)
  const facts = await withClient(first.appUrl, (client) =>
    client.query(`select current_user::text as user, datlocprovider as provider, datlocale as locale,
        pg_encoding_to_char(encoding) as encoding
      from pg_database where datname = current_database()`),
  )
  expect(facts.rows).toEqual([
    { user: 'commonhold_app', provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' },
  ])
  await first.stop()
  const second = await start(dataDir)
  expect(await readRow(second.ownerUrl)).toBe(42)
})

test('the passwords can be read by nobody else, and a wrong one is refused', async () => {
  const dataDir = prepared.copy()
  const server = await start(dataDir)
  expect(statSync(join(dataDir, 'database-passwords.json')).mode & 0o777).toBe(0o600)
  const url = new URL(server.ownerUrl)
  url.password = 'wrong'
  await expect(withClient(url.href, async () => undefined)).rejects.toThrow(/password/)
})

test('stopping leaves no process, no lock and no socket', async () => {
  const dataDir = prepared.copy()
  const server = await start(dataDir)
  const pid = postmasterOf(dataDir)
  await server.stop()
  await server.stop()
  expect(isPostgres(pid)).toBe(false)
  expect(statSync(join(dataDir, 'commonhold.lock'), { throwIfNoEntry: false })).toBeUndefined()
  expect(statSync(join(dataDir, 'run', '.s.PGSQL.5432'), { throwIfNoEntry: false })).toBeUndefined()
})

test('a second start while one runs is refused and names the process', async () => {
  const dataDir = prepared.copy()
  const first = await owner(dataDir)
  await expect(start(dataDir)).rejects.toThrow(
    `Commonhold is already running with this data directory (pid ${first.child.pid})`,
  )
  await expect(startOwner(dataDir)).rejects.toThrow(`(pid ${first.child.pid})`)
  await writeRow(first.ownerUrl)
})

test('of several that start at once exactly one gets the directory', async () => {
  const dataDir = newDirectory()
  const outcomes = await Promise.allSettled([owner(dataDir), owner(dataDir), owner(dataDir)])
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
})

test('after kill -9 of Commonhold the next start stops the orphan and keeps the rows', async () => {
  const dataDir = prepared.copy()
  const first = await owner(dataDir)
  await writeRow(first.ownerUrl)
  const orphan = postmasterOf(dataDir)
  await end(first.child, 'SIGKILL')
  expect(isPostgres(orphan)).toBe(true)
  const log = memoryLog()
  const second = await start(dataDir, log)
  expect(isPostgres(orphan)).toBe(false)
  expect(log.lines.join('\n')).toContain(`left running (pid ${orphan})`)
  expect(await readRow(second.ownerUrl)).toBe(42)
})

test('after kill -9 of Commonhold and its database the next start recovers the rows', async () => {
  const dataDir = prepared.copy()
  const first = await owner(dataDir)
  await writeRow(first.ownerUrl)
  const postmaster = postmasterOf(dataDir)
  await end(first.child, 'SIGKILL')
  process.kill(postmaster, 'SIGKILL')
  await until(() => !isPostgres(postmaster))
  const second = await start(dataDir)
  expect(await readRow(second.ownerUrl)).toBe(42)
})

test('after kill -9 of the database it comes back at the same address', async () => {
  const dataDir = prepared.copy()
  const log = memoryLog()
  const server = await start(dataDir, log)
  await writeRow(server.ownerUrl)
  for (let round = 0; round < 2; round++) {
    const before = postmasterOf(dataDir)
    process.kill(before, 'SIGKILL')
    await until(async () => {
      const it = await readRow(server.ownerUrl).catch(() => null)
      return it === 42 && postmasterOf(dataDir) !== before
    })
  }
  await until(() => log.lines.filter((line) => line === 'The database runs again.').length === 2)
  expect(log.lines.filter((line) => line.includes('stopped by itself'))).not.toHaveLength(0)
})

test('a process id that something else has now does not keep the database from starting', async () => {
  const dataDir = prepared.copy()
  const left = [process.pid, join(dataDir, 'postgres'), '0', '5432', '', '', '', 'ready']
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${left.join('\n')}\n`)
  const lock = { pid: process.pid, identity: 'an earlier boot', world: processWorld() }
  writeFileSync(join(dataDir, 'commonhold.lock'), JSON.stringify(lock))
  await start(dataDir)
})

test('where the path is too long for a socket it listens on 127.0.0.1', async () => {
  const dataDir = join(newDirectory(), 'a-long-name-'.repeat(9))
  mkdirSync(dataDir)
  const server = await start(dataDir)
  expect(new URL(server.appUrl).hostname).toBe('127.0.0.1')
  await writeRow(server.ownerUrl)
  expect(await readRow(server.ownerUrl)).toBe(42)
})
