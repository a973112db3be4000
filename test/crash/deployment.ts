/** The roles as processes of their own, on one database: what runs where several machines share the work. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FreshDatabase } from '../support/fresh-database.ts'
import { type Person, password, signIn } from '../support/people.ts'
import { freePort, type ServerProcess, startServer } from '../support/process.ts'

export type Role = 'control' | 'gateway' | 'worker'

export interface Deployment {
  readonly url: Readonly<Record<Role, string>>
  readonly admin: Person
  readonly database: FreshDatabase
  /** Where a role keeps its data. */
  dataDir(role: Role): string
  /** kill -9. */
  kill(role: Role): Promise<void>
  /** Starts a killed role again, where it was. */
  start(role: Role): Promise<void>
  remove(): Promise<void>
}

/** @param database is dropped with the deployment */
export async function startDeploymentOn(database: FreshDatabase): Promise<Deployment> {
  const directory = mkdtempSync(join(tmpdir(), 'commonhold-test-'))
  const masterKey = randomBytes(32).toString('base64')
  const roles: readonly Role[] = ['control', 'gateway', 'worker']
  const ports = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await freePort()] as const)),
  ) as Record<Role, string>
  const running = {} as Record<Role, ServerProcess>
  const start = async (role: Role) => {
    running[role] = await startServer({
      DATABASE_URL: database.ownerUrl,
      COMMONHOLD_APP_DATABASE_URL: database.appUrl,
      COMMONHOLD_ROLES: role,
      COMMONHOLD_PORT: ports[role],
      COMMONHOLD_DATA_DIR: join(directory, role),
      COMMONHOLD_MASTER_KEY: masterKey,
      COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
      COMMONHOLD_ADMIN_PASSWORD: password,
      COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
    })
  }
  // One after another: the first one makes the schema.
  for (const role of roles) await start(role)
  const url = urlsOf(running)
  return {
    url,
    database,
    dataDir: (role) => join(directory, role),
    admin: await signIn(url.control, 'ana@example.com'),
    kill: (role) => running[role].kill(),
    start,
    remove: async () => {
      await Promise.all(roles.map((role) => running[role]?.stop()))
      await database.drop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function urlsOf(running: Readonly<Record<Role, ServerProcess>>): Record<Role, string> {
  const { control, gateway, worker } = running
  return { control: control.url, gateway: gateway.url, worker: worker.url }
}
