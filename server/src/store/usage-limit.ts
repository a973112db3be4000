/** Usage limits: requests, tokens or concurrency. A window of 0 seconds is concurrency's. */
import { type AccountId, type Id, isId, type LimitLevel, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import {
  isVisible,
  type LimitedId,
  type LimitViewer,
  levelColumns,
  limitedAccount,
  limitedBy,
  limitedName,
} from './limit-level.ts'
import { raisedNow } from './limit-raise.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export type UsageMetric = 'requests' | 'tokens' | 'concurrency'

export interface UsageLimitRow extends ObjectRow {
  readonly id: Id<'lim'>
  readonly accountId: AccountId
  readonly imposed: boolean
  /** Whom root limits by it: told in that account's audit log as well. */
  readonly limitedAccountId: AccountId | null
  readonly level: LimitLevel
  readonly of: { readonly id: string; readonly name: string } | null
  readonly metric: UsageMetric
  readonly amount: number
  /** By raises that are in force. */
  readonly raised: number
  /** Null for concurrency. */
  readonly windowSeconds: number | null
  readonly mode: 'enforce' | 'audit'
}

const selectLimit = (tx: Tx, viewer: LimitViewer) =>
  tx
    .selectFrom('usageLimit')
    .where(isVisible('usage_limit', viewer))
    .selectAll()
    .select(limitedName('usage_limit').as('ofName'))
    .select(limitedAccount('usage_limit').as('limitedAccountId'))
    .select(raisedNow('usage_limit').as('raised'))

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectLimit>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow, viewer: LimitViewer): UsageLimitRow {
  const id = typed('lim', row.id)
  return {
    ...objectRow(row, id),
    id,
    accountId: typed('acct', row.accountId),
    imposed: row.imposed,
    level: row.level as LimitLevel,
    limitedAccountId: row.limitedAccountId === null ? null : typed('acct', row.limitedAccountId),
    of: limitedBy(row, viewer),
    metric: row.metric as UsageMetric,
    amount: Number(row.amount),
    raised: Number(row.raised),
    mode: row.mode as UsageLimitRow['mode'],
    windowSeconds: row.windowSeconds === 0 ? null : row.windowSeconds,
  }
}

/** @param reference an id, or a name, which only the viewer's own are found by */
export async function findUsageLimit(
  tx: Tx,
  viewer: LimitViewer,
  reference: string,
): Promise<UsageLimitRow | null> {
  const query = selectLimit(tx, viewer)
  const row = await (isId(reference, 'lim')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference).where('accountId', '=', uuid(viewer.id))
  ).executeTakeFirst()
  return row ? fromRow(row, viewer) : null
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
    mode: UsageLimitRow['mode']
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
    mode?: UsageLimitRow['mode'] | undefined
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

export async function listUsageLimits(tx: Tx, viewer: LimitViewer, request: PageRequest) {
  let query = selectLimit(tx, viewer)
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
  return { ...page, rows: page.rows.map((row) => fromRow(row, viewer)) }
}
