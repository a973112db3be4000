/**
 * Transfers: open offers between two accounts, and the move itself. An accepted offer stays as a row,
 * because the database lets a resource change hands only in the transaction that accepted one for it
 * (schema.sql, check_owner); what people read of it later is in the audit logs of both accounts.
 */
import {
  type AccountId,
  isId,
  type ResourceId,
  type ResourceKind,
  type TenantId,
  type TransferId,
  uuidOf,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { resourceIdOf } from './resource-id.ts'

export interface TransferRow {
  readonly id: TransferId
  readonly from: { readonly id: AccountId; readonly name: string }
  readonly to: { readonly id: AccountId; readonly name: string }
  readonly resource: {
    readonly id: ResourceId
    readonly kind: ResourceKind
    readonly parentId: ResourceId | null
    readonly name: string
    readonly parentName: string | null
    readonly displayName: string
  }
  /** How many things of the giving account live in it. */
  readonly contains: number
  readonly withSecrets: boolean
  readonly state: 'offered' | 'accepted'
  readonly createdAt: Date
  readonly createdBy: string
  readonly expiresAt: Date
}

const selectTransfer = (tx: Tx) =>
  tx
    .selectFrom('transfer')
    .innerJoin('resource', 'resource.id', 'transfer.resourceId')
    .leftJoin('resource as parent', 'parent.id', 'resource.parentId')
    .innerJoin('account as giver', 'giver.id', 'transfer.accountId')
    .innerJoin('account as receiver', 'receiver.id', 'transfer.toAccountId')
    .selectAll('transfer')
    .select([
      'resource.kind',
      'resource.parentId',
      'resource.name as resourceName',
      'resource.displayName',
      'parent.kind as parentKind',
      'parent.name as parentName',
      'giver.name as giverName',
      'receiver.name as receiverName',
      sql<bigint>`(select count(*) from resource c where c.parent_id = resource.id
        and c.account_id = resource.account_id)`.as('contains'),
    ])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectTransfer>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): TransferRow {
  const { parentId, parentKind, parentName, createdAt, createdBy, expiresAt } = row
  return {
    id: typed('trf', row.id),
    from: { id: typed('acct', row.accountId), name: row.giverName },
    to: { id: typed('acct', row.toAccountId), name: row.receiverName },
    resource: {
      id: resourceIdOf(row.kind, row.resourceId),
      kind: row.kind as ResourceKind,
      parentId: parentId === null ? null : resourceIdOf(parentKind!, parentId),
      name: row.resourceName,
      parentName,
      displayName: row.displayName,
    },
    contains: Number(row.contains),
    withSecrets: row.withSecrets,
    state: row.state as TransferRow['state'],
    createdAt,
    createdBy,
    expiresAt,
  }
}

/** @param account the one that gives or the one that is given */
const openTransfers = (tx: Tx, account: AccountId, now: Date) =>
  selectTransfer(tx)
    .where('transfer.state', '=', 'offered')
    .where('transfer.expiresAt', '>', now)
    .where((where) =>
      where.or([
        where('transfer.accountId', '=', uuid(account)),
        where('transfer.toAccountId', '=', uuid(account)),
      ]),
    )

/** @param reference an id: an offer has no name */
export async function findOpenTransfer(
  tx: Tx,
  account: AccountId,
  reference: string,
  now: Date,
): Promise<TransferRow | null> {
  if (!isId(reference, 'trf')) return null
  const row = await openTransfers(tx, account, now)
    .where('transfer.id', '=', uuidOf(reference))
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function readTransfer(tx: Tx, id: TransferId): Promise<TransferRow> {
  const query = selectTransfer(tx).where('transfer.id', '=', uuid(id))
  return fromRow(await query.executeTakeFirstOrThrow())
}

export async function listOpenTransfers(
  tx: Tx,
  account: AccountId,
  request: PageRequest,
  now: Date,
) {
  const { direction, kind } = request.filter
  let query = openTransfers(tx, account, now)
  if (kind) query = query.where('resource.kind', '=', kind)
  if (direction) {
    const column = direction === 'in' ? 'transfer.toAccountId' : 'transfer.accountId'
    query = query.where(column, '=', uuid(account))
  }
  const page = await fetchPage(
    query as never,
    request,
    { createdAt: { column: 'transfer.created_at', type: 'timestamptz' } },
    'transfer.id',
    'uuid',
    false,
  )
  return { ...page, rows: (page.rows as DatabaseRow[]).map(fromRow) }
}

export async function countOpenTransfersFrom(
  tx: Tx,
  account: AccountId,
  now: Date,
): Promise<number> {
  const { count } = await tx
    .selectFrom('transfer')
    .select(sql<bigint>`count(*)`.as('count'))
    .where('accountId', '=', uuid(account))
    .where('state', '=', 'offered')
    .where('expiresAt', '>', now)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertTransfer(
  tx: Tx,
  transfer: {
    tenantId: TenantId
    accountId: AccountId
    id: TransferId
    resourceId: ResourceId
    toAccountId: AccountId
    withSecrets: boolean
    createdBy: string
    createdAt: Date
    expiresAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('transfer')
    .values({
      ...transfer,
      tenantId: uuid(transfer.tenantId),
      accountId: uuid(transfer.accountId),
      id: uuid(transfer.id),
      resourceId: uuid(transfer.resourceId),
      toAccountId: uuid(transfer.toAccountId),
    })
    .execute()
}

export async function deleteTransfer(tx: Tx, id: TransferId): Promise<void> {
  await tx.deleteFrom('transfer').where('id', '=', uuid(id)).execute()
}

/** The open offer of a resource, if there is one. One that ran out is deleted on the way. */
export async function openOfferOf(
  tx: Tx,
  resource: ResourceId,
  now: Date,
): Promise<TransferRow | null> {
  await tx
    .deleteFrom('transfer')
    .where('resourceId', '=', uuid(resource))
    .where('state', '=', 'offered')
    .where('expiresAt', '<=', now)
    .execute()
  const row = await selectTransfer(tx)
    .where('transfer.resourceId', '=', uuid(resource))
    .where('transfer.state', '=', 'offered')
    .executeTakeFirst()
  return row ? fromRow(row) : null
}
