/** The end of a tenant: nothing that proves somebody works any more, and no secret can be read. */
import type { TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { destroyTenantKey } from './tenant-key.ts'

export interface TenantCounts {
  /** Besides root. */
  readonly accounts: number
  readonly users: number
  readonly virtualAccounts: number
}

/** All that the operator sees of what is in a tenant. */
export async function countTenantContents(tx: Tx): Promise<TenantCounts> {
  const { rows } = await sql<Record<keyof TenantCounts, bigint>>`select
    (select count(*) from account where not is_root and state <> 'deleted') as accounts,
    (select count(*) from "user" where state <> 'deleted') as users,
    (select count(*) from virtual_account) as virtual_accounts`.execute(tx)
  const { accounts, users, virtualAccounts } = rows[0]!
  return {
    accounts: Number(accounts),
    users: Number(users),
    virtualAccounts: Number(virtualAccounts),
  }
}

/** Sessions, tokens, links, mail and kept answers, and the key under which all secrets stand. */
export async function endTenant(tx: Tx, tenantId: TenantId): Promise<void> {
  const tables = ['session', 'token', 'invitation', 'credential', 'mail', 'idempotencyKey'] as const
  for (const table of tables) {
    await tx.deleteFrom(table).where('tenantId', '=', uuid(tenantId)).execute()
  }
  await destroyTenantKey(tx, tenantId)
}
