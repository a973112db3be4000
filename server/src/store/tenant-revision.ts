/** The per-tenant lock, and the audit chain's head that lives beside it. */

import type { TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'

/**
 * Every change of a tenant waits here, so that it decides on what its predecessor committed and
 * revisions appear in commit order.
 * @returns the revision that the transaction builds on
 */
export async function lockTenant(tx: Tx, tenantId: TenantId): Promise<number> {
  const row = await tx
    .selectFrom('tenantRevision')
    .select('revision')
    .where('tenantId', '=', uuid(tenantId))
    .forUpdate()
    .executeTakeFirst()
  return Number(row?.revision ?? 0n)
}

export interface AuditHead {
  readonly sequence: number
  readonly hash: Buffer
}

export async function auditHead(tx: Tx, tenantId: TenantId): Promise<AuditHead> {
  const row = await tx
    .selectFrom('tenantRevision')
    .select(['auditSequence', 'auditHash'])
    .where('tenantId', '=', uuid(tenantId))
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { sequence: Number(row.auditSequence), hash: row.auditHash }
}

export async function moveAuditHead(tx: Tx, tenantId: TenantId, head: AuditHead): Promise<void> {
  await tx
    .updateTable('tenantRevision')
    .set({ auditSequence: sql<bigint>`${head.sequence}`, auditHash: head.hash })
    .where('tenantId', '=', uuid(tenantId))
    .execute()
}
