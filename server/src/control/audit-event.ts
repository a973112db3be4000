/** The audit log of the account, and the sample of refusals that is kept beside it. */
import { auditEvent as contract } from '@commonhold/contract'
import { isId } from '@commonhold/core'
import {
  type AuditEventRow,
  findAuditEvent,
  listAuditEvents,
  listDenials,
} from '../store/audit-event.ts'
import { implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { notFound } from './resolve.ts'

const list = implement(contract.list, async (c) =>
  listAnswer(c, await listAuditEvents(c.tx, c.account.id, pageRequest(c)), present),
)

const get = implement(contract.get, async (c) => {
  const reference = c.params['audit-event']
  const row = isId(reference, 'aud') ? await findAuditEvent(c.tx, c.account.id, reference) : null
  if (row === null) throw notFound('audit event')
  return present(row)
})

const denials = implement(contract.denials, async (c) =>
  listAnswer(c, await listDenials(c.tx, c.account.id, pageRequest(c)), (row) => ({
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actorId,
    operation: row.operation,
    target: row.targetId,
    reason: row.reason,
    requestId: row.requestId,
    address: row.address,
  })),
)

function present(row: AuditEventRow) {
  return {
    id: row.id,
    kind: 'audit-event' as const,
    account: row.accountId,
    sequence: row.sequence,
    at: row.at.toISOString(),
    actor: { id: row.actorId, name: row.actorName },
    token: row.tokenId,
    session: row.sessionId,
    operation: row.operation,
    target: { kind: row.targetKind, id: row.targetId, name: row.targetName },
    before: row.before as never,
    after: row.after as never,
    requestId: row.requestId,
    address: row.address,
    hash: row.hash.toString('hex'),
  }
}

export const auditEventImplementations = [list, get, denials]
