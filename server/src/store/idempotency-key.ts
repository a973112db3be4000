/** Answers kept for a repeated request, encrypted: a created token's answer holds its secret. */
import type { AccountId, PrincipalId, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'

export const idempotencyKeptHours = 24

export interface IdempotencyPlace {
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly principalId: PrincipalId
  readonly operation: string
  readonly key: string
}

const columns = (place: IdempotencyPlace) => ({
  tenantId: uuid(place.tenantId),
  accountId: uuid(place.accountId),
  principalId: uuid(place.principalId),
  operation: place.operation,
  key: place.key,
})

export async function findIdempotent(tx: Tx, place: IdempotencyPlace) {
  return tx
    .selectFrom('idempotencyKey')
    .select(['requestHash', 'response', 'status'])
    .where((where) => where.and(columns(place)))
    .where('createdAt', '>', sql<Date>`now() - ${`${idempotencyKeptHours} hours`}::interval`)
    .executeTakeFirst()
}

export async function keepIdempotent(
  tx: Tx,
  place: IdempotencyPlace,
  kept: { requestHash: Buffer; response: Buffer; status: number },
): Promise<void> {
  await tx
    .insertInto('idempotencyKey')
    .values({ ...columns(place), ...kept })
    .onConflict((conflict) =>
      conflict
        .columns(['tenantId', 'accountId', 'principalId', 'operation', 'key'])
        .doUpdateSet({ ...kept, createdAt: sql<Date>`now()` }),
    )
    .execute()
}
