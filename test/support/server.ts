/**
 * The whole product as a process of its own, as a user runs it: main.ts on a database of the test's,
 * on a free port, with a data directory that is removed at the end.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FreshDatabase, freshDatabase } from './postgres.ts'
import { freePort, type ServerProcess, startServer } from './process.ts'

export interface TestProduct extends ServerProcess {
  /** `http://…/accept#…`, while the first admin has not accepted. */
  readonly adminLink: string | null
  readonly operatorKey: string
  readonly dataDir: string
  readonly database: FreshDatabase
  /** Starts again on the same data directory, database and port. */
  restart(env?: NodeJS.ProcessEnv): Promise<TestProduct>
  /** Stops and removes everything. */
  remove(): Promise<void>
}

/** @param env settings besides those that point at the test's own database and directory */
export async function startProduct(env: NodeJS.ProcessEnv = {}): Promise<TestProduct> {
  const database = await freshDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'commonhold-test-'))
  return launch({ database, dataDir, env, port: await freePort() })
}

interface Launch {
  readonly database: FreshDatabase
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  readonly port: string
}

async function launch(options: Launch): Promise<TestProduct> {
  const { database, dataDir, env, port } = options
  const server = await startServer({
    DATABASE_URL: database.ownerUrl,
    COMMONHOLD_APP_DATABASE_URL: database.appUrl,
    COMMONHOLD_DATA_DIR: dataDir,
    COMMONHOLD_PORT: port,
    ...env,
  })
  return {
    ...server,
    adminLink: adminLinkIn(server.output()),
    operatorKey: env.COMMONHOLD_OPERATOR_KEY ?? readKey(dataDir),
    dataDir,
    database,
    restart: (more = {}) => launch({ database, dataDir, env: { ...env, ...more }, port }),
    remove: async () => {
      await server.stop()
      await database.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export function adminLinkIn(output: string): string | null {
  return /Admin\s+(\S+)/.exec(output)?.[1] ?? null
}

function readKey(dataDir: string): string {
  return readFileSync(join(dataDir, 'operator-key'), 'utf8').trim()
}
