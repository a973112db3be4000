/**
 * What the database holds of one tenant, table by table. Of a deleted tenant there are records, which
 * are kept for their time, and nothing else (case A63); of a throw-away tenant there is nothing.
 */
import { sql } from 'kysely'
import { tenantTables } from './catalogue/check.ts'
import type { Tx } from './database.ts'

/** What stays of a deleted tenant, and why. */
export const keptTables: Readonly<Record<string, string>> = {
  tenant: 'the tombstone: its name is not given out again',
  account: 'tombstones that records refer to',
  tenant_revision: 'the end of the audit log’s chain',
  audit_event: 'the audit log',
  audit_denial: 'the audit log of refusals',
  usage_record: 'what was used, for the bill',
  ledger_entry: 'the ledger',
  invoice: 'invoices',
  price: 'the prices that usage was billed at',
  charged_budgets: 'in which budgets what was used counted: numbers only',
  pool: 'money that gateways still settle: numbers only',
  lease: 'money that gateways still settle: numbers only',
  change: 'that its last rows went: for gateways, and without data',
  gateway_mark: 'how far gateways have settled: numbers only',
}

export interface TableRows {
  readonly table: string
  readonly rows: number
  /** Why they stay; null for what should not be there. */
  readonly kept: string | null
}

/** @param tx of the tenant, also where there is no such tenant any more */
export async function countTenantRows(tx: Tx): Promise<TableRows[]> {
  const { rows: tables } = await sql
    .raw<{ relname: string }>(`select relname::text from ${tenantTables} t order by 1`)
    .execute(tx)
  const found: TableRows[] = []
  for (const table of [...tables.map(({ relname }) => relname), 'tenant']) {
    const { rows } = await sql<{ count: bigint }>`
      select count(*) from ${sql.table(table)}`.execute(tx)
    const count = Number(rows[0]!.count)
    if (count > 0) found.push({ table, rows: count, kept: keptTables[table] ?? null })
  }
  return found
}

/** Tables in which a transaction sees rows that name no tenant, or another. There must be none. */
export async function tablesSeenFromOutside(tx: Tx): Promise<string[]> {
  const { rows: tables } = await sql
    .raw<{ relname: string }>(`select relname::text from ${tenantTables} t order by 1`)
    .execute(tx)
  const seen: string[] = []
  for (const { relname } of tables) {
    // The control plane compares the revisions of all tenants (schema.sql); nothing else of them.
    if (relname === 'tenant_revision') continue
    const { rows } = await sql<{ seen: boolean }>`
      select exists(select from ${sql.table(relname)}) as seen`.execute(tx)
    if (rows[0]!.seen) seen.push(relname)
  }
  return seen
}
