/**
 * A tenant of 100,000 models in an embedded PostgreSQL: half of them an account's own, half of them
 * root's, in provider accounts that are shared to the account. Each provider account has 100 models.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AccountId, formatId, type ResourceId, type TenantId } from '@commonhold/core'
import { Client } from 'pg'
import { startEmbedded } from '../../server/src/postgres/embedded.ts'
import { type Database, openDatabase } from '../../server/src/store/database.ts'
import { migrate } from '../../server/src/store/migrate.ts'

export const MODELS = 100_000
const MODELS_PER_PROVIDER = 100
const uuids = {
  tenant: '10000000-0000-7000-8000-000000000001',
  root: '10000000-0000-7000-8000-000000000002',
  account: '10000000-0000-7000-8000-000000000003',
} as const

export interface ListWorld {
  readonly database: Database
  readonly tenantId: TenantId
  readonly rootAccountId: AccountId
  readonly accountId: AccountId
  /** Root's provider accounts: all of them are shared to the account. */
  readonly shared: readonly ResourceId[]
  readonly uuids: typeof uuids
  close(): Promise<void>
}

export async function startListWorld(): Promise<ListWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'commonhold-bench-'))
  const silent = () => undefined
  const log = { debug: silent, info: silent, warn: console.warn, error: console.error }
  const server = await startEmbedded({ dataDir: directory, log, durability: 'test' })
  await migrate(server.ownerUrl)
  const asSuperuser = new URL(server.superuserUrl)
  asSuperuser.pathname = new URL(server.ownerUrl).pathname
  const client = new Client({ connectionString: asSuperuser.href })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  const { rows } = await client.query('select resource_id as id from share')
  await client.end()
  const database = openDatabase(server.appUrl)
  return {
    database,
    tenantId: formatId('tnt', uuids.tenant),
    rootAccountId: formatId('acct', uuids.root),
    accountId: formatId('acct', uuids.account),
    shared: rows.map(({ id }: { id: string }) => formatId('pacc', id) as ResourceId),
    uuids,
    close: async () => {
      await database.close()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const statements = [
  'begin',
  `insert into tenant (id, name, display_name, root_account_id)
   values ('${uuids.tenant}', 'bench', 'Bench', '${uuids.root}')`,
  `insert into account (tenant_id, id, name, display_name, is_root, boundary, created_by) values
     ('${uuids.tenant}', '${uuids.root}', 'root', 'Root', true, '{}', 'bench'),
     ('${uuids.tenant}', '${uuids.account}', 'large', 'Large', false, '{}', 'bench')`,
  'commit',
  `insert into resource (tenant_id, account_id, id, kind, name, display_name, created_by)
   select '${uuids.tenant}', (array['${uuids.root}', '${uuids.account}'])[1 + n % 2]::uuid,
     gen_random_uuid(), 'provider-account', 'provider-' || n, 'Provider', 'bench'
   from generate_series(1, ${MODELS / MODELS_PER_PROVIDER}) n`,
  `insert into resource (tenant_id, account_id, id, kind, parent_id, name, display_name, created_by)
   select p.tenant_id, p.account_id, gen_random_uuid(), 'model', p.id, 'model-' || n, 'Model', 'bench'
   from resource p, generate_series(1, ${MODELS_PER_PROVIDER}) n`,
  `insert into share (tenant_id, root_account_id, id, resource_id, to_account_id, permissions, created_by)
   select tenant_id, account_id, gen_random_uuid(), id, '${uuids.account}', '{model:read}', 'bench'
   from resource where kind = 'provider-account' and account_id = '${uuids.root}'`,
  'vacuum analyze',
]
