/** Turns what operations note into rows of the audit log, and keeps a sample of refusals. */
import type { Refusal } from '@commonhold/contract'
import { newId } from '../crypto/new-id.ts'
import { insertAuditEvents, insertDenial } from '../store/audit-event.ts'
import type { Caller } from '../store/caller.ts'
import type { Call } from './call.ts'
import type { AuditNote, Context } from './context.ts'
import type { Services } from './services.ts'

/** How many refusals per tenant and minute are kept: a flood of them must not fill the disk. */
export const denialsPerMinuteMax = 60

/** Writes the notes into the caller's transaction: with the change, or not at all. */
export async function auditEntries(context: Context, notes: readonly AuditNote[]): Promise<void> {
  const { caller, call, operation, account } = context
  await insertAuditEvents(
    context.tx,
    notes.map((note) => ({
      id: newId('aud'),
      tenantId: context.tenantId,
      accountId: note.account ?? account.id,
      at: context.now,
      actorId: caller.principal.id,
      actorName: caller.principal.name,
      tokenId: caller.token?.id ?? null,
      sessionId: caller.session?.id ?? null,
      operation: operation.id,
      targetKind: note.target.kind,
      targetId: note.target.id,
      targetName: note.target.name,
      before: note.before ?? null,
      after: note.after ?? null,
      requestId: call.requestId,
      address: call.address,
    })),
  )
}

const kept = new Map<string, { minute: number; count: number }>()

/** Records a refusal after the fact, in its own transaction; its own failure is only logged. */
export function noteDenial(
  services: Services,
  call: Call,
  seen: { caller: Caller; context: Context | null },
  refusal: Refusal,
): void {
  if (refusal.code !== 'not_allowed' && refusal.code !== 'hands_out_more_than_held') return
  const tenantId = seen.caller.tenant.id
  const minute = Math.floor(Date.now() / 60_000)
  const counter = kept.get(tenantId)
  const count = counter?.minute === minute ? counter.count + 1 : 1
  kept.set(tenantId, { minute, count })
  if (count > denialsPerMinuteMax) return
  const denial = {
    id: newId('aud'),
    tenantId,
    accountId: seen.context?.account.id ?? seen.caller.tenant.rootAccountId,
    actorId: seen.caller.principal.id,
    operation: call.operation.id,
    targetId: seen.context?.object?.id ?? '',
    reason: refusal.detail,
    requestId: call.requestId,
    address: call.address,
  }
  services.database
    .withTenant(tenantId, (tx) => insertDenial(tx, denial))
    .catch((error: Error) => services.log.warn({ error: error.message }, 'denial not recorded'))
}
