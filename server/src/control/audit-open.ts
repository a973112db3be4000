/**
 * The audit log of what happens without a caller of the tenant: signing in, accepting an invitation,
 * acts of the operator and of the system itself. Same log, same chain, same transaction.
 */
import type { AccountId, TenantId } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { insertAuditEvents } from '../store/audit-event.ts'
import { systemActor } from '../store/built-in-role.ts'
import type { Tx } from '../store/database.ts'
import type { Call } from './call.ts'
import type { AuditNote } from './context.ts'

/** Who did it. `id` is a user's, or one of the two actors that are nobody's. */
export interface Actor {
  readonly id: string
  readonly name: string
}

export const bySystem: Actor = { id: systemActor, name: systemActor }
export const byOperator: Actor = { id: 'operator', name: 'operator' }

export interface OpenAct {
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly actor: Actor
  readonly operation: string
  readonly now: Date
  /** Null for what no request asked for. */
  readonly call: Pick<Call, 'requestId' | 'address'> | null
}

export async function auditAct(tx: Tx, act: OpenAct, notes: readonly AuditNote[]): Promise<void> {
  await insertAuditEvents(
    tx,
    notes.map(({ target, before, after, account }) => ({
      id: newId('aud'),
      tenantId: act.tenantId,
      accountId: account ?? act.accountId,
      at: act.now,
      actorId: act.actor.id,
      actorName: act.actor.name,
      tokenId: null,
      sessionId: null,
      operation: act.operation,
      targetKind: target.kind,
      targetId: target.id,
      targetName: target.name,
      before: before ?? null,
      after: after ?? null,
      requestId: act.call?.requestId ?? newId('req'),
      address: act.call?.address ?? null,
    })),
  )
}
