/**
 * Mail that waits to be sent. Written in the transaction that causes it: never sent for a change that
 * was rolled back, and at least once for one that was not. Its body holds links that work as
 * passwords, so it is encrypted for its row, and gone once sent.
 */
import type { TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import type { TenantKey, Vault } from '../crypto/envelope.ts'
import { newUuid } from '../crypto/new-id.ts'
import { loadTenant } from './caller.ts'
import { type Tx, uuid } from './database.ts'
import { loadTenantKey } from './tenant-key.ts'

/** Told on insertion, with the tenant's UUID: the worker need not look at every tenant for mail. */
export const mailChannel = 'commonhold_mail'

export interface Mail {
  readonly recipient: string
  readonly subject: string
  readonly body: string
}

const placeOf = (mailUuid: string) => `mail/${mailUuid}`

/** Nothing is written in a throw-away tenant of a check: the people in it are made up. */
export async function insertMail(
  tx: Tx,
  vault: Vault,
  tenantId: TenantId,
  { recipient, subject, body }: Mail,
): Promise<void> {
  const tenant = await loadTenant(tx, tenantId)
  if (tenant === null || tenant.checkUntil !== null) return
  const key = await loadTenantKey(tx, vault, tenantId)
  const id = newUuid()
  await tx
    .insertInto('mail')
    .values({
      tenantId: uuid(tenantId),
      id,
      recipient,
      subject,
      body: key.encrypt(body, placeOf(id)),
    })
    .execute()
  await sql`select pg_notify(${mailChannel}, ${uuid(tenantId)})`.execute(tx)
}

export interface DueMail extends Mail {
  readonly id: string
  /** How often it has been tried, this time included. */
  readonly attempts: number
}

/**
 * Takes mails that are due, and puts their next try off: whoever dies while sending leaves them to be
 * tried again, and two workers never hold the same one.
 * @param retrySeconds how long to wait after the n-th attempt
 */
export async function takeDueMail(
  tx: Tx,
  key: TenantKey,
  now: Date,
  limit: number,
  retrySeconds: (attempts: number) => number,
): Promise<DueMail[]> {
  const rows = await tx
    .selectFrom('mail')
    .selectAll()
    .where('nextTryAt', '<=', now)
    .orderBy('createdAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  for (const { id, attempts } of rows) {
    const nextTryAt = new Date(now.getTime() + retrySeconds(attempts + 1) * 1_000)
    await tx
      .updateTable('mail')
      .set({ attempts: attempts + 1, nextTryAt })
      .where('id', '=', id)
      .execute()
  }
  return rows.map(({ id, recipient, subject, body, attempts }) => ({
    id,
    recipient,
    subject,
    body: key.decrypt(body, placeOf(id)),
    attempts: attempts + 1,
  }))
}

export async function deleteMail(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('mail').where('id', '=', id).execute()
}

export async function noteMailError(tx: Tx, id: string, error: string): Promise<void> {
  await tx.updateTable('mail').set({ lastError: error }).where('id', '=', id).execute()
}

/** When the next mail of the tenant is due; null while there is none. */
export async function nextMailAt(tx: Tx): Promise<Date | null> {
  const row = await tx
    .selectFrom('mail')
    .select((select) => select.fn.min('nextTryAt').as('at'))
    .executeTakeFirst()
  return row?.at ?? null
}
