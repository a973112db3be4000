/** Usage limits: requests, tokens or concurrency. A window of 0 seconds is concurrency's. */
import { type AccountId, type Id, isId, type LimitLevel, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { type LimitedId, levelColumns, limitedBy, limitedName } from './limit-level.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export type UsageMetric = 'requests' | 'tokens' | 'concurrency'

export interface UsageLimitRow extends ObjectRow {
  readonly id: Id<'lim'>
  readonly accountId: AccountId
  readonly imposed: boolean
  readonly level: LimitLevel
  readonly of: { readonly id: string; readonly name: string } | null
  readonly metric: UsageMetric
  readonly amount: number
  /** Null for concurrency. */
  readonly windowSeconds: number | null
}

const selectLimit = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('usageLimit')
    .where('usageLimit.accountId', '=', uuid(accountId))
    .selectAll()
    .select(limitedName('usage_limit').as('ofName'))

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectLimit>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): UsageLimitRow {
  const id = typed('lim', row.id)
  return {
    ...objectRow(row, id),
    id,
    accountId: typed('acct', row.accountId),
    imposed: row.imposed,
    level: row.level as LimitLevel,
    of: limitedBy(row),
    metric: row.metric as UsageMetric,
    amount: Number(row.amount),
    windowSeconds: row.windowSeconds === 0 ? null : row.windowSeconds,
  }
}

/** @param reference a name or an id */
export async function findUsageLimit(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<UsageLimitRow | null> {
  const query = selectLimit(tx, accountId)
  const row = await (isId(reference, 'lim')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function insertUsageLimit(
  tx: Tx,
  limit: {
    tenantId: TenantId
    accountId: AccountId
    id: Id<'lim'>
    name: string
    displayName: string
    imposed: boolean
    level: LimitLevel
    of: LimitedId
    metric: UsageMetric
    amount: number
    windowSeconds: number | null
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, of, amount, windowSeconds, ...rest } = limit
  await tx
    .insertInto('usageLimit')
    .values({
      ...rest,
      ...levelColumns(rest.level, of),
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      id: uuid(id),
      amount: BigInt(amount),
      windowSeconds: windowSeconds ?? 0,
    })
    .execute()
}

export async function updateUsageLimit(
  tx: Tx,
  id: Id<'lim'>,
  changes: {
    name?: string | undefined
    displayName?: string | undefined
    amount?: number | undefined
  },
): Promise<void> {
  const { amount, ...rest } = changes
  await tx
    .updateTable('usageLimit')
    .set({
      ...rest,
      ...(amount === undefined ? {} : { amount: BigInt(amount) }),
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', uuid(id))
    .execute()
}

export async function deleteUsageLimit(tx: Tx, id: Id<'lim'>): Promise<void> {
  await tx.deleteFrom('usageLimit').where('id', '=', uuid(id)).execute()
}

export async function listUsageLimits(tx: Tx, accountId: AccountId, request: PageRequest) {
  let query = selectLimit(tx, accountId)
  if (request.q) query = query.where('name', 'like', containing(request.q))
  if (request.filter.level) query = query.where('level', '=', request.filter.level)
  const page = await fetchPage(
    query,
    request,
    {
      name: { column: 'usage_limit.name', type: 'text' },
      createdAt: { column: 'usage_limit.created_at', type: 'timestamptz' },
    },
    'usage_limit.id',
  )
  return { ...page, rows: page.rows.map(fromRow) }
}
