/** The ledger of the account, entry by entry. */
import { ledgerEntryOperations as contract } from '@commonhold/contract'
import { formatUsd } from '@commonhold/core'
import { listLedgerEntries } from '../store/ledger-entry.ts'
import { implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'

const list = implement(contract.list, async (c) =>
  listAnswer(c, await listLedgerEntries(c.tx, c.account.id, pageRequest(c)), (row) => ({
    id: row.id,
    kind: row.kind,
    account: c.account.id,
    at: row.at.toISOString(),
    amountUsd: formatUsd(row.owedNanos),
    amountNanos: String(row.owedNanos),
    usageRecord: row.usageRecordId,
    note: row.note,
  })),
)

export const ledgerEntryImplementations = [list]
