/**
 * The whole product as a process of its own, as a user runs it: main.ts on a database of the test's,
 * on a free port, with a data directory that is removed at the end.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FreshDatabase, freshDatabase } from './postgres.ts'

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
const startMsMax = 60_000
const stopMsMax = 20_000

export interface TestProduct {
  readonly url: string
  /** `http://…/accept#…`, while the first admin has not accepted. */
  readonly adminLink: string | null
  readonly operatorKey: string
  readonly dataDir: string
  readonly database: FreshDatabase
  /** What was printed and logged so far. */
  output(): string
  /** SIGTERM, and waits for the end; returns the exit code. */
  stop(): Promise<number | null>
  /** kill -9: no goodbye. */
  kill(): Promise<void>
  /** Starts again on the same data directory, database and port. */
  restart(env?: NodeJS.ProcessEnv): Promise<TestProduct>
  /** Stops and removes everything. */
  remove(): Promise<void>
}

/** @param env settings besides those that point at the test's own database and directory */
export async function startProduct(env: NodeJS.ProcessEnv = {}): Promise<TestProduct> {
  const database = await freshDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'commonhold-test-'))
  return launch({ database, dataDir, env, port: String(await freePort()) })
}

/** Links are printed with the port in them, so it has to be known before the server listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

interface Launch {
  readonly database: FreshDatabase
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  readonly port: string
}

async function launch(options: Launch): Promise<TestProduct> {
  const { database, dataDir, env } = options
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: database.ownerUrl,
      COMMONHOLD_APP_DATABASE_URL: database.appUrl,
      COMMONHOLD_DATA_DIR: dataDir,
      COMMONHOLD_PORT: options.port,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout!.on('data', (chunk) => (printed += chunk))
  child.stderr!.on('data', (chunk) => (printed += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await until(
    () => printed.includes('Commonhold is running'),
    child,
    () => printed,
  )

  const url = /Console\s+(\S+)/.exec(printed)![1]!
  const remove = async () => {
    await stopChild(child, ended)
    await database.drop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return {
    url,
    adminLink: /Admin\s+(\S+)/.exec(printed)?.[1] ?? null,
    operatorKey: env.COMMONHOLD_OPERATOR_KEY ?? readKey(dataDir),
    dataDir,
    database,
    output: () => printed,
    stop: () => stopChild(child, ended),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    restart: (more = {}) =>
      launch({ database, dataDir, env: { ...env, ...more }, port: new URL(url).port }),
    remove,
  }
}

function readKey(dataDir: string): string {
  return readFileSync(join(dataDir, 'operator-key'), 'utf8').trim()
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<number | null>,
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  const code = await ended
  clearTimeout(timer)
  return code
}

/** Waits for what the process prints, or fails with all of it. */
async function until(done: () => boolean, child: ChildProcess, output: () => string) {
  const deadline = Date.now() + startMsMax
  while (!done()) {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${output()}`)
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the server did not start:\n${output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
