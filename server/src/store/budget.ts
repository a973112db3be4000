/** Budgets, and what the pool of the running period says of each. */
import {
  type AccountId,
  type Id,
  isId,
  type LimitLevel,
  type PeriodKind,
  type ResourceId,
  type TenantId,
} from '@commonhold/core'
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

export interface BudgetRow extends ObjectRow {
  readonly id: Id<'bud'>
  readonly accountId: AccountId
  /** Set on the account by the tenant. */
  readonly imposed: boolean
  /** Whom root limits by it: told in that account's audit log as well. */
  readonly limitedAccountId: AccountId | null
  readonly level: LimitLevel
  readonly of: { readonly id: string; readonly name: string } | null
  readonly amountNanos: bigint
  /** By raises that are in force. */
  readonly raisedNanos: bigint
  readonly period: PeriodKind
  readonly timeZone: string
  readonly mode: 'enforce' | 'audit'
  readonly fallbackModel: { readonly id: Id<'mdl'>; readonly name: string } | null
}

const fallbackName = sql<string | null>`(select p.name || '/' || m.name from resource m
  join resource p on p.id = m.parent_id where m.id = budget.fallback_model_id)`

const selectBudget = (tx: Tx, viewer: LimitViewer) =>
  tx
    .selectFrom('budget')
    .where(isVisible('budget', viewer))
    .selectAll()
    .select(limitedName('budget').as('ofName'))
    .select(limitedAccount('budget').as('limitedAccountId'))
    .select(raisedNow('budget').as('raised'))
    .select(fallbackName.as('fallbackName'))

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectBudget>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow, viewer: LimitViewer): BudgetRow {
  const id = typed('bud', row.id)
  return {
    ...objectRow(row, id),
    id,
    accountId: typed('acct', row.accountId),
    imposed: row.imposed,
    level: row.level as LimitLevel,
    limitedAccountId: row.limitedAccountId === null ? null : typed('acct', row.limitedAccountId),
    of: limitedBy(row, viewer),
    amountNanos: row.amountNanos,
    raisedNanos: row.raised,
    period: row.period as PeriodKind,
    timeZone: row.timeZone,
    mode: row.mode as BudgetRow['mode'],
    fallbackModel:
      (row.fallbackModelId && {
        id: typed('mdl', row.fallbackModelId),
        name: row.fallbackName ?? '',
      }) ||
      null,
  }
}

/** @param reference an id, or a name, which only the viewer's own are found by */
export async function findBudget(
  tx: Tx,
  viewer: LimitViewer,
  reference: string,
): Promise<BudgetRow | null> {
  const query = selectBudget(tx, viewer)
  const row = await (isId(reference, 'bud')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference).where('accountId', '=', uuid(viewer.id))
  ).executeTakeFirst()
  return row ? fromRow(row, viewer) : null
}

/** What the tenant allots to the account as a whole. */
export async function findImposedBudget(tx: Tx, accountId: AccountId): Promise<BudgetRow | null> {
  const viewer = { id: accountId, isRoot: false }
  const row = await selectBudget(tx, viewer)
    .where('imposed', '=', true)
    .where('level', '=', 'account')
    .executeTakeFirst()
  return row ? fromRow(row, viewer) : null
}

export async function insertBudget(
  tx: Tx,
  budget: {
    tenantId: TenantId
    accountId: AccountId
    id: Id<'bud'>
    name: string
    displayName: string
    imposed: boolean
    level: LimitLevel
    of: LimitedId
    amountNanos: bigint
    period: PeriodKind
    timeZone: string
    mode: BudgetRow['mode']
    fallbackModelId?: ResourceId | null
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, of, fallbackModelId = null, ...rest } = budget
  await tx
    .insertInto('budget')
    .values({
      ...rest,
      ...levelColumns(rest.level, of),
      fallbackModelId: fallbackModelId && uuid(fallbackModelId),
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      id: uuid(id),
    })
    .execute()
}

export async function updateBudget(
  tx: Tx,
  id: Id<'bud'>,
  changes: {
    name?: string | undefined
    displayName?: string | undefined
    amountNanos?: bigint | undefined
    period?: PeriodKind | undefined
    timeZone?: string | undefined
    mode?: BudgetRow['mode'] | undefined
    fallbackModelId?: ResourceId | null | undefined
  },
): Promise<void> {
  const { fallbackModelId, ...rest } = changes
  const fallback =
    fallbackModelId === undefined
      ? {}
      : { fallbackModelId: fallbackModelId && uuid(fallbackModelId) }
  await tx
    .updateTable('budget')
    .set({ ...rest, ...fallback, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}

export async function deleteBudget(tx: Tx, id: Id<'bud'>): Promise<void> {
  await tx.deleteFrom('budget').where('id', '=', uuid(id)).execute()
}

export async function listBudgets(tx: Tx, viewer: LimitViewer, request: PageRequest) {
  let query = selectBudget(tx, viewer)
  if (request.q) query = query.where('name', 'like', containing(request.q))
  if (request.filter.level) query = query.where('level', '=', request.filter.level)
  const page = await fetchPage(
    query,
    request,
    {
      name: { column: 'budget.name', type: 'text' },
      createdAt: { column: 'budget.created_at', type: 'timestamptz' },
    },
    'budget.id',
  )
  return { ...page, rows: page.rows.map((row) => fromRow(row, viewer)) }
}
