/** Budgets and usage limits by what they limit, kept row by row. */
import type { Budget, LimitSubjectId, SpendLimit, UsageLimit } from '@commonhold/core'
import type { RowOf } from '../../store/snapshot-rows.ts'
import { addTo, type Replaced, takeFrom } from './replaced.ts'

/** What a limit is called, and how much it is with all its raises: less of it is to be given up. */
export interface LimitName {
  readonly name: string
  readonly amount: bigint
}

export class Limits {
  readonly budgets = new Map<LimitSubjectId, Budget[]>()
  readonly usageLimits = new Map<LimitSubjectId, UsageLimit[]>()
  readonly names = new Map<string, LimitName>()
  readonly #budgets = new Map<string, Budget>()
  readonly #usageLimits = new Map<string, UsageLimit>()

  replace({ touched, rows }: Replaced<'budgets' | 'usageLimits'>): void {
    this.#remove(touched.budgets, this.#budgets, this.budgets)
    this.#remove(touched.usageLimits, this.#usageLimits, this.usageLimits)
    for (const row of rows.budgets) {
      const budget = { ...row, subjectId: row.subjectId as LimitSubjectId }
      this.#put(budget, row.name, row.amountNanos + row.raised, this.#budgets, this.budgets)
    }
    for (const row of rows.usageLimits) {
      const amount = row.amount + row.raised
      this.#put(usageLimitOf(row), row.name, amount, this.#usageLimits, this.usageLimits)
    }
  }

  #put<L extends SpendLimit>(
    limit: L,
    name: string,
    amount: bigint,
    byId: Map<string, L>,
    bySubject: Map<LimitSubjectId, L[]>,
  ): void {
    byId.set(limit.id, limit)
    addTo(bySubject, limit.subjectId, limit)
    this.names.set(limit.id, { name, amount })
  }

  #remove<L extends SpendLimit>(
    ids: readonly string[],
    byId: Map<string, L>,
    bySubject: Map<LimitSubjectId, L[]>,
  ): void {
    for (const id of ids) {
      const limit = byId.get(id)
      if (!limit) continue
      byId.delete(id)
      this.names.delete(id)
      takeFrom(bySubject, limit.subjectId, limit)
    }
  }
}

/**
 * Limits that became other than they were, or went away: what was leased under the old ones is to be given up.
 * Under a larger one too: the pool says until when it is larger, and who has not asked would not know.
 */
export function changedLimits(
  before: Iterable<readonly [string, LimitName]>,
  now: ReadonlyMap<string, LimitName>,
): Set<string> {
  const changed = new Set<string>()
  for (const [id, { amount }] of before) {
    const next = now.get(id)
    if (!next || next.amount !== amount) changed.add(id)
  }
  return changed
}

function usageLimitOf(row: RowOf<'usageLimits'>): UsageLimit {
  return {
    id: row.id,
    accountId: row.accountId,
    level: row.level,
    subjectId: row.subjectId as LimitSubjectId,
    mode: row.mode,
    measure: row.metric,
    amount: row.amount,
    windowSeconds: row.metric === 'concurrency' ? null : row.windowSeconds,
  }
}
