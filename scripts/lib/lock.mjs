/**
 * One at a time, across processes: a lock file that names the processes which hold it.
 *
 * It also names the child that does the work, since an npm whose parent was killed still writes. The
 * file is always linked or renamed into place whole, so that nobody reads half of it.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from './fail.mjs'

const POLL_MS = 250
const WAIT_MS_MAX = 15 * 60_000

/**
 * Does something while holding a lock, after waiting for whoever holds it.
 * @param {string} path the lock file; its folder is made
 * @param {string} what said to the person who waits
 * @param {(name: (childPid: number) => void) => Promise<T>} act gets a function that names its child
 * @returns {Promise<T>}
 * @template T
 */
export async function withLock(path, what, act) {
  await acquire(path, what)
  try {
    return await act((childPid) => {
      writeFileSync(draftOf(path), `${process.pid} ${childPid}`)
      renameSync(draftOf(path), path)
    })
  } finally {
    rmSync(path, { force: true })
  }
}

const draftOf = (path) => `${path}.${process.pid}`

async function acquire(path, what) {
  const deadlineMs = Date.now() + WAIT_MS_MAX
  let hasSaid = false
  while (!create(path)) {
    const text = readText(path)
    if (text === null) continue
    const holder = livingHolder(text)
    if (holder === null) {
      removeStale(path, text)
      continue
    }
    if (!hasSaid) console.log(`Another run is ${what} (pid ${holder}); waiting for it …`)
    hasSaid = true
    if (Date.now() > deadlineMs) {
      throw new Refusal(
        `Another run is still ${what} (pid ${holder}). If it is not, remove ${path}.`,
      )
    }
    await delay(POLL_MS)
  }
}

function create(path) {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(draftOf(path), String(process.pid))
  } catch (error) {
    throw new Refusal(
      `${dirname(path)} can not be written (${error.code}). Run this as the user that owns the ` +
        'folder, or run `npm ci` as that user first.',
    )
  }
  try {
    linkSync(draftOf(path), path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draftOf(path), { force: true })
  }
}

/** Takes a stale lock away; should it have been replaced since it was read, gives it back. */
function removeStale(path, judged) {
  const aside = `${path}.stale-${process.pid}`
  try {
    renameSync(path, aside)
    if (readText(aside) !== judged) linkSync(aside, path)
  } catch {
    // Somebody else took it away, or holds it anew: the next attempt sees.
  } finally {
    rmSync(aside, { force: true })
  }
}

function livingHolder(text) {
  const pids = text.split(' ').map(Number)
  return pids.find((pid) => pid > 0 && pid !== process.pid && isAlive(pid)) ?? null
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
