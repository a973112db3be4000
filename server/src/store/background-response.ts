/**
 * Responses in the background. One belongs to the principal that asked for it, in the account in which it
 * acted: to anybody else it does not exist. What is held for it is leased by a source of its own
 * (own-leases.ts), and settled once, under the lock of its row.
 */
import type { AccountId, Id, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import type { BatchOwner } from './batch.ts'
import { type Tx, typed, uuid } from './database.ts'
import { type OwnHold, settleOwnLeases, takeOwnLeases } from './own-leases.ts'
import type { LeaseAnswer } from './pool.ts'
import type { AppliedOutcome } from './usage-record.ts'

/** How long one is remembered after it was asked for: as long as OpenAI keeps what is stored there. */
export const responseKeptDays = 30
/** How many of a tenant's are followed in one go. */
const followedMax = 1_000

export interface NewResponse {
  readonly id: Id<'resp'>
  readonly providerAccountId: Id<'pacc'>
  readonly modelId: Id<'mdl'>
  readonly previousId: Id<'resp'> | null
  readonly facts: unknown
  readonly inputTokens: number
}

export interface BackgroundResponse extends NewResponse {
  readonly upstreamId: string | null
  readonly usedTokens: number | null
  readonly createdAt: Date
  readonly isSettled: boolean
  readonly isDeleted: boolean
}

/**
 * Holds what it may cost at most in every limit, and writes it down, in the caller's transaction: where
 * not all of it was granted, he has to roll back.
 * @returns how full each pool is, in the order of the holds
 */
export async function insertResponse(
  tx: Tx,
  { tenantId, accountId, principalId }: BatchOwner,
  response: NewResponse,
  holds: readonly OwnHold[],
): Promise<LeaseAnswer[]> {
  const { id, providerAccountId, modelId, previousId, facts, inputTokens } = response
  const answers = await takeOwnLeases(tx, tenantId, uuid(id), holds)
  await tx
    .insertInto('backgroundResponse')
    .values({
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      principalId: uuid(principalId),
      id: uuid(id),
      providerAccountId: uuid(providerAccountId),
      modelId: uuid(modelId),
      previousId: previousId && uuid(previousId),
      facts: JSON.stringify(facts),
      inputTokens: BigInt(inputTokens),
    })
    .execute()
  return answers
}

/** @returns null for one that is another's, or deleted, or none */
export async function ownResponse(
  tx: Tx,
  owner: BatchOwner,
  id: Id<'resp'>,
): Promise<BackgroundResponse | null> {
  const row = await tx
    .selectFrom('backgroundResponse')
    .selectAll()
    .where('accountId', '=', uuid(owner.accountId))
    .where('principalId', '=', uuid(owner.principalId))
    .where('id', '=', uuid(id))
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  return row ? responseOf(row) : null
}

/** @returns those of the tenant that are not settled yet, with their accounts */
export async function openResponses(tx: Tx): Promise<[AccountId, BackgroundResponse][]> {
  const rows = await tx
    .selectFrom('backgroundResponse')
    .selectAll()
    .where('settledAt', 'is', null)
    .orderBy('id')
    .limit(followedMax)
    .execute()
  return rows.map((row) => [typed('acct', row.accountId), responseOf(row)])
}

function responseOf(row: {
  id: string
  providerAccountId: string
  modelId: string
  previousId: string | null
  upstreamId: string | null
  facts: unknown
  inputTokens: bigint
  usedTokens: bigint | null
  createdAt: Date
  settledAt: Date | null
  deletedAt: Date | null
}): BackgroundResponse {
  return {
    id: typed('resp', row.id),
    providerAccountId: typed('pacc', row.providerAccountId),
    modelId: typed('mdl', row.modelId),
    previousId: row.previousId === null ? null : typed('resp', row.previousId),
    upstreamId: row.upstreamId,
    facts: row.facts,
    inputTokens: Number(row.inputTokens),
    usedTokens: row.usedTokens === null ? null : Number(row.usedTokens),
    createdAt: row.createdAt,
    isSettled: row.settledAt !== null,
    isDeleted: row.deletedAt !== null,
  }
}

const placed = (accountId: AccountId, id: Id<'resp'>) =>
  ({ accountId: uuid(accountId), id: uuid(id) }) as const

/** The provider has taken it, under a name of its own. */
export async function saveTaken(
  tx: Tx,
  accountId: AccountId,
  id: Id<'resp'>,
  upstreamId: string,
): Promise<void> {
  await tx
    .updateTable('backgroundResponse')
    .set({ upstreamId })
    .where((where) => where.and(placed(accountId, id)))
    .execute()
}

/** From now on it does not exist for its owner. What is held for it is settled all the same. */
export async function saveDeleted(tx: Tx, accountId: AccountId, id: Id<'resp'>): Promise<void> {
  await tx
    .updateTable('backgroundResponse')
    .set({ deletedAt: new Date() })
    .where((where) => where.and(placed(accountId, id)))
    .execute()
}

/**
 * Turns what was held into what it cost, once: the row is locked, and whoever comes second finds it
 * settled. What is left of the hold is free again.
 * @param usedTokens null where nobody knows
 * @returns false where it was settled already
 */
export async function settleResponse(
  tx: Tx,
  tenantId: TenantId,
  accountId: AccountId,
  id: Id<'resp'>,
  { outcome, usedTokens }: { outcome: AppliedOutcome; usedTokens: number | null },
): Promise<boolean> {
  const open = await tx
    .selectFrom('backgroundResponse')
    .select('id')
    .where((where) => where.and(placed(accountId, id)))
    .where('settledAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!open) return false
  await settleOwnLeases(tx, tenantId, uuid(id), outcome)
  await tx
    .updateTable('backgroundResponse')
    .set({ settledAt: new Date(), usedTokens: usedTokens === null ? null : BigInt(usedTokens) })
    .where((where) => where.and(placed(accountId, id)))
    .execute()
  return true
}

/** @returns how many were forgotten: none that is not settled */
export async function deleteOldResponses(tx: Tx): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('backgroundResponse')
    .where('settledAt', 'is not', null)
    .where('createdAt', '<=', sql<Date>`now() - ${`${responseKeptDays} days`}::interval`)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
