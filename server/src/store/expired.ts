/** What has had its time. Nothing of it works any more when it goes: it only takes up room. */
import { sql } from 'kysely'
import { alertsKeptDays } from './alert.ts'
import { deleteOldResponses } from './background-response.ts'
import { sessionIdleHoursMax } from './caller.ts'
import type { Tx } from './database.ts'
import { answersKeptMinutes } from './gateway-question.ts'
import { idempotencyKeptHours } from './idempotency-key.ts'
import { deleteOldSpendingKeys } from './spending-key.ts'
import { deliveriesKeptDays } from './webhook-delivery.ts'

/** How long an invitation that ran out, or was used, is still listed. */
export const invitationKeptDays = 30
/** Readers of the change feed that are further behind load everything anew. */
export const changeKeptHours = 24

const ago = (length: number, unit: 'hours' | 'days') =>
  sql<Date>`now() - ${`${length} ${unit}`}::interval`

/** @returns how many rows went, by what they were */
export async function deleteExpired(tx: Tx): Promise<Record<string, number>> {
  const sessions = await tx
    .deleteFrom('session')
    .where((where) =>
      where.or([
        where('expiresAt', '<=', sql<Date>`now()`),
        where('lastSeenAt', '<=', ago(sessionIdleHoursMax, 'hours')),
      ]),
    )
    .executeTakeFirstOrThrow()
  const invitations = await tx
    .deleteFrom('invitation')
    .where('expiresAt', '<=', ago(invitationKeptDays, 'days'))
    .executeTakeFirstOrThrow()
  const idempotencyKeys = await tx
    .deleteFrom('idempotencyKey')
    .where('createdAt', '<=', ago(idempotencyKeptHours, 'hours'))
    .executeTakeFirstOrThrow()
  const spendingKeys = await deleteOldSpendingKeys(tx)
  const backgroundResponses = await deleteOldResponses(tx)
  const transfers = await tx
    .deleteFrom('transfer')
    .where('state', '=', 'offered')
    .where('expiresAt', '<=', sql<Date>`now()`)
    .executeTakeFirstOrThrow()
  const gatewayAnswers = await tx
    .deleteFrom('gatewayAnswer')
    .where('at', '<=', sql<Date>`now() - ${`${answersKeptMinutes} minutes`}::interval`)
    .executeTakeFirstOrThrow()
  const changes = await tx
    .deleteFrom('change')
    .where('at', '<=', ago(changeKeptHours, 'hours'))
    .executeTakeFirstOrThrow()
  const deliveries = await tx
    .deleteFrom('webhookDelivery')
    .where('createdAt', '<=', ago(deliveriesKeptDays, 'days'))
    .executeTakeFirstOrThrow()
  const alerts = await tx
    .deleteFrom('alert')
    .where('endsAt', '<=', ago(alertsKeptDays, 'days'))
    .executeTakeFirstOrThrow()
  return {
    sessions: Number(sessions.numDeletedRows),
    invitations: Number(invitations.numDeletedRows),
    idempotencyKeys: Number(idempotencyKeys.numDeletedRows),
    spendingKeys,
    backgroundResponses,
    transfers: Number(transfers.numDeletedRows),
    gatewayAnswers: Number(gatewayAnswers.numDeletedRows),
    changes: Number(changes.numDeletedRows),
    deliveries: Number(deliveries.numDeletedRows),
    alerts: Number(alerts.numDeletedRows),
  }
}
