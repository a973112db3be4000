/**
 * Messages to webhooks. One is written in the transaction that causes it, as mail is (store/mail.ts):
 * never sent for what was rolled back, and at least once for what was not, with the same id in every
 * attempt. How it went stays for its time, for whoever looks why nothing arrives.
 */
import { type AccountId, type Id, isId, type TenantId, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import type { TenantKey } from '../crypto/envelope.ts'
import { newId } from '../crypto/new-id.ts'
import { loadTenant } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { secretsOf, type WebhookId } from './webhook.ts'

/** Told when one is written, with the tenant's UUID. */
export const deliveryChannel = 'commonhold_webhook_delivery'
/** How long it is told how a delivery went. */
export const deliveriesKeptDays = 30

export type DeliveryId = Id<'dlv'>
export type WebhookEvent = 'budget.threshold' | 'usage-limit.threshold' | 'webhook.test'

export interface DeliveryRow {
  readonly id: DeliveryId
  readonly webhookId: WebhookId
  readonly event: WebhookEvent
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly attempts: number
  readonly createdAt: Date
  readonly nextTryAt: Date
  readonly lastTryAt: Date | null
  /** What the receiver answered; null where it did not. */
  readonly lastStatus: number | null
  readonly lastError: string | null
}

const selectDelivery = (tx: Tx) =>
  tx
    .selectFrom('webhookDelivery')
    .select(['id', 'webhookId', 'event', 'state', 'attempts', 'createdAt', 'nextTryAt'])
    .select(['lastTryAt', 'lastStatus', 'lastError'])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectDelivery>['executeTakeFirstOrThrow']>>

const fromRow = (row: DatabaseRow): DeliveryRow => ({
  ...row,
  id: typed('dlv', row.id),
  webhookId: typed('hook', row.webhookId),
  event: row.event as WebhookEvent,
  state: row.state as DeliveryRow['state'],
})

/**
 * @param data what the message tells; when and what it is of is added
 * @returns the id of the message
 */
export async function insertDelivery(
  tx: Tx,
  tenantId: TenantId,
  to: { readonly accountId: AccountId; readonly webhookId: WebhookId },
  event: WebhookEvent,
  at: Date,
  data: object,
): Promise<DeliveryId> {
  const id = newId('dlv')
  await tx
    .insertInto('webhookDelivery')
    .values({
      tenantId: uuid(tenantId),
      accountId: uuid(to.accountId),
      id: uuid(id),
      webhookId: uuid(to.webhookId),
      event,
      body: JSON.stringify({ type: event, timestamp: at.toISOString(), data }),
    })
    .execute()
  await wakeSenders(tx, tenantId)
  return id
}

/** Nothing is sent out of a throw-away tenant of a check. */
async function wakeSenders(tx: Tx, tenantId: TenantId): Promise<void> {
  const tenant = await loadTenant(tx, tenantId)
  if (tenant === null || tenant.checkUntil !== null) return
  await sql`select pg_notify(${deliveryChannel}, ${uuid(tenantId)})`.execute(tx)
}

export async function findDelivery(
  tx: Tx,
  webhookId: WebhookId,
  reference: string,
): Promise<DeliveryRow | null> {
  if (!isId(reference, 'dlv')) return null
  const row = await selectDelivery(tx)
    .where('webhookId', '=', uuid(webhookId))
    .where('id', '=', uuidOf(reference))
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listDeliveries(tx: Tx, webhookId: WebhookId, request: PageRequest) {
  const page = await fetchPage(
    selectDelivery(tx).where('webhookId', '=', uuid(webhookId)),
    request,
    { createdAt: { column: 'webhook_delivery.created_at', type: 'timestamptz' } },
    'webhook_delivery.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

/** The latest message to each of them. */
export async function lastDeliveries(
  tx: Tx,
  webhookIds: readonly WebhookId[],
): Promise<Map<WebhookId, DeliveryRow>> {
  const rows = await selectDelivery(tx)
    .where('webhookId', 'in', webhookIds.length === 0 ? [null as never] : webhookIds.map(uuid))
    .distinctOn('webhookId')
    .orderBy('webhookId')
    .orderBy('createdAt', 'desc')
    .execute()
  return new Map(rows.map(fromRow).map((row) => [row.webhookId, row]))
}

/** From the first attempt on again, with the id that it has. */
export async function replayDelivery(tx: Tx, tenantId: TenantId, id: DeliveryId): Promise<void> {
  await tx
    .updateTable('webhookDelivery')
    .set({ state: 'pending', attempts: 0, nextTryAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
  await wakeSenders(tx, tenantId)
}

export interface DueDelivery {
  readonly id: DeliveryId
  readonly address: string
  readonly body: string
  readonly secrets: readonly string[]
  /** How often it has been tried, this time included. */
  readonly attempts: number
}

/**
 * Takes what is due and puts its next try off, so that two workers never hold the same message and
 * whoever dies while sending leaves it to be tried again.
 *
 * @param retrySeconds how long to wait after the n-th attempt
 */
export async function takeDueDeliveries(
  tx: Tx,
  key: TenantKey,
  now: Date,
  limit: number,
  retrySeconds: (attempts: number) => number,
): Promise<DueDelivery[]> {
  const { rows } = await sql<{
    id: string
    body: string
    attempts: number
    address: string
    webhookUuid: string
    secret: Buffer
    previousSecret: Buffer | null
    previousUntil: Date | null
  }>`select d.id, d.body, d.attempts, h.address, h.id as webhook_uuid, h.secret,
      h.previous_secret, h.previous_until
    from webhook_delivery d
    join webhook h on h.tenant_id = d.tenant_id and h.id = d.webhook_id
    where d.state = 'pending' and d.next_try_at <= ${now}
    order by d.next_try_at limit ${limit} for update of d skip locked`.execute(tx)
  for (const { id, attempts } of rows) {
    const nextTryAt = new Date(now.getTime() + retrySeconds(attempts + 1) * 1_000)
    await tx
      .updateTable('webhookDelivery')
      .set({ attempts: attempts + 1, nextTryAt, lastTryAt: now })
      .where('id', '=', id)
      .execute()
  }
  return rows.map((row) => ({
    id: typed('dlv', row.id),
    address: row.address,
    body: row.body,
    secrets: secretsOf(key, row, now),
    attempts: row.attempts + 1,
  }))
}

/** @param outcome how an attempt went */
export async function noteDelivery(
  tx: Tx,
  id: DeliveryId,
  outcome: {
    readonly state: DeliveryRow['state']
    readonly status: number | null
    readonly error: string | null
  },
): Promise<void> {
  const { state, status, error } = outcome
  await tx
    .updateTable('webhookDelivery')
    .set({ state, lastStatus: status, lastError: error })
    .where('id', '=', uuid(id))
    .execute()
}
