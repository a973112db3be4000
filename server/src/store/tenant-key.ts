/** The tenant's wrapped data key. */
import type { TenantId } from '@commonhold/core'
import type { TenantKey, Vault } from '../crypto/envelope.ts'
import { type Tx, uuid } from './database.ts'

/** @throws when the key is gone (a deleted tenant) or another master key wrapped it */
export async function loadTenantKey(tx: Tx, vault: Vault, tenantId: TenantId): Promise<TenantKey> {
  const row = await tx
    .selectFrom('tenantKey')
    .select('wrappedKey')
    .where('tenantId', '=', uuid(tenantId))
    .executeTakeFirstOrThrow()
  return vault.openTenantKey(tenantId, row.wrappedKey)
}

export async function insertTenantKey(tx: Tx, vault: Vault, tenantId: TenantId): Promise<void> {
  await tx
    .insertInto('tenantKey')
    .values({
      tenantId: uuid(tenantId),
      masterKeyId: vault.masterKeyId,
      wrappedKey: vault.newTenantKey(tenantId).wrapped,
    })
    .execute()
}

/** Every secret of the tenant becomes unreadable, in every copy of the database. */
export async function destroyTenantKey(tx: Tx, tenantId: TenantId): Promise<void> {
  await tx.deleteFrom('tenantKey').where('tenantId', '=', uuid(tenantId)).execute()
}
