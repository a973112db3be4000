/**
 * Data directories that the embedded server must not start in, and must not touch.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { packageRoot, prepareBinaries } from '../../src/postgres/binaries.ts'
import { startEmbedded } from '../../src/postgres/embedded.ts'
import { end, memoryLog, preparedDirectory, startOwner, temporaryDirectory } from './support.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

function newDirectory(): string {
  const { path, remove } = temporaryDirectory()
  cleanups.push(remove)
  return path
}

const prepared = await preparedDirectory()
afterAll(() => prepared.remove())

const start = (dataDir: string) => startEmbedded({ dataDir, log: memoryLog(), durability: 'test' })

/** Every file with its content, mode and time. */
function snapshot(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()
  return ['', ...names].map((name) => {
    const path = join(directory, name)
    const stat = statSync(path)
    const content = stat.isFile() ? readFileSync(path, 'utf8') : ''
    return [name, stat.mode, stat.mtimeMs, content].join(' ')
  })
}

async function refusedUntouched(dataDir: string, message: RegExp) {
  const before = snapshot(dataDir)
  await expect(start(dataDir)).rejects.toThrow(message)
  expect(snapshot(dataDir)).toEqual(before)
}

test('the directory of a newer Commonhold is refused and left untouched', async () => {
  const dataDir = newDirectory()
  const written = JSON.stringify({ layout: 99, commonhold: '9.1.0' })
  writeFileSync(join(dataDir, 'commonhold.json'), written)
  await refusedUntouched(
    dataDir,
    /written by a newer Commonhold \(9\.1\.0, this is .*nothing was changed/,
  )
})

test('the database of another PostgreSQL is refused and left untouched', async () => {
  const dataDir = newDirectory()
  mkdirSync(join(dataDir, 'postgres'))
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '19\n')
  await refusedUntouched(dataDir, /made by PostgreSQL 19, and this Commonhold has PostgreSQL 18/)
})

test('a damaged version file is refused and left untouched', async () => {
  const dataDir = newDirectory()
  writeFileSync(join(dataDir, 'commonhold.json'), '{"layout":')
  await refusedUntouched(dataDir, /not readable as Commonhold's version file/)
})

test('a database whose passwords are lost is refused', async () => {
  const dataDir = prepared.copy()
  rmSync(join(dataDir, 'database-passwords.json'))
  await expect(start(dataDir)).rejects.toThrow(/passwords are gone.*Restore that file/)
})

test('a path that is a file is refused with what to do', async () => {
  const path = join(newDirectory(), 'file')
  writeFileSync(path, '')
  await expect(start(path)).rejects.toThrow(
    /can not be made or written: it is a file.*COMMONHOLD_DATA_DIR/,
  )
})

test('a database that PostgreSQL refuses to start is reported in its words', async () => {
  const dataDir = prepared.copy()
  writeFileSync(join(dataDir, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n')
  await expect(start(dataDir)).rejects.toThrow(/does not start[\s\S]*no_such_setting/)
  expect(existsSync(join(dataDir, 'commonhold.lock'))).toBe(false)
})

test('missing library links are made, in a copy if the way to the programs is barred', () => {
  const installation = join(newDirectory(), 'package')
  cpSync(packageRoot(), installation, {
    recursive: true,
    filter: (path) => !path.endsWith('.so.5'),
  })
  chmodSync(join(installation, '..'), 0o700)
  const dataDir = newDirectory()
  for (const user of [{ name: 'other', uid: NOBODY, gid: NOBODY }, null]) {
    const { postgres } = prepareBinaries(dataDir, user, installation)
    expect(postgres.startsWith(user === null ? installation : dataDir)).toBe(true)
    expect(existsSync(join(postgres, '..', '..', 'lib', 'libpq.so.5'))).toBe(true)
    expect(execFileSync(postgres, ['--version'], { encoding: 'utf8' })).toMatch(/PostgreSQL\) 18/)
  }
})

test('a user without rights starts its own database', async () => {
  const dataDir = newDirectory()
  // Where the tests themselves run without rights, they are that user.
  const prefix = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
    : []
  if (isRoot) chownSync(dataDir, NOBODY, NOBODY)
  const owner = await startOwner(dataDir, prefix)
  await end(owner.child, 'SIGTERM')
  const uid = isRoot ? NOBODY : process.getuid?.()
  expect(statSync(join(dataDir, 'postgres')).uid).toBe(uid)
  expect(statSync(join(dataDir, 'database-passwords.json')).uid).toBe(uid)
})

test('a directory that the user may not write is refused with what to do', async () => {
  const dataDir = newDirectory()
  chmodSync(dataDir, 0o500)
  if (isRoot) chownSync(dataDir, NOBODY, NOBODY)
  const prefix = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
    : []
  await expect(startOwner(dataDir, prefix)).rejects.toThrow(
    /can not be made or written: EACCES.*COMMONHOLD_DATA_DIR/,
  )
})
