/** Budgets and usage limits, for a gateway's snapshot. */
import type { LimitLevel, PeriodKind } from '@commonhold/core'
import { principalId } from './caller.ts'
import { type Tx, typed } from './database.ts'
import { raisedInAll } from './limit-raise.ts'
import { among, asksForNothing, type Only } from './snapshot-only.ts'
import type { LimitRow, RowOf } from './snapshot-rows.ts'

export async function loadBudgets(tx: Tx, only: Only): Promise<RowOf<'budgets'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('budget')
    .selectAll()
    .select(raisedInAll('budget').as('raised'))
    .where(among('budget.id', only))
    .execute()
  return rows.map((row) => ({
    ...limitRow(row),
    id: typed('bud', row.id),
    amountNanos: row.amountNanos,
    raised: row.raised,
    periodKind: row.period as PeriodKind,
    timeZone: row.timeZone,
    mode: row.mode as 'enforce' | 'audit',
    fallbackModelId: row.fallbackModelId === null ? null : typed('mdl', row.fallbackModelId),
  }))
}

export async function loadUsageLimits(tx: Tx, only: Only): Promise<RowOf<'usageLimits'>[]> {
  if (asksForNothing(only)) return []
  const rows = await tx
    .selectFrom('usageLimit')
    .selectAll()
    .select(raisedInAll('usage_limit').as('raised'))
    .where(among('usageLimit.id', only))
    .execute()
  return rows.map((row) => ({
    ...limitRow(row),
    id: typed('lim', row.id),
    metric: row.metric as 'requests' | 'tokens' | 'concurrency',
    amount: row.amount,
    raised: row.raised,
    windowSeconds: row.windowSeconds,
    mode: row.mode as 'enforce' | 'audit',
  }))
}

interface LimitColumns {
  readonly tenantId: string
  readonly accountId: string
  readonly name: string
  readonly level: string
  readonly teamId: string | null
  readonly principalId: string | null
  readonly tokenId: string | null
  readonly resourceId: string | null
  readonly shareId: string | null
}

function limitRow(row: LimitColumns): LimitRow {
  const level = row.level as LimitLevel
  const accountId = typed('acct', row.accountId)
  return { accountId, name: row.name, level, subjectId: subjectOf(level, row) ?? accountId }
}

function subjectOf(level: LimitLevel, row: LimitColumns): LimitRow['subjectId'] | null {
  switch (level) {
    case 'team':
      return typed('team', row.teamId!)
    case 'user':
    case 'virtual-account':
      return principalId(level, row.principalId!)
    case 'token':
      return typed('tok', row.tokenId!)
    case 'model':
      return typed('mdl', row.resourceId!)
    case 'share':
      return typed('share', row.shareId!)
    case 'tenant':
      return typed('tnt', row.tenantId)
    case 'account':
    case 'each-user':
    case 'each-virtual-account':
      return null
  }
}
