/**
 * Three processes on one PostgreSQL: one with all roles, two more gateways; and a tenant of 100,000
 * grants to 10,000 users on 100,000 resources, written as rows, because making it through the API is not
 * what is measured.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@commonhold/sdk'
import pg from 'pg'
import { startEmbedded } from '../../server/src/postgres/embedded.ts'
import { password, signIn } from '../../test/support/people.ts'
import { freePort, type ServerProcess, startServer } from '../../test/support/process.ts'

export const USERS = 10_000
export const GRANTS = 100_000
export const RESOURCES = 100_000
const MODELS_PER_PROVIDER = 9
const ADMIN = 'ana@example.com'

export interface Deployment {
  /** Of the three processes. */
  readonly urls: readonly string[]
  readonly client: Client
  stop(): Promise<void>
}

export async function startThree(): Promise<Deployment> {
  // PostgreSQL's own: it may run as another user, who must be able to enter.
  const directories = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'commonhold-bench-')))
  const [ofPostgres, directory] = directories as [string, string]
  const silent = () => undefined
  const log = { debug: silent, info: silent, warn: silent, error: console.error }
  const postgres = await startEmbedded({ dataDir: ofPostgres, log })
  const running: ServerProcess[] = []
  const stop = async () => {
    for (const one of running.reverse()) await one.stop()
    await postgres.stop()
    for (const one of directories) rmSync(one, { recursive: true, force: true })
  }
  const masterKey = randomBytes(32).toString('base64')
  const start = async (roles: string) => {
    const one = await startServer({
      DATABASE_URL: postgres.ownerUrl,
      COMMONHOLD_APP_DATABASE_URL: postgres.appUrl,
      COMMONHOLD_ROLES: roles,
      COMMONHOLD_PORT: await freePort(),
      COMMONHOLD_DATA_DIR: join(directory, `process-${running.length}`),
      COMMONHOLD_MASTER_KEY: masterKey,
      COMMONHOLD_ADMIN_EMAIL: ADMIN,
      COMMONHOLD_ADMIN_PASSWORD: password,
      COMMONHOLD_LOG_LEVEL: 'error',
    })
    running.push(one)
  }
  try {
    await start('control,gateway,worker')
    await furnish(postgres.superuserUrl, postgres.ownerUrl)
    for (let more = 0; more < 2; more++) await start('gateway')
    const { client } = await signIn(running[0]!.url, ADMIN)
    return { urls: running.map(({ url }) => url), client, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** As the superuser and without triggers: the rows are as the triggers would have left them. */
async function furnish(superuserUrl: string, ownerUrl: string): Promise<void> {
  const url = new URL(superuserUrl)
  url.pathname = new URL(ownerUrl).pathname
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const providers = RESOURCES / (MODELS_PER_PROVIDER + 1)
const root = '(select root_account_id from tenant)'
const tenant = '(select id from tenant)'
const statements = [
  'begin',
  'set local session_replication_role = replica',
  'create temporary table person on commit drop as ' +
    `select n, gen_random_uuid() as id from generate_series(1, ${USERS}) n`,
  `insert into principal select ${tenant}, id, 'user' from person`,
  `insert into membership (tenant_id, account_id, principal_id, created_by)
     select ${tenant}, ${root}, id, 'bench' from person`,
  `insert into "user" (tenant_id, id, email, display_name, state, created_by)
     select ${tenant}, id, 'user-' || n || '@example.com', 'User', 'active', 'bench' from person`,
  `insert into resource (tenant_id, account_id, id, kind, name, display_name, created_by)
     select ${tenant}, ${root}, gen_random_uuid(), 'provider-account', 'bench-' || n, 'x', 'bench'
     from generate_series(1, ${providers}) n`,
  `insert into resource
       (tenant_id, account_id, id, kind, parent_id, name, display_name, created_by, spec)
     select p.tenant_id, p.account_id, gen_random_uuid(), 'model', p.id, 'model-' || n, 'x', 'bench',
       '{"type": "chat", "upstreamModel": "x"}'
     from resource p, generate_series(1, ${MODELS_PER_PROVIDER}) n where p.name like 'bench-%'`,
  `create temporary table thing on commit drop as
     select row_number() over () as n, id, kind from resource where account_id = ${root}`,
  `insert into "grant" (tenant_id, account_id, id, principal_id, object_type, object_kind, resource_id,
       role_id, created_by)
     select ${tenant}, ${root}, gen_random_uuid(), person.id, 'resource', thing.kind, thing.id,
       (select id from role where name = 'user' and built_in), 'bench'
     from generate_series(1, ${GRANTS}) g
     join person on person.n = 1 + g % ${USERS}
     join thing on thing.n = 1 + (g::bigint * 7919) % ${RESOURCES}`,
  'update tenant_revision set revision = revision + 1',
  `select pg_notify('commonhold_change', tenant_id || ' ' || revision) from tenant_revision`,
  'commit',
  'analyze',
]
