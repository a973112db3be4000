/**
 * Data directories, and Commonhold processes that own one, for the tests of the embedded server.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEmbedded } from '../../src/postgres/embedded.ts'

const OWNER = fileURLToPath(new URL('owner.ts', import.meta.url))
const DEADLINE_MS = 20_000
const POLL_MS = 20

/** A log that keeps what it is told. */
export function memoryLog() {
  const lines: string[] = []
  const add = (message: string) => void lines.push(message)
  return { lines, debug: () => undefined, info: add, warn: add, error: add }
}

/** Makes an empty directory that others may pass through, and the function that removes it. */
export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'commonhold-data-'))
  chmodSync(path, 0o711)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Makes the files of a database once, so that not every test has to wait for initdb. */
export async function preparedDirectory() {
  const { path, remove } = temporaryDirectory()
  const base = join(path, 'base')
  const server = await startEmbedded({ dataDir: base, log: memoryLog() })
  await server.stop()
  let count = 0
  const copy = () => {
    const to = join(path, `copy-${count++}`)
    execFileSync('cp', ['-a', base, to])
    return to
  }
  return { copy, remove }
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`never came true: ${condition}`)
    await delay(POLL_MS)
  }
}

/** Another process that starts the embedded server. */
export interface Owner {
  readonly child: ChildProcess
  readonly ownerUrl: string
}

/**
 * Starts a process of its own that owns a data directory, and waits until its database runs.
 * @param prefix a command that runs the process as another user
 * @throws Error with what it printed when it ends instead
 */
export async function startOwner(dataDir: string, prefix: readonly string[] = []): Promise<Owner> {
  const [command, ...args] = [...prefix, process.execPath, OWNER, dataDir]
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const closed = once(child, 'close').then(() => {
    throw new Error(errors)
  })
  const [ownerUrl] = await Promise.race([first, closed])
  closed.catch(() => undefined)
  return { child, ownerUrl }
}

/** Ends such a process and waits for it. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
