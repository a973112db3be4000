/**
 * The audit log: written in the transaction of the change, and chained by hash per tenant, so that a
 * row removed or edited later shows. The application role can't update or delete it.
 */
import { createHash } from 'node:crypto'
import type { AccountId, Id, TenantId } from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { auditHead, moveAuditHead } from './tenant-revision.ts'

export interface AuditEntry {
  readonly id: Id<'aud'>
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly at: Date
  readonly actorId: string
  readonly actorName: string
  readonly tokenId: string | null
  readonly sessionId: string | null
  readonly operation: string
  readonly targetKind: string
  readonly targetId: string
  readonly targetName: string
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly requestId: string
  readonly address: string | null
}

/** The hash that a row has to have, from what it says and the hash before it. */
export function auditHash(entry: AuditEntry, sequence: number, previous: Buffer): Buffer {
  const said = JSON.stringify([
    sequence,
    entry.id,
    entry.accountId,
    entry.at.toISOString(),
    entry.actorId,
    entry.actorName,
    entry.tokenId,
    entry.sessionId,
    entry.operation,
    entry.targetKind,
    entry.targetId,
    entry.targetName,
    canonical(entry.before),
    canonical(entry.after),
    entry.requestId,
    entry.address,
  ])
  return createHash('sha256').update(previous).update(said).digest()
}

/** jsonb forgets the order of keys, so the hash must not depend on it. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, canonical(item)])
}

/** Appends to the tenant's chain. Takes the tenant's lock if the transaction has not yet. */
export async function insertAuditEvents(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  const first = entries[0]
  if (first === undefined) return
  let { sequence, hash } = await auditHead(tx, first.tenantId)
  for (const entry of entries) {
    const previousHash = hash
    sequence += 1
    hash = auditHash(entry, sequence, previousHash)
    await tx
      .insertInto('auditEvent')
      .values({
        ...entry,
        tenantId: uuid(entry.tenantId),
        accountId: uuid(entry.accountId),
        id: uuid(entry.id),
        sequence: BigInt(sequence),
        before: entry.before && JSON.stringify(entry.before),
        after: entry.after && JSON.stringify(entry.after),
        previousHash,
        hash,
      })
      .execute()
  }
  await moveAuditHead(tx, first.tenantId, { sequence, hash })
}

export interface Denial {
  readonly id: Id<'aud'>
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly actorId: string
  readonly operation: string
  readonly targetId: string
  readonly reason: string
  readonly requestId: string
  readonly address: string | null
}

export async function insertDenial(tx: Tx, denial: Denial): Promise<void> {
  await tx
    .insertInto('auditDenial')
    .values({
      ...denial,
      id: uuid(denial.id),
      tenantId: uuid(denial.tenantId),
      accountId: uuid(denial.accountId),
    })
    .execute()
}

export async function listAuditEvents(tx: Tx, accountId: AccountId, request: PageRequest) {
  let query = tx.selectFrom('auditEvent').selectAll().where('accountId', '=', uuid(accountId))
  const { operation, actor, target, from, to } = request.filter
  if (operation) query = query.where('operation', '=', operation)
  if (actor)
    query = query.where((w) => w.or([w('actorId', '=', actor), w('actorName', '=', actor)]))
  if (target) {
    query = query.where((w) => w.or([w('targetId', '=', target), w('targetName', '=', target)]))
  }
  if (from) query = query.where('at', '>=', new Date(from))
  if (to) query = query.where('at', '<', new Date(to))
  const columns = { sequence: { column: 'audit_event.sequence', type: 'bigint' } } as const
  const page = await fetchPage(query, request, columns, 'audit_event.id', 'uuid', false)
  return { ...page, rows: page.rows.map(fromRow) }
}

export async function findAuditEvent(tx: Tx, accountId: AccountId, id: Id<'aud'>) {
  const row = await tx
    .selectFrom('auditEvent')
    .selectAll()
    .where('accountId', '=', uuid(accountId))
    .where('id', '=', uuid(id))
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listDenials(tx: Tx, accountId: AccountId, request: PageRequest) {
  const query = tx.selectFrom('auditDenial').selectAll().where('accountId', '=', uuid(accountId))
  const columns = { at: { column: 'audit_denial.at', type: 'timestamptz' } } as const
  const page = await fetchPage(query, request, columns, 'audit_denial.id', 'uuid', false)
  return { ...page, rows: page.rows.map((row) => ({ ...row, id: typed('aud', row.id) })) }
}

interface DatabaseRow {
  tenantId: string
  accountId: string
  id: string
  sequence: bigint
  at: Date
  actorId: string
  actorName: string
  tokenId: string | null
  sessionId: string | null
  operation: string
  targetKind: string
  targetId: string
  targetName: string
  before: unknown
  after: unknown
  requestId: string
  address: string | null
  hash: Buffer
}

export type AuditEventRow = AuditEntry & { readonly sequence: number; readonly hash: Buffer }

function fromRow(row: DatabaseRow): AuditEventRow {
  return {
    ...row,
    tenantId: typed('tnt', row.tenantId),
    accountId: typed('acct', row.accountId),
    id: typed('aud', row.id),
    sequence: Number(row.sequence),
    before: row.before as AuditEntry['before'],
    after: row.after as AuditEntry['after'],
  }
}
