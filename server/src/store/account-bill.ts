/** What an account owes for a time, from its ledger: charges, less credits, with adjustments. */
import type { AccountId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { ledger, owedNanos } from './ledger-entry.ts'

export async function billOf(
  tx: Tx,
  accountId: AccountId,
  from: Date,
  to: Date,
): Promise<{ totalNanos: bigint; requests: number }> {
  const { rows } = await sql<{ total: bigint | null; requests: bigint }>`select
    (select sum(${owedNanos})::bigint from ${ledger} as ledger where account_id = ${uuid(accountId)} and at >= ${from} and at < ${to}) as total,
    (select count(distinct request_id)
      from usage_record where account_id = ${uuid(accountId)} and at >= ${from} and at < ${to})
      as requests`.execute(tx)
  const { total, requests } = rows[0]!
  return { totalNanos: total ?? 0n, requests: Number(requests) }
}
