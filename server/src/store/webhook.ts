/** Webhooks of an account. The secret that signs their messages is encrypted for its row. */
import { type AccountId, type Id, isId, type TenantId, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import type { TenantKey } from '../crypto/envelope.ts'
import { type Tx, typed, uuid } from './database.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export type WebhookId = Id<'hook'>

export interface WebhookRow extends ObjectRow {
  readonly id: WebhookId
  readonly accountId: AccountId
  readonly address: string
  /** Until when the secret before the present one signs as well. */
  readonly previousUntil: Date | null
}

const selectWebhook = (tx: Tx, accountId: AccountId) =>
  tx.selectFrom('webhook').selectAll().where('accountId', '=', uuid(accountId))

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectWebhook>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): WebhookRow {
  const { address, previousUntil } = row
  const accountId = typed('acct', row.accountId)
  return { ...objectRow(row, typed('hook', row.id)), accountId, address, previousUntil }
}

/** @param reference an id or a name */
export async function findWebhook(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<WebhookRow | null> {
  const query = selectWebhook(tx, accountId)
  const row = await (isId(reference, 'hook')
    ? query.where('id', '=', uuidOf(reference))
    : query.where('name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listWebhooks(tx: Tx, accountId: AccountId, request: PageRequest) {
  let query = selectWebhook(tx, accountId)
  if (request.q) query = query.where('name', 'like', containing(request.q))
  const page = await fetchPage(
    query,
    request,
    {
      name: { column: 'webhook.name', type: 'text' },
      createdAt: { column: 'webhook.created_at', type: 'timestamptz' },
    },
    'webhook.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

export async function countWebhooks(tx: Tx, accountId: AccountId): Promise<number> {
  const { count } = await selectWebhook(tx, accountId)
    .clearSelect()
    .select(sql<bigint>`count(*)`.as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

const placeOf = (webhookUuid: string) => `webhook/${webhookUuid}`

export async function insertWebhook(
  tx: Tx,
  key: TenantKey,
  webhook: {
    tenantId: TenantId
    accountId: AccountId
    id: WebhookId
    name: string
    displayName: string
    address: string
    secret: string
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, secret, ...rest } = webhook
  await tx
    .insertInto('webhook')
    .values({
      ...rest,
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      id: uuid(id),
      secret: key.encrypt(secret, placeOf(uuid(id))),
    })
    .execute()
}

export async function updateWebhook(
  tx: Tx,
  id: WebhookId,
  changes: {
    name?: string | undefined
    displayName?: string | undefined
    address?: string | undefined
  },
): Promise<void> {
  await tx
    .updateTable('webhook')
    .set({ ...changes, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}

/** @param previousUntil until when the present secret signs as well; null: no longer */
export async function rotateWebhook(
  tx: Tx,
  key: TenantKey,
  id: WebhookId,
  secret: string,
  previousUntil: Date | null,
): Promise<void> {
  await tx
    .updateTable('webhook')
    .set({
      secret: key.encrypt(secret, placeOf(uuid(id))),
      previousSecret: previousUntil === null ? null : sql<Buffer>`secret`,
      previousUntil,
    })
    .where('id', '=', uuid(id))
    .execute()
}

export async function deleteWebhook(tx: Tx, id: WebhookId): Promise<void> {
  await tx.deleteFrom('webhook').where('id', '=', uuid(id)).execute()
}

/** @returns the secrets that sign a message now: the present one first, never none */
export function secretsOf(
  key: TenantKey,
  row: {
    readonly webhookUuid: string
    readonly secret: Buffer
    readonly previousSecret: Buffer | null
    readonly previousUntil: Date | null
  },
  now: Date,
): string[] {
  const { webhookUuid, secret, previousSecret, previousUntil } = row
  const isOverlapping = previousSecret !== null && previousUntil !== null && previousUntil > now
  const open = (value: Buffer) => key.decrypt(value, placeOf(webhookUuid))
  return isOverlapping ? [open(secret), open(previousSecret)] : [open(secret)]
}
