/** All checks of the database that serves: its catalogue, its walls in use, and what deletion left. */
import { sql } from 'kysely'
import type { CheckResult } from './catalogue/check.ts'
import { checkCatalogue } from './catalogue/index.ts'
import { type Database, type Tx, typed } from './database.ts'
import { countTenantRows, tablesSeenFromOutside } from './residue.ts'

export interface DatabaseReport {
  readonly database: { readonly version: string; readonly role: string; readonly login: string }
  readonly checks: CheckResult[]
}

export async function checkDatabase(database: Database): Promise<DatabaseReport> {
  const fromOutside = await database.withControlPlane(async (tx) => ({
    database: await whoAsks(tx),
    checks: [
      ...(await checkCatalogue((text) => rowsOf(tx, text))),
      result(
        'wall in use',
        'A transaction that names no tenant sees no tenant’s data.',
        (await tablesSeenFromOutside(tx)).map((table) => `rows of ${table} are seen`),
      ),
    ],
    deleted: await deletedTenants(tx),
  }))
  const { deleted, checks, ...rest } = fromOutside
  const left: string[] = []
  for (const { id, name } of deleted) {
    const rows = await database.withTenant(typed('tnt', id), countTenantRows)
    left.push(
      ...rows
        .filter(({ kept }) => kept === null)
        .map(({ table, rows: count }) => `${name}: ${count} in ${table}`),
    )
  }
  const rule = 'Of a deleted tenant there are records, and nothing else.'
  return { ...rest, checks: [...checks, result('deleted tenants', rule, left)] }
}

function result(name: string, rule: string, problems: string[]): CheckResult {
  return { name, rule, ok: problems.length === 0, problems }
}

async function whoAsks(tx: Tx): Promise<DatabaseReport['database']> {
  const { rows } = await sql<DatabaseReport['database']>`
    select current_setting('server_version') as version, current_user::text as role,
      session_user::text as login`.execute(tx)
  return rows[0]!
}

async function deletedTenants(tx: Tx): Promise<{ id: string; name: string }[]> {
  return tx.selectFrom('tenant').select(['id', 'name']).where('state', '=', 'deleted').execute()
}

async function rowsOf(tx: Tx, text: string): Promise<{ problem: string }[]> {
  return (await sql.raw<{ problem: string }>(text).execute(tx)).rows
}
