/**
 * The running PostgreSQL: started as a direct child, watched, started again when it crashes, and
 * stopped in an orderly way.
 *
 * It gets a process group of its own, so that Ctrl-C in a terminal reaches Commonhold alone, which
 * first finishes its work and then stops the database.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { StartupError, type StartupLog } from '../startup-error.ts'
import type { Address } from './address.ts'
import type { Binaries } from './binaries.ts'
import { asUser, postgresEnvironment } from './cluster.ts'
import { clearPostmaster, readPostmasterPid, shutDown } from './postmaster-pid.ts'
import type { RunAs } from './run-as.ts'

const POLL_MS = 5
/** Recovery after a crash replays at most max_wal_size; a slow disk may need minutes for it. */
const READY_MS_MAX = 180_000
/** Backends of a killed postmaster keep its memory until they notice; starting waits for them. */
const FIRST_START_ATTEMPTS_MAX = 6
const BACK_OFF_MS_MIN = 100
const BACK_OFF_MS_MAX = 10_000
/** A database that ran this long has recovered: the next crash starts the back-off anew. */
const HEALTHY_MS = 60_000
const LAST_LINES_MAX = 8

/** How PostgreSQL is run. */
export interface PostmasterOptions {
  readonly binaries: Binaries
  readonly clusterDir: string
  readonly address: Address
  readonly runAs: RunAs | null
  readonly settings: Readonly<Record<string, string>>
  readonly log: StartupLog
}

/** A supervised PostgreSQL. */
export interface Postmaster {
  /** Stops it and waits for its end; safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL, waits until it accepts connections, and keeps it running.
 * @throws StartupError with PostgreSQL's last words when it does not start
 */
export async function supervisePostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { log } = options
  let stopping: Promise<void> | null = null
  let child = await firstStart(options)

  const endWithUs = () => child.kill('SIGINT')
  process.on('exit', endWithUs)

  const watch = async () => {
    let backOffMs = BACK_OFF_MS_MIN
    while (stopping === null) {
      const sinceMs = performance.now()
      await ended(child)
      if (performance.now() - sinceMs > HEALTHY_MS) backOffMs = BACK_OFF_MS_MIN
      while (stopping === null) {
        log.error(`The database stopped by itself; starting it again in ${backOffMs} ms.`)
        await delay(backOffMs)
        backOffMs = Math.min(backOffMs * 2, BACK_OFF_MS_MAX)
        if (stopping !== null) break
        const next = launch(options)
        child = next.child
        const failure = await next.ready.then(() => null, String)
        if (failure === null) {
          log.info('The database runs again.')
          break
        }
        log.error(failure)
      }
    }
  }
  const watched = watch()

  const stop = async () => {
    const last = child
    if (last.exitCode === null && last.signalCode === null && last.pid !== undefined) {
      await shutDown(last.pid, () => last.exitCode !== null || last.signalCode !== null)
    }
    await watched
    process.off('exit', endWithUs)
  }
  return { stop: () => (stopping ??= stop()) }
}

async function firstStart(options: PostmasterOptions): Promise<ChildProcess> {
  let backOffMs = BACK_OFF_MS_MIN
  for (let attempt = 1; ; attempt++) {
    await clearPostmaster(options.clusterDir, options.log)
    const { child, ready } = launch(options)
    try {
      await ready
      return child
    } catch (error) {
      if (!/shared memory block/.test(String(error)) || attempt === FIRST_START_ATTEMPTS_MAX) {
        throw error
      }
    }
    await delay(backOffMs)
    backOffMs *= 2
  }
}

function launch(options: PostmasterOptions): { child: ChildProcess; ready: Promise<void> } {
  const settings = { ...options.settings, ...listenSettings(options.address) }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(options.binaries.postgres, ['-D', options.clusterDir, ...flags], {
    cwd: '/',
    env: postgresEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    ...asUser(options.runAs),
  })
  const lastLines: string[] = []
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLines.push(line)
      if (lastLines.length > LAST_LINES_MAX) lastLines.shift()
      relay(line, options.log)
    })
  }
  return { child, ready: untilReady(child, options.clusterDir, lastLines) }
}

function listenSettings({ socketDir, port }: Address): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: socketDir === null ? '127.0.0.1' : '',
    unix_socket_directories: socketDir ?? '',
    unix_socket_permissions: '0700',
  }
}

async function untilReady(child: ChildProcess, clusterDir: string, lastLines: readonly string[]) {
  let failure: Error | null = null
  child.once('error', (error) => {
    failure = error
  })
  // `close` comes after the last line of the log was read, `exit` may come before.
  let closed = false
  child.once('close', () => {
    closed = true
  })
  const deadlineMs = performance.now() + READY_MS_MAX
  while (performance.now() < deadlineMs) {
    if (failure !== null || closed) {
      const words = lastLines.join('\n') || String(failure ?? child.signalCode ?? child.exitCode)
      throw new StartupError(`The embedded database does not start. PostgreSQL says:\n${words}`)
    }
    const state = readPostmasterPid(clusterDir)
    if (state?.pid === child.pid && state?.ready) return
    await delay(POLL_MS)
  }
  child.kill('SIGQUIT')
  throw new StartupError(
    `The embedded database was not ready after ${READY_MS_MAX / 1000} s. PostgreSQL says:\n` +
      lastLines.join('\n'),
  )
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => child.once('exit', resolve))
}

/** Passes PostgreSQL's log on at a fitting level; what it says in daily work is for debugging. */
function relay(line: string, log: StartupLog): void {
  const level = /^(PANIC|FATAL|ERROR|WARNING|LOG):/.exec(line)?.[1]
  const message = `postgres: ${line}`
  if (level === 'PANIC') log.error(message)
  else if (level === 'FATAL' || level === 'WARNING') log.warn(message)
  else log.debug(message)
}
