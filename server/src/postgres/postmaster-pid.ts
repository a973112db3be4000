/**
 * What an earlier postmaster left behind in the database directory, and how it is ended.
 *
 * A Commonhold that is killed leaves its PostgreSQL running. The next one, which holds the directory's
 * lock and so knows that no other owner lives, stops that orphan in an orderly way and starts its
 * own: a direct child, whose end it notices.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartupError, type StartupLog } from '../startup-error.ts'
import { isPostgres } from './process-identity.ts'

const POLL_MS = 10
/** Fast shutdown, then immediate shutdown (recovery follows at the next start), then kill. */
const SHUTDOWN: readonly { signal: NodeJS.Signals; patienceMs: number }[] = [
  { signal: 'SIGINT', patienceMs: 20_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
  { signal: 'SIGKILL', patienceMs: 2_000 },
]

/** The parts of postmaster.pid that are used (PostgreSQL's src/include/utils/pidfile.h). */
export interface PostmasterPid {
  readonly pid: number
  readonly ready: boolean
}

/** Reads postmaster.pid; null when there is none or it is not written yet. */
export function readPostmasterPid(clusterDir: string): PostmasterPid | null {
  try {
    const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number.parseInt(lines[0] ?? '', 10)
    return pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : null
  } catch {
    return null
  }
}

/**
 * Ends whatever earlier postmaster the directory still names.
 * @param clusterDir the database directory, whose lock the caller holds
 * @throws StartupError when the process can't be stopped
 */
export async function clearPostmaster(clusterDir: string, log: StartupLog): Promise<void> {
  const found = readPostmasterPid(clusterDir)
  if (found === null) return
  if (isPostgres(found.pid)) {
    log.warn(`Stopping the database that a killed Commonhold left running (pid ${found.pid}).`)
    await shutDown(found.pid, () => !isPostgres(found.pid))
  }
  // A process id in use by something else would make PostgreSQL refuse to start.
  rmSync(join(clusterDir, 'postmaster.pid'), { force: true })
}

/**
 * Stops a postmaster, harder with each step.
 * @param isGone asked every few milliseconds
 * @throws StartupError when it survives, or belongs to another user
 */
export async function shutDown(pid: number, isGone: () => boolean): Promise<void> {
  for (const { signal, patienceMs } of SHUTDOWN) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw new StartupError(
        `The database process ${pid} belongs to another user and can not be stopped. Stop it, or ` +
          'start Commonhold as that user.',
      )
    }
    const deadlineMs = performance.now() + patienceMs
    while (performance.now() < deadlineMs) {
      if (isGone()) return
      await delay(POLL_MS)
    }
  }
  throw new StartupError(`The database process ${pid} can not be stopped.`)
}
