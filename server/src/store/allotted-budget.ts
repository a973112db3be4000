/**
 * What the tenant allots to accounts: each account's imposed budget on itself as a whole. It is kept as
 * any budget is (store/budget.ts), so that gateways need to know only one sort.
 */
import type { AccountId, PeriodKind, TenantId } from '@commonhold/core'
import { newId, newUuid } from '../crypto/new-id.ts'
import {
  deleteBudget,
  findBudget,
  findImposedBudget,
  insertBudget,
  updateBudget,
} from './budget.ts'
import { type Tx, typed, uuid } from './database.ts'

export interface Allotted {
  readonly amountNanos: bigint
  readonly period: PeriodKind
  readonly timeZone: string
}

const budgetName = 'allotted'

export async function allottedBudgets(
  tx: Tx,
  accounts: readonly AccountId[],
): Promise<Map<AccountId, Allotted>> {
  if (accounts.length === 0) return new Map()
  const rows = await tx
    .selectFrom('budget')
    .select(['accountId', 'amountNanos', 'period', 'timeZone'])
    .where('imposed', '=', true)
    .where('level', '=', 'account')
    .where('accountId', 'in', accounts.map(uuid))
    .execute()
  return new Map(
    rows.map(({ accountId, amountNanos, period, timeZone }) => [
      typed('acct', accountId),
      { amountNanos, period: period as PeriodKind, timeZone },
    ]),
  )
}

/** @param allotted null takes the budget away: the account is unlimited then */
export async function writeAllottedBudget(
  tx: Tx,
  by: { tenantId: TenantId; accountId: AccountId; createdBy: string },
  allotted: Allotted | null,
): Promise<void> {
  const before = await findImposedBudget(tx, by.accountId)
  if (allotted === null) {
    if (before !== null) await deleteBudget(tx, before.id)
    return
  }
  if (before !== null) return updateBudget(tx, before.id, allotted)
  await insertBudget(tx, {
    ...by,
    ...allotted,
    id: newId('bud'),
    name: await freeName(tx, by.accountId),
    displayName: 'Allotted by the tenant',
    imposed: true,
    level: 'account',
    of: null,
    mode: 'enforce',
  })
}

/** The account may have called a budget of its own that. */
async function freeName(tx: Tx, accountId: AccountId): Promise<string> {
  const taken = await findBudget(tx, { id: accountId, isRoot: false }, budgetName)
  return taken === null ? budgetName : `${budgetName}-${newUuid().slice(-8)}`
}
