import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { lockDirectory } from '../../src/postgres/lock.ts'
import { processIdentity, processWorld } from '../../src/postgres/process-identity.ts'
import { temporaryDirectory } from './support.ts'

const cleanups: (() => unknown)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean()
})

function directoryLockedBy(owner: object): { path: string; lock: string } {
  const { path, remove } = temporaryDirectory()
  cleanups.push(remove)
  const lock = join(path, 'commonhold.lock')
  writeFileSync(lock, JSON.stringify(owner))
  return { path, lock }
}

const elsewhere = { pid: 7, identity: 'any', world: 'other-machine pid:[1]' }

test('the lock of a living process is respected, that of an earlier run is not', async () => {
  const identity = processIdentity(process.ppid)
  const living = directoryLockedBy({ pid: process.ppid, identity, world: processWorld() })
  await expect(lockDirectory(living.path)).rejects.toThrow(`(pid ${process.ppid})`)
  const earlier = { pid: process.ppid, identity: 'an earlier boot', world: processWorld() }
  const lock = await lockDirectory(directoryLockedBy(earlier).path)
  lock.release()
  lock.release()
})

test('a half-written lock does not stop anybody', async () => {
  const { path, lock } = directoryLockedBy({})
  writeFileSync(lock, '{"pid":')
  ;(await lockDirectory(path)).release()
})

test('the lock of another machine is respected for as long as it is touched', async () => {
  const touched = directoryLockedBy(elsewhere)
  const left = directoryLockedBy(elsewhere)
  const heartbeat = setInterval(() => utimesSync(touched.lock, new Date(), new Date()), 100)
  cleanups.push(() => clearInterval(heartbeat))
  const [refused, taken] = await Promise.allSettled([
    lockDirectory(touched.path),
    lockDirectory(left.path),
  ])
  expect(String(refused.status === 'rejected' && refused.reason)).toContain(
    '(pid 7 on other-machine)',
  )
  expect(taken.status).toBe('fulfilled')
})
