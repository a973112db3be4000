/**
 * Deletes what an account consists of. The account's own row stays as a tombstone, for what has to be
 * kept: usage, ledger, invoices, prices and the audit log.
 */
import type { AccountId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { deleteTransfersOf } from './transfer-move.ts'

/** How many gateways hold a part of the account's limits for calls in flight. */
export async function countHeldLeases(tx: Tx, accountId: AccountId): Promise<number> {
  const { count } = await tx
    .selectFrom('lease')
    .innerJoin('pool', (join) =>
      join
        .onRef('pool.ownerId', '=', 'lease.ownerId')
        .onRef('pool.periodId', '=', 'lease.periodId'),
    )
    .select(sql<bigint>`count(*)`.as('count'))
    .where('pool.accountId', '=', uuid(accountId))
    .where('lease.closed', '=', false)
    .where(sql<boolean>`lease.granted > lease.returned + lease.settled`)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** How many batches and responses of the account run at providers, and are not billed yet. */
export async function countOpenWork(tx: Tx, accountId: AccountId): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`select
    (select count(*) from batch where account_id = a.id and settled_at is null)
    + (select count(*) from background_response where account_id = a.id and settled_at is null)
      as count from account a where a.id = ${uuid(accountId)}`.execute(tx)
  return Number(rows[0]!.count)
}

/** What would go, for telling it beforehand. */
export async function countContents(tx: Tx, accountId: AccountId): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, bigint>>`select
    (select count(*) from resource where account_id = a.id) as resources,
    (select count(*) from membership m join principal p on p.id = m.principal_id
      where m.account_id = a.id and p.kind = 'user') as members,
    (select count(*) from virtual_account where account_id = a.id) as "virtual accounts",
    (select count(*) from team where account_id = a.id) as teams,
    (select count(*) from token where account_id = a.id) as tokens,
    (select count(*) from "grant" where account_id = a.id) as grants,
    (select count(*) from budget where account_id = a.id) as budgets,
    (select count(*) from usage_limit where account_id = a.id) as "usage limits",
    (select count(*) from share where to_account_id = a.id) as "shares to it",
    (select count(*) from transfer where to_account_id = a.id and state = 'offered') as "offers to it"
    from account a where a.id = ${uuid(accountId)}`.execute(tx)
  return Object.fromEntries(Object.entries(rows[0]!).map(([what, count]) => [what, Number(count)]))
}

export async function deleteContents(tx: Tx, accountId: AccountId): Promise<void> {
  const account = uuid(accountId)
  await tx
    .deleteFrom('principal')
    .where('id', 'in', (where) =>
      where.selectFrom('virtualAccount').select('id').where('accountId', '=', account),
    )
    .execute()
  // Whoever was invited, never came and is in no other account leaves nothing behind.
  await sql`delete from principal p using membership m, "user" u
    where m.principal_id = p.id and m.account_id = ${account} and u.id = p.id and u.state = 'invited'
      and not exists (select from membership o where o.principal_id = p.id
        and o.account_id <> m.account_id)`.execute(tx)
  await tx.deleteFrom('share').where('toAccountId', '=', account).execute()
  await deleteTransfersOf(tx, accountId)
  // In this order: what refers to others first, where no cascade does it.
  const tables = [
    'grant',
    'membership',
    'team',
    'resource',
    'budget',
    'usageLimit',
    'webhook',
    'pool',
    'role',
    'idempotencyKey',
    'spendingKey',
    'requestLog',
    'batchFile',
  ] as const
  for (const table of tables) {
    await tx.deleteFrom(table).where('accountId', '=', account).execute()
  }
  // What still runs at a provider is ended and billed by the gateways, and goes with its time.
  for (const table of ['batch', 'backgroundResponse'] as const) {
    await tx
      .deleteFrom(table)
      .where('accountId', '=', account)
      .where('settledAt', 'is not', null)
      .execute()
  }
}
