/**
 * Keys under which callers asked the gateway for something that costs, and what became of it: a key spends
 * once (docs/decisions/0023-a-key-spends-once.md). Only calls that bring one come here. Whoever writes the
 * row has the key; a gateway that died left it `running`, which is told by its epoch or its silence.
 */
import type { AccountId, PrincipalId, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { seenAgoMsMax } from './gateway-source.ts'
import type { LeaseSource } from './pool.ts'

/** How long a key is remembered. */
export const spendingKeyHours = 24

export interface SpendingKeyPlace {
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly principalId: PrincipalId
  readonly route: string
  /** SHA-256 of what the caller sent. */
  readonly keyHash: Buffer
}

export interface SpendingClaim {
  readonly requestHash: Buffer
  /** A UUID. */
  readonly requestId: string
  /** The gateway in which the call runs. */
  readonly source: LeaseSource
}

/** What is known of a key that somebody has already. */
export interface KeptSpending {
  readonly requestHash: Buffer
  readonly requestId: string
  readonly state: 'running' | 'answered' | 'spent'
  /** Encrypted; null where it was too large to be kept, or there is none. */
  readonly answer: Buffer | null
  /** The gateway in which it runs is not there any more. */
  readonly isAbandoned: boolean
}

const since = sql<Date>`now() - ${`${spendingKeyHours} hours`}::interval`

const placed = (place: SpendingKeyPlace) => ({
  tenantId: uuid(place.tenantId),
  accountId: uuid(place.accountId),
  principalId: uuid(place.principalId),
  route: place.route,
  keyHash: place.keyHash,
})

/** @returns null where the key is the caller's now; else what became of its first use */
export async function claimSpendingKey(
  tx: Tx,
  place: SpendingKeyPlace,
  { requestHash, requestId, source }: SpendingClaim,
): Promise<KeptSpending | null> {
  const claim = {
    requestHash,
    requestId,
    sourceId: source.sourceId,
    sourceEpoch: BigInt(source.epoch),
    state: 'running',
    answer: null,
    answerBytes: 0,
    beganAt: sql<Date>`now()`,
  }
  const claimed = await tx
    .insertInto('spendingKey')
    .values({ ...placed(place), ...claim })
    .onConflict((conflict) =>
      conflict
        .columns(['tenantId', 'accountId', 'principalId', 'route', 'keyHash'])
        .doUpdateSet(claim)
        .where('spendingKey.beganAt', '<=', since),
    )
    .returning('requestId')
    .executeTakeFirst()
  if (claimed) return null
  const row = await tx
    .selectFrom('spendingKey as k')
    .leftJoin('gatewaySource as s', 's.id', 'k.sourceId')
    .select(['k.requestHash', 'k.requestId', 'k.state', 'k.answer'])
    .select(
      sql<boolean>`coalesce(s.epoch > k.source_epoch or s.stopped_at is not null
        or s.seen_at < now() - ${`${seenAgoMsMax} milliseconds`}::interval, false)`.as(
        'isAbandoned',
      ),
    )
    .where('k.accountId', '=', uuid(place.accountId))
    .where('k.principalId', '=', uuid(place.principalId))
    .where('k.route', '=', place.route)
    .where('k.keyHash', '=', place.keyHash)
    .executeTakeFirst()
  // It was given back between the two statements.
  if (!row) return claimSpendingKey(tx, place, { requestHash, requestId, source })
  return { ...row, state: row.state as KeptSpending['state'] }
}

/** The call that has the key is over, and what it did is billed. */
export async function endSpending(
  tx: Tx,
  place: SpendingKeyPlace,
  requestId: string,
  { state, answer }: { state: 'answered' | 'spent'; answer: Buffer | null },
): Promise<void> {
  await tx
    .updateTable('spendingKey')
    .set({ state, answer, answerBytes: answer?.length ?? 0 })
    .where((where) => where.and(placed(place)))
    .where('requestId', '=', requestId)
    .execute()
}

/** The call that has the key is over, and cost nothing: the key is free for another try. */
export async function freeSpendingKey(
  tx: Tx,
  place: SpendingKeyPlace,
  requestId: string,
): Promise<void> {
  await tx
    .deleteFrom('spendingKey')
    .where((where) => where.and(placed(place)))
    .where('requestId', '=', requestId)
    .execute()
}

/** How many keys of an account are remembered, and how many bytes of answers. */
export async function countSpendingKeys(
  tx: Tx,
  accountId: AccountId,
): Promise<{ keys: number; bytes: number }> {
  const { keys, bytes } = await tx
    .selectFrom('spendingKey')
    .select([
      sql<bigint>`count(*)`.as('keys'),
      sql<bigint>`coalesce(sum(answer_bytes), 0)::bigint`.as('bytes'),
    ])
    .where('accountId', '=', uuid(accountId))
    .executeTakeFirstOrThrow()
  return { keys: Number(keys), bytes: Number(bytes) }
}

/** @returns how many were forgotten */
export async function deleteOldSpendingKeys(tx: Tx): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('spendingKey')
    .where('beganAt', '<=', since)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
