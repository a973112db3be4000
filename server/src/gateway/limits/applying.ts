/** Which limits a call counts under, and in which period of each. */
import {
  type Budget,
  budgetsFor,
  type Counter,
  counterOf,
  type SpendLimit,
  type SpendScope,
} from '@commonhold/core'
import type { Caller } from '../admission/caller.ts'
import { shareOf } from '../admission/target.ts'
import type { ModelEntry } from '../snapshot/entries.ts'

export interface AppliedLimit {
  readonly limit: SpendLimit
  readonly name: string
  readonly counter: Counter
}

/** Everything is taken from the credential and stored facts; nothing from the request (T27). */
export function spendScope(caller: Caller, model: ModelEntry): SpendScope {
  return {
    tenantId: caller.snapshot.tenant.id,
    actingAccountId: caller.token.accountId,
    principalId: caller.principal.id,
    teams: caller.teams,
    tokenId: caller.token.id,
    modelId: model.id,
    shareId: shareOf(caller, model)?.id ?? null,
  }
}

export interface LimitsOfCall {
  readonly budgets: readonly Budget[]
  /** Budgets and usage limits in the one order in which anything takes them. */
  readonly applied: readonly AppliedLimit[]
}

export function limitsOf(caller: Caller, model: ModelEntry, nowMs: number): LimitsOfCall {
  const { snapshot } = caller
  const scope = spendScope(caller, model)
  const budgets = budgetsFor(scope, snapshot.budgets)
  const usageLimits = budgetsFor(scope, snapshot.usageLimits)
  const applied = [...budgets, ...usageLimits].map((limit) => ({
    limit,
    name: snapshot.limits.get(limit.id)?.name ?? limit.id,
    counter: counterOf(limit, nowMs, scope.principalId),
  }))
  return { budgets, applied }
}
