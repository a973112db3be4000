/** One PostgreSQL for tests, with a migrated template database in it, of which they make copies. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../server/src/postgres/embedded.ts'
import { lockDirectory } from '../../server/src/postgres/lock.ts'
import { clearPostmaster } from '../../server/src/postgres/postmaster-pid.ts'
import { createDatabase, withClient } from '../../server/src/postgres/roles.ts'
import { migrate } from '../../server/src/store/migrate.ts'

/** The database that every test database is a copy of. */
export const TEMPLATE = 'commonhold_template'

/** What a test file needs to make its own database. */
export interface TestServer {
  readonly superuserUrl: string
  readonly ownerUrl: string
  readonly appUrl: string
}

const PREFIX = 'commonhold-test-'
const silent = () => undefined
const log = { debug: silent, info: silent, warn: silent, error: console.error }

export async function startTestServer(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  await sweep()
  const dataDir = mkdtempSync(join(tmpdir(), PREFIX))
  const remove = () => rmSync(dataDir, { recursive: true, force: true })
  process.once('exit', remove)
  const server = await startEmbedded({ dataDir, log, durability: 'test' })
  try {
    await withClient(server.superuserUrl, (client) => createDatabase(client, TEMPLATE))
    const templateUrl = new URL(server.ownerUrl)
    templateUrl.pathname = `/${TEMPLATE}`
    await migrate(templateUrl.href)
  } catch (error) {
    await server.stop()
    throw error
  }
  const { superuserUrl, ownerUrl, appUrl } = server
  return {
    server: { superuserUrl, ownerUrl, appUrl },
    stop: async () => {
      await server.stop()
      remove()
    },
  }
}

/** Ends and removes what a test run that was killed has left behind. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const dataDir = join(tmpdir(), name)
    if (!existsSync(join(dataDir, 'commonhold.lock'))) continue
    try {
      const lock = await lockDirectory(dataDir)
      await clearPostmaster(join(dataDir, 'postgres'), { ...log, warn: silent })
      lock.release()
      rmSync(dataDir, { recursive: true, force: true })
    } catch {
      // Another run that is under way owns it, or another user does.
    }
  }
}
