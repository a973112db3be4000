/**
 * What was booked on an account. A charge is a usage record that cost something; credits and
 * adjustments are entries of their own. Both are only ever added; the database refuses anything else.
 */
import type { AccountId, Id, TenantId } from '@commonhold/core'
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
  readonly priceId: string | null
  readonly createdBy: string | null
}

/** All of the ledger, of whatever accounts the transaction sees: to be read `as ledger`. */
export const ledger = sql<LedgerRow>`(
  select account_id, id, at, 'usage_charge' as kind, cost_nanos as amount_nanos,
    id as usage_record_id, '' as note, null::uuid as price_id, null as created_by
  from usage_record where cost_nanos > 0
  union all
  select account_id, id, at, kind, amount_nanos, usage_record_id, note, price_id,
    nullif(created_by, '') from ledger_entry)`

/** What an entry adds to what is owed: a credit takes from it (core/src/ledger.ts). */
export const owedNanos = sql<bigint>`(case when ledger.kind = 'credit'
  then - ledger.amount_nanos else ledger.amount_nanos end)`

export async function listLedgerEntries(tx: Tx, accountId: AccountId, request: PageRequest) {
  const { kind, from, to } = request.filter
  let query = selectLedger(tx, accountId)
  if (kind === 'correction') query = query.where('kind', '!=', 'usage_charge')
  else if (kind) query = query.where('kind', '=', kind as LedgerKind)
  if (from) query = query.where('at', '>=', new Date(from))
  if (to) query = query.where('at', '<', new Date(to))
  const columns = { at: { column: 'ledger.at', type: 'timestamptz' } } as const
  const page = await fetchPage(query, request, columns, 'ledger.id', 'uuid', false)
  return { ...page, rows: page.rows.map(fromRow) }
}

export async function findLedgerEntry(tx: Tx, accountId: AccountId, id: Id<'led'>) {
  const row = await selectLedger(tx, accountId).where('id', '=', uuid(id)).executeTakeFirst()
  return row ? fromRow(row) : null
}

const selectLedger = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom(ledger.as('ledger'))
    .select(['id', 'at', 'kind', 'usageRecordId', 'note', 'priceId', 'createdBy'])
    .select(owedNanos.as('owedNanos'))
    .where('accountId', '=', uuid(accountId))

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectLedger>['executeTakeFirstOrThrow']>>
export type LedgerEntryRow = ReturnType<typeof fromRow>

function fromRow(row: DatabaseRow) {
  return {
    ...row,
    id: typed('led', row.id),
    usageRecordId: row.usageRecordId === null ? null : typed('use', row.usageRecordId),
    priceId: row.priceId === null ? null : typed('prc', row.priceId),
  }
}

export interface NewLedgerEntry {
  readonly id: Id<'led'>
  readonly accountId: AccountId
  readonly kind: 'credit' | 'adjustment'
  readonly amountNanos: bigint
  /** The charge that it corrects; null for one in advance. */
  readonly usageRecordId: string | null
  readonly priceId: Id<'prc'> | null
}

/**
 * Under the tenant's lock: the database refuses credits that would exceed their charge, and looks at those
 * that are there.
 * @param at when it is booked, which says on which bill it is: never an earlier one that may be closed
 */
export async function insertLedgerEntries(
  tx: Tx,
  tenantId: TenantId,
  entries: readonly NewLedgerEntry[],
  { at, note, createdBy }: { readonly at: Date; readonly note: string; readonly createdBy: string },
): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map((entry) => ({
    id: uuid(entry.id),
    account: uuid(entry.accountId),
    kind: entry.kind,
    nanos: entry.amountNanos.toString(),
    charge: entry.usageRecordId,
    price: entry.priceId && uuid(entry.priceId),
  }))
  await sql`insert into ledger_entry (tenant_id, account_id, id, at, kind, amount_nanos,
      usage_record_id, note, price_id, created_by)
    select ${uuid(tenantId)}, r.account, r.id, ${at.toISOString()}::timestamptz, r.kind, r.nanos,
      r.charge, ${note}, r.price, ${createdBy}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (id uuid, account uuid, kind text, nanos bigint, charge uuid, price uuid)`.execute(tx)
}
