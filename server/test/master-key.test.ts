import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadMasterKey } from '../src/master-key.ts'
import { type DataDirectory, openDataDirectory } from '../src/postgres/data-directory.ts'

let directory: DataDirectory
beforeEach(() => {
  directory = openDataDirectory(mkdtempSync(join(tmpdir(), 'commonhold-key-')))
})
afterEach(() => rmSync(directory.path, { recursive: true }))

test('a first start makes a key that nobody else can read, and the next start finds it', () => {
  const first = loadMasterKey(null, directory)
  expect(first).toMatchObject({ source: 'generated' })
  expect(first.key).toHaveLength(32)
  expect(statSync(directory.masterKeyFile).mode & 0o777).toBe(0o600)
  expect(loadMasterKey(null, directory)).toEqual({ key: first.key, source: 'file' })
})

test('a key from the environment is used as it is and not written', () => {
  const key = Buffer.alloc(32, 1)
  expect(loadMasterKey(key, directory)).toEqual({ key, source: 'environment' })
  expect(statSync(directory.masterKeyFile, { throwIfNoEntry: false })).toBeUndefined()
})

test('a lost key is not replaced where a database exists', () => {
  mkdirSync(directory.clusterDir)
  expect(() => loadMasterKey(null, directory)).toThrow(/is missing, but a database .*Restore/)
})

test('a key that others can read, or that is damaged, is refused', () => {
  loadMasterKey(null, directory)
  chmodSync(directory.masterKeyFile, 0o640)
  expect(() => loadMasterKey(null, directory)).toThrow(/can be read by other users.*chmod 600/)
  chmodSync(directory.masterKeyFile, 0o600)
  writeFileSync(directory.masterKeyFile, 'short')
  expect(() => loadMasterKey(null, directory)).toThrow(/is damaged/)
})
