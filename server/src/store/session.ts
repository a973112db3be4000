/** Sessions of people. Deleting one deletes its credential: it works nowhere from then on. */
import type { SessionId, TenantId, UserId } from '@commonhold/core'
import { isId, uuidOf } from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'

export interface SessionRow {
  readonly id: SessionId
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly address: string | null
  readonly userAgent: string | null
}

export async function insertSession(
  tx: Tx,
  session: {
    tenantId: TenantId
    id: SessionId
    userId: UserId
    createdAt: Date
    expiresAt: Date
    address: string | null
    userAgent: string | null
  },
): Promise<void> {
  const { tenantId, id, userId, ...rest } = session
  await tx
    .insertInto('session')
    .values({
      ...rest,
      lastSeenAt: session.createdAt,
      tenantId: uuid(tenantId),
      id: uuid(id),
      userId: uuid(userId),
    })
    .execute()
}

export async function listSessions(tx: Tx, userId: UserId): Promise<SessionRow[]> {
  const rows = await tx
    .selectFrom('session')
    .selectAll()
    .where('userId', '=', uuid(userId))
    .orderBy('lastSeenAt', 'desc')
    .execute()
  return rows.map(({ id, createdAt, lastSeenAt, expiresAt, address, userAgent }) => ({
    id: typed('sess', id),
    createdAt,
    lastSeenAt,
    expiresAt,
    address,
    userAgent,
  }))
}

/** @returns false when the user has no such session */
export async function deleteSession(tx: Tx, userId: UserId, reference: string): Promise<boolean> {
  if (!isId(reference, 'sess')) return false
  const { numDeletedRows } = await tx
    .deleteFrom('session')
    .where('userId', '=', uuid(userId))
    .where('id', '=', uuidOf(reference))
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

/** @param except the one to keep @returns how many ended */
export async function deleteSessionsOf(
  tx: Tx,
  userId: UserId,
  except: SessionId | null = null,
): Promise<number> {
  let query = tx.deleteFrom('session').where('userId', '=', uuid(userId))
  if (except !== null) query = query.where('id', '<>', uuid(except))
  const { numDeletedRows } = await query.executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** The session goes on, under a new secret that is inserted next. */
export async function deleteCredentialsOfSession(tx: Tx, id: SessionId): Promise<void> {
  await tx.deleteFrom('credential').where('sessionId', '=', uuid(id)).execute()
}

/** @param unlessSince a session seen after that is left as it is */
export async function touchSession(
  tx: Tx,
  id: SessionId,
  seenAt: Date,
  unlessSince: Date,
): Promise<void> {
  await tx
    .updateTable('session')
    .set({ lastSeenAt: seenAt })
    .where('id', '=', uuid(id))
    .where('lastSeenAt', '<', unlessSince)
    .execute()
}
