/** The end of a tenant: nothing of it works, no secret can be read, and only records stay. */
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

/**
 * Deletes all but the records (residue.ts says which and why): whoever and whatever was in the tenant,
 * with their names, addresses, passwords and prompts, and the key under which its secrets stand.
 */
export async function endTenant(tx: Tx, tenantId: TenantId): Promise<void> {
  // In this order: what refers to others first, where no cascade does it; changes last, because each
  // of these deletions is one.
  const tables = [
    'credential',
    'session',
    'token',
    'invitation',
    'mail',
    'idempotencyKey',
    'spendingKey',
    'gatewayAnswer',
    'requestLog',
    'batchFile',
    'batch',
    'backgroundResponse',
    'grant',
    'share',
    'budget',
    'usageLimit',
    'webhook',
    'resource',
    'team',
    'principal',
    'membership',
    'role',
    'tenantSetting',
    'change',
  ] as const
  for (const table of tables) {
    await tx.deleteFrom(table).where('tenantId', '=', uuid(tenantId)).execute()
  }
  await sql`update account set state = 'deleted', settings = '{}',
    gateway_settings = '{}' where state <> 'deleted'`.execute(tx)
  await destroyTenantKey(tx, tenantId)
}
