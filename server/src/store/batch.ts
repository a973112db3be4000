/**
 * Files and batches of callers. They belong to the principal that made them, in the account in which he
 * acted: to anybody else they do not exist. A batch is a source of leases of its own (own-leases.ts), so
 * that what is held for it stays held whichever gateway comes and goes, and is settled once, under the lock
 * of its row.
 */
import type { AccountId, Id, PrincipalId, TenantId } from '@commonhold/core'
import { type Tx, typed, uuid } from './database.ts'
import { type OwnHold, settleOwnLeases, takeOwnLeases } from './own-leases.ts'
import type { LeaseAnswer } from './pool.ts'
import type { AppliedOutcome } from './usage-record.ts'

/** Whose it is. */
export interface BatchOwner {
  readonly tenantId: TenantId
  readonly accountId: AccountId
  readonly principalId: PrincipalId
}

export interface NewFile {
  readonly id: Id<'file'>
  readonly providerAccountId: Id<'pacc'>
  readonly modelId: Id<'mdl'>
  readonly upstreamId: string
  readonly batchId: Id<'batch'> | null
  readonly purpose: 'batch' | 'batch_output'
  readonly filename: string
  readonly bytes: number
  readonly route: string
  readonly lines: number
  readonly inputTokensMax: number
  readonly outputTokensMax: number
}

export interface BatchFile extends NewFile {
  readonly createdAt: Date
}

export interface Batch {
  readonly id: Id<'batch'>
  readonly providerAccountId: Id<'pacc'>
  readonly modelId: Id<'mdl'>
  readonly upstreamId: string | null
  readonly facts: unknown
  readonly answer: Record<string, unknown>
  readonly createdAt: Date
  readonly isSettled: boolean
}

/** How many of a caller's own are listed at most. */
export const listedMax = 100

export async function insertFile(tx: Tx, owner: BatchOwner, file: NewFile): Promise<void> {
  const { batchId, bytes, inputTokensMax, outputTokensMax, ...rest } = file
  await tx
    .insertInto('batchFile')
    .values({
      ...keysOf(owner),
      ...rest,
      id: uuid(file.id),
      providerAccountId: uuid(file.providerAccountId),
      modelId: uuid(file.modelId),
      batchId: batchId && uuid(batchId),
      bytes: BigInt(bytes),
      inputTokensMax: BigInt(inputTokensMax),
      outputTokensMax: BigInt(outputTokensMax),
    })
    .execute()
}

export async function ownFiles(tx: Tx, owner: BatchOwner, id?: Id<'file'>): Promise<BatchFile[]> {
  const rows = await tx
    .selectFrom('batchFile')
    .selectAll()
    .where('accountId', '=', uuid(owner.accountId))
    .where('principalId', '=', uuid(owner.principalId))
    .$if(id !== undefined, (query) => query.where('id', '=', uuid(id!)))
    .orderBy('id', 'desc')
    .limit(listedMax)
    .execute()
  return rows.map((row) => ({
    ...row,
    id: typed('file', row.id),
    providerAccountId: typed('pacc', row.providerAccountId),
    modelId: typed('mdl', row.modelId),
    batchId: row.batchId === null ? null : typed('batch', row.batchId),
    purpose: row.purpose as NewFile['purpose'],
    bytes: Number(row.bytes),
    inputTokensMax: Number(row.inputTokensMax),
    outputTokensMax: Number(row.outputTokensMax),
  }))
}

export async function deleteFile(tx: Tx, owner: BatchOwner, id: Id<'file'>): Promise<void> {
  await tx
    .deleteFrom('batchFile')
    .where('accountId', '=', uuid(owner.accountId))
    .where('id', '=', uuid(id))
    .execute()
}

export interface NewBatch {
  readonly id: Id<'batch'>
  readonly providerAccountId: Id<'pacc'>
  readonly modelId: Id<'mdl'>
  readonly facts: unknown
  readonly answer: object
}

/**
 * Holds what the batch may cost at most in every limit, and writes it down, in the caller's transaction:
 * where not all of it was granted, he has to roll back.
 * @returns how full each pool is, in the order of the holds
 */
export async function insertBatch(
  tx: Tx,
  owner: BatchOwner,
  batch: NewBatch,
  holds: readonly OwnHold[],
): Promise<LeaseAnswer[]> {
  const answers = await takeOwnLeases(tx, owner.tenantId, uuid(batch.id), holds)
  await tx
    .insertInto('batch')
    .values({
      ...keysOf(owner),
      id: uuid(batch.id),
      providerAccountId: uuid(batch.providerAccountId),
      modelId: uuid(batch.modelId),
      facts: JSON.stringify(batch.facts),
      answer: JSON.stringify(batch.answer),
    })
    .execute()
  return answers
}

export async function ownBatches(tx: Tx, owner: BatchOwner, id?: Id<'batch'>): Promise<Batch[]> {
  const rows = await tx
    .selectFrom('batch')
    .selectAll()
    .where('accountId', '=', uuid(owner.accountId))
    .where('principalId', '=', uuid(owner.principalId))
    .$if(id !== undefined, (query) => query.where('id', '=', uuid(id!)))
    .orderBy('id', 'desc')
    .limit(listedMax)
    .execute()
  return rows.map(batchOf)
}

/** @returns those of the tenant that are not settled yet, with their owners */
export async function openBatches(tx: Tx, tenantId: TenantId): Promise<[BatchOwner, Batch][]> {
  const rows = await tx
    .selectFrom('batch')
    .selectAll()
    .where('settledAt', 'is', null)
    .orderBy('id')
    .limit(listedMax)
    .execute()
  return rows.map((row) => {
    // Not from the principal: what it has begun is settled though it is gone.
    const { principalId } = row.facts as { principalId: PrincipalId }
    return [{ tenantId, accountId: typed('acct', row.accountId), principalId }, batchOf(row)]
  })
}

function batchOf(row: {
  id: string
  providerAccountId: string
  modelId: string
  upstreamId: string | null
  facts: unknown
  answer: unknown
  createdAt: Date
  settledAt: Date | null
}): Batch {
  return {
    ...row,
    id: typed('batch', row.id),
    providerAccountId: typed('pacc', row.providerAccountId),
    modelId: typed('mdl', row.modelId),
    answer: row.answer as Record<string, unknown>,
    isSettled: row.settledAt !== null,
  }
}

/** What the provider said of it, and which files of its result have a row already. */
export interface Heard {
  readonly upstreamId: string
  readonly answer: Record<string, unknown>
  readonly files: readonly NewFile[]
}

/**
 * Writes down what was heard, under the lock of the row: whoever asks at the same time gets the same ids.
 * @param heard from what is stored now, to what is to be stored
 */
export async function saveHeard(
  tx: Tx,
  owner: BatchOwner,
  id: Id<'batch'>,
  heard: (stored: Batch) => Heard,
): Promise<Batch> {
  const row = await tx
    .selectFrom('batch')
    .selectAll()
    .where('accountId', '=', uuid(owner.accountId))
    .where('id', '=', uuid(id))
    .forUpdate()
    .executeTakeFirstOrThrow()
  const stored = batchOf(row)
  const { upstreamId, answer, files } = heard(stored)
  for (const file of files) await insertFile(tx, owner, file)
  await tx
    .updateTable('batch')
    .set({ upstreamId, answer: JSON.stringify(answer) })
    .where('accountId', '=', uuid(owner.accountId))
    .where('id', '=', uuid(id))
    .execute()
  return { ...stored, upstreamId, answer }
}

/**
 * Turns what was held into what it cost, once: the row is locked, and whoever comes second finds it
 * settled. What is left of the hold is free again.
 * @returns false where it was settled already
 */
export async function settleBatch(
  tx: Tx,
  { tenantId, accountId }: BatchOwner,
  id: Id<'batch'>,
  outcome: AppliedOutcome,
): Promise<boolean> {
  const open = await tx
    .selectFrom('batch')
    .select('id')
    .where('accountId', '=', uuid(accountId))
    .where('id', '=', uuid(id))
    .where('settledAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!open) return false
  await settleOwnLeases(tx, tenantId, uuid(id), outcome)
  await tx
    .updateTable('batch')
    .set({ settledAt: new Date() })
    .where('accountId', '=', uuid(accountId))
    .where('id', '=', uuid(id))
    .execute()
  return true
}

function keysOf({ tenantId, accountId, principalId }: BatchOwner) {
  return {
    tenantId: uuid(tenantId),
    accountId: uuid(accountId),
    principalId: uuid(principalId),
  }
}
