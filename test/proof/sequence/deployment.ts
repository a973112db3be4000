/**
 * Two servers on one database, each with a control plane and a gateway, as processes that can be
 * killed. Both are asked the same and have to say the same.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { password } from '@commonhold/isolation'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freePort, type ServerProcess, startServer } from '../../support/process.ts'

export const adminEmail = 'admin@acme.example'
export const operatorKey = 'the operator key of this proof'

export interface Pair {
  /** Where both listen, also while one of them is dead. */
  readonly urls: readonly [string, string]
  /** kill -9 of the first or the second, and a start on the same port and directory. */
  kill(which: 0 | 1): Promise<void>
  restart(which: 0 | 1): Promise<void>
  stop(): Promise<void>
}

export async function startPair(database: FreshDatabase): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), 'commonhold-test-'))
  const masterKey = randomBytes(32).toString('base64')
  const ports = [await freePort(), await freePort()] as const
  const start = (which: 0 | 1) =>
    startServer({
      DATABASE_URL: database.ownerUrl,
      COMMONHOLD_APP_DATABASE_URL: database.appUrl,
      COMMONHOLD_ROLES: which === 0 ? 'control,gateway,worker' : 'control,gateway',
      COMMONHOLD_PORT: ports[which],
      COMMONHOLD_DATA_DIR: join(directory, String(which)),
      COMMONHOLD_MASTER_KEY: masterKey,
      COMMONHOLD_OPERATOR_KEY: operatorKey,
      COMMONHOLD_ADMIN_EMAIL: adminEmail,
      COMMONHOLD_ADMIN_PASSWORD: password,
      COMMONHOLD_LOG_LEVEL: 'warn',
    })
  const running: [ServerProcess, ServerProcess] = [await start(0), await start(1)]
  return {
    urls: [running[0].url, running[1].url],
    kill: (which) => running[which].kill(),
    restart: async (which) => {
      running[which] = await start(which)
    },
    stop: async () => {
      await Promise.all(running.map((server) => server.stop()))
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
