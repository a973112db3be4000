/** Budgets, and what the pool of the running period says of each. */
import {
  type AccountId,
  type Id,
  isId,
  type LimitLevel,
  type PeriodKind,
  periodOf,
  type TenantId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, typed, uuid } from './database.ts'
import { type LimitedId, levelColumns, limitedBy, limitedName } from './limit-level.ts'
import { type ObjectRow, objectRow } from './object.ts'
import { fetchPage, type PageRequest } from './page.ts'
import { containing } from './search.ts'

export interface BudgetRow extends ObjectRow {
  readonly id: Id<'bud'>
  readonly accountId: AccountId
  /** Set on the account by the tenant. */
  readonly imposed: boolean
  readonly level: LimitLevel
  readonly of: { readonly id: string; readonly name: string } | null
  readonly amountNanos: bigint
  readonly period: PeriodKind
  readonly timeZone: string
  readonly mode: 'enforce' | 'audit'
}

const selectBudget = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('budget')
    .where('budget.accountId', '=', uuid(accountId))
    .selectAll()
    .select(limitedName('budget').as('ofName'))

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectBudget>['executeTakeFirstOrThrow']>>

function fromRow(row: DatabaseRow): BudgetRow {
  const id = typed('bud', row.id)
  return {
    ...objectRow(row, id),
    id,
    accountId: typed('acct', row.accountId),
    imposed: row.imposed,
    level: row.level as LimitLevel,
    of: limitedBy(row),
    amountNanos: row.amountNanos,
    period: row.period as PeriodKind,
    timeZone: row.timeZone,
    mode: row.mode as BudgetRow['mode'],
  }
}

/** @param reference a name or an id */
export async function findBudget(
  tx: Tx,
  accountId: AccountId,
  reference: string,
): Promise<BudgetRow | null> {
  const query = selectBudget(tx, accountId)
  const row = await (isId(reference, 'bud')
    ? query.where('id', '=', uuid(reference))
    : query.where('name', '=', reference)
  ).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** What the tenant allots to the account as a whole. */
export async function findImposedBudget(tx: Tx, accountId: AccountId): Promise<BudgetRow | null> {
  const row = await selectBudget(tx, accountId)
    .where('imposed', '=', true)
    .where('level', '=', 'account')
    .executeTakeFirst()
  return row ? fromRow(row) : null
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
    createdBy: string
  },
): Promise<void> {
  const { tenantId, accountId, id, of, ...rest } = budget
  await tx
    .insertInto('budget')
    .values({
      ...rest,
      ...levelColumns(rest.level, of),
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
  },
): Promise<void> {
  await tx
    .updateTable('budget')
    .set({ ...changes, updatedAt: sql<Date>`now()` })
    .where('id', '=', uuid(id))
    .execute()
}

export async function deleteBudget(tx: Tx, id: Id<'bud'>): Promise<void> {
  await tx.deleteFrom('budget').where('id', '=', uuid(id)).execute()
}

export async function listBudgets(tx: Tx, accountId: AccountId, request: PageRequest) {
  let query = selectBudget(tx, accountId)
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
  return { ...page, rows: page.rows.map(fromRow) }
}

/** A budget in the period that runs now. */
export interface BudgetUse {
  readonly periodId: string
  readonly startsAtMs: number
  readonly endsAtMs: number | null
  readonly settledNanos: bigint
  /** Leased to gateways for calls in flight. */
  readonly heldNanos: bigint
}

/**
 * A period that nobody has spent in has no row, and is used by nothing.
 * @param nowMs epoch milliseconds
 */
export async function budgetUses(
  tx: Tx,
  budgets: readonly BudgetRow[],
  nowMs: number,
): Promise<Map<Id<'bud'>, BudgetUse>> {
  const periods = budgets.map((budget) => periodOf(nowMs, budget.timeZone, budget.period))
  const { rows } = await sql<{ ownerId: string; settled: bigint; leased: bigint }>`
    select owner_id, settled, leased from pool where (owner_id, period_id) in (select * from unnest(
      ${budgets.map(({ id }) => uuid(id))}::uuid[], ${periods.map(({ id }) => id)}::text[]))`.execute(
    tx,
  )
  const pools = new Map(rows.map((row) => [row.ownerId, row]))
  return new Map(
    budgets.map(({ id }, index) => {
      const { id: periodId, startsAtMs, endsAtMs } = periods[index]!
      const { settled = 0n, leased = 0n } = pools.get(uuid(id)) ?? {}
      return [id, { periodId, startsAtMs, endsAtMs, settledNanos: settled, heldNanos: leased }]
    }),
  )
}
