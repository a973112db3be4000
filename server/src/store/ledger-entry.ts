/** What was booked on an account. Entries are only ever added; the database refuses anything else. */
import type { AccountId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'

export type LedgerKind = 'usage_charge' | 'credit' | 'adjustment'

/** What an entry adds to what is owed: a credit takes from it (core/src/ledger.ts). */
export const owedNanos = sql<bigint>`(case when ledger_entry.kind = 'credit'
  then - ledger_entry.amount_nanos else ledger_entry.amount_nanos end)`

export async function listLedgerEntries(tx: Tx, accountId: AccountId, request: PageRequest) {
  const { from, to } = request.filter
  let query = tx
    .selectFrom('ledgerEntry')
    .select(['id', 'at', 'kind', 'usageRecordId', 'note'])
    .select(owedNanos.as('owedNanos'))
    .where('accountId', '=', uuid(accountId))
  if (from) query = query.where('at', '>=', new Date(from))
  if (to) query = query.where('at', '<', new Date(to))
  const columns = { at: { column: 'ledger_entry.at', type: 'timestamptz' } } as const
  const page = await fetchPage(query, request, columns, 'ledger_entry.id', 'uuid', false)
  const rows = page.rows.map((row) => ({
    ...row,
    id: typed('led', row.id),
    kind: row.kind as LedgerKind,
    usageRecordId: row.usageRecordId === null ? null : typed('use', row.usageRecordId),
  }))
  return { ...page, rows }
}
