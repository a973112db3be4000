/**
 * What was booked on an account. A charge is a usage record that cost something; credits and
 * adjustments are entries of their own. Both are only ever added; the database refuses anything else.
 */
import type { AccountId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'

export type LedgerKind = 'usage_charge' | 'credit' | 'adjustment'

interface LedgerRow {
  readonly id: string
  readonly accountId: string
  readonly at: Date
  readonly kind: LedgerKind
  readonly amountNanos: bigint
  readonly usageRecordId: string | null
  readonly note: string
}

/** All of the ledger, of whatever accounts the transaction sees: to be read `as ledger`. */
export const ledger = sql<LedgerRow>`(
  select account_id, id, at, 'usage_charge' as kind, cost_nanos as amount_nanos,
    id as usage_record_id, '' as note
  from usage_record where cost_nanos > 0
  union all
  select account_id, id, at, kind, amount_nanos, usage_record_id, note from ledger_entry)`

/** What an entry adds to what is owed: a credit takes from it (core/src/ledger.ts). */
export const owedNanos = sql<bigint>`(case when ledger.kind = 'credit'
  then - ledger.amount_nanos else ledger.amount_nanos end)`

export async function listLedgerEntries(tx: Tx, accountId: AccountId, request: PageRequest) {
  const { from, to } = request.filter
  let query = tx
    .selectFrom(ledger.as('ledger'))
    .select(['id', 'at', 'kind', 'usageRecordId', 'note'])
    .select(owedNanos.as('owedNanos'))
    .where('accountId', '=', uuid(accountId))
  if (from) query = query.where('at', '>=', new Date(from))
  if (to) query = query.where('at', '<', new Date(to))
  const columns = { at: { column: 'ledger.at', type: 'timestamptz' } } as const
  const page = await fetchPage(query, request, columns, 'ledger.id', 'uuid', false)
  const rows = page.rows.map((row) => ({
    ...row,
    id: typed('led', row.id),
    usageRecordId: row.usageRecordId === null ? null : typed('use', row.usageRecordId),
  }))
  return { ...page, rows }
}
