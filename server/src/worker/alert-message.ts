/** What is said when a part of a limit is used: to a program, and to a person. */
import { formatUsd } from '@commonhold/core'
import type { AccountRow } from '../store/account.ts'
import type { ToldAlert } from '../store/alert.ts'
import type { BudgetRow } from '../store/budget.ts'
import type { UsageLimitRow } from '../store/usage-limit.ts'

/** An alert with what it is about. */
export interface Told {
  readonly alert: ToldAlert
  readonly limit: BudgetRow | UsageLimitRow
  readonly account: Pick<AccountRow, 'id' | 'name'>
  /** Of a default for each: whose part it is. */
  readonly principal: { readonly id: string; readonly name: string } | null
}

const isBudget = (limit: Told['limit']): limit is BudgetRow => 'amountNanos' in limit

export const eventOf = ({ limit }: Told) =>
  isBudget(limit) ? 'budget.threshold' : 'usage-limit.threshold'

/** The `data` of a message to a webhook. */
export function messageOf({ alert, limit, account, principal }: Told) {
  const { id, percent, settled, amount, startsAt, endsAt } = alert
  const { name, displayName, level, of, mode } = limit
  const figures = isBudget(limit)
    ? {
        amountUsd: formatUsd(amount),
        amountNanos: String(amount),
        settledUsd: formatUsd(settled),
        settledNanos: String(settled),
        period: limit.period,
        timeZone: limit.timeZone,
      }
    : {
        metric: limit.metric,
        amount: Number(amount),
        used: Number(settled),
        windowSeconds: limit.windowSeconds,
      }
  return {
    alert: id,
    percent,
    account: { id: account.id, name: account.name },
    limit: { id: limit.id, name, displayName, level, of, mode },
    principal,
    ...figures,
    startsAt: startsAt.toISOString(),
    resetsAt: endsAt?.toISOString() ?? null,
  }
}

/** @param publicUrl without a slash at the end */
export function mailOf(told: Told, publicUrl: string): { subject: string; body: string } {
  const { alert, limit, account } = told
  const what = isBudget(limit) ? 'budget' : 'usage limit'
  const unit = isBudget(limit) ? '' : ` ${limit.metric}`
  const amount = (n: bigint) => (isBudget(limit) ? `$${formatUsd(n)}` : `${n}`)
  const sentences = [
    `${amount(alert.settled)} of ${amount(alert.amount)}${unit} of the ${what} "${limit.name}" of the account ${account.name} ${isBudget(limit) ? 'is spent' : 'are used'}.`,
    subjectOf(told),
    limit.mode === 'audit'
      ? 'It only counts: nothing is refused when it is used up.'
      : 'When it is used up, calls are refused.',
    alert.endsAt === null
      ? 'It does not begin anew.'
      : `It begins anew at ${alert.endsAt.toISOString()}.`,
  ]
  return {
    subject: `${alert.percent} % of the ${what} ${limit.name} is used`,
    body: `${sentences.filter((line) => line !== '').join('\n')}\n\n${publicUrl}/${account.name}/budgets\n`,
  }
}

function subjectOf({ limit: { level, of }, principal }: Told): string {
  if (principal !== null) return `It is the part of ${principal.name}.`
  return of === null ? '' : `It is for the ${level.replace('-', ' ')} ${of.name}.`
}
