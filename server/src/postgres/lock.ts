/**
 * One Commonhold per data directory: `commonhold.lock` names the process that owns it.
 *
 * Two owners would lose rows, so the lock is judged with care. A lock of this machine is stale once
 * that very run of the process is gone. A lock of another machine or container can't be judged by
 * its process id; its owner touches the file every `HEARTBEAT_MS`, and whoever finds it watches for
 * `FOREIGN_WATCH_MS` whether it is touched. No clocks are compared.
 */
import { randomUUID } from 'node:crypto'
import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartupError } from '../startup-error.ts'
import { processIdentity, processWorld } from './process-identity.ts'

const HEARTBEAT_MS = 1_000
const FOREIGN_WATCH_MS = 4_000
const ATTEMPTS_MAX = 5

interface Owner {
  readonly pid: number
  readonly identity: string
  readonly world: string
}

/** A held lock; `release` gives it up and is safe to call twice. */
export interface DirectoryLock {
  release(): void
}

/**
 * Takes the lock of a data directory.
 * @param dataDir an existing directory that this process may write
 * @throws StartupError when a living Commonhold owns the directory; it names the process id
 */
export async function lockDirectory(dataDir: string): Promise<DirectoryLock> {
  const path = join(dataDir, 'commonhold.lock')
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (create(path)) return hold(path)
    const found = readText(path)
    if (found === null) continue
    const owner = parseOwner(found)
    if (owner !== null && (await isAlive(owner, path))) throw alreadyRunning(owner, dataDir)
    removeStale(path, found)
  }
  throw new StartupError(
    `The lock ${path} changes hands all the time: several Commonhold processes are starting with ` +
      'this data directory. Start only one.',
  )
}

/** Creates the lock whole or not at all: linking a finished file can't be seen half written. */
function create(path: string): boolean {
  const draft = `${path}.${randomUUID()}`
  const owner: Owner = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? '',
    world: processWorld(),
  }
  writeFileSync(draft, `${JSON.stringify(owner)}\n`, { mode: 0o644 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function hold(path: string): DirectoryLock {
  const mine = readText(path)
  const heartbeat = setInterval(() => {
    const now = new Date()
    // A data directory that was deleted under us is reported by the database, not by the lock.
    if (readText(path) === mine) utimesSync(path, now, now)
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return {
    release() {
      clearInterval(heartbeat)
      if (readText(path) === mine) rmSync(path, { force: true })
    },
  }
}

async function isAlive(owner: Owner, path: string): Promise<boolean> {
  if (owner.world === processWorld()) {
    return processIdentity(owner.pid) === owner.identity
  }
  const seen = touchedAtMs(path)
  await delay(FOREIGN_WATCH_MS)
  return touchedAtMs(path) !== seen
}

/** Renames before removing, so that of two who judged the same lock only one takes it away. */
function removeStale(path: string, judged: string): void {
  const aside = `${path}.stale-${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readText(aside) !== judged) {
    // Another process had replaced the stale lock in between: give its lock back.
    try {
      linkSync(aside, path)
    } catch {
      // A third one has taken the name meanwhile; the next attempt judges that one.
    }
  }
  rmSync(aside, { force: true })
}

function alreadyRunning(owner: Owner, dataDir: string): StartupError {
  const elsewhere = owner.world === processWorld() ? '' : ` on ${owner.world.split(' ')[0]}`
  return new StartupError(
    `Commonhold is already running with this data directory (pid ${owner.pid}${elsewhere}): ` +
      `${dataDir}. Stop it first, or set COMMONHOLD_DATA_DIR to another directory.`,
  )
}

function parseOwner(text: string): Owner | null {
  try {
    const value = JSON.parse(text) as Partial<Owner>
    return typeof value.pid === 'number' &&
      typeof value.identity === 'string' &&
      typeof value.world === 'string'
      ? { pid: value.pid, identity: value.identity, world: value.world }
      : null
  } catch {
    return null
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function touchedAtMs(path: string): number {
  try {
    return statSync(path).mtimeMs
  } catch {
    return 0
  }
}
