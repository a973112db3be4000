/** Budgets: money per period. What is left of one is read from the pool that gateways lease from. */
import { budget as contract, Refusal } from '@commonhold/contract'
import { formatUsd, maxOf, parseUsd, periodOf, type ResourceId } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import {
  type BudgetRow,
  deleteBudget,
  findBudget,
  insertBudget,
  listBudgets,
  updateBudget,
} from '../store/budget.ts'
import type { LimitAlert } from '../store/limit-alert.ts'
import { type LimitUse, limitUses } from '../store/limit-use.ts'
import { type Reader, resolveReadable } from './any-resource.ts'
import { type Context, implement } from './context.ts'
import {
  alertsOf,
  changeOfAlerts,
  presentAlerts,
  resolveAlerts,
  writeAlerts,
} from './limit-alert.ts'
import {
  assertMayChange,
  auditLimit,
  isImposedOn,
  removeLimit,
  resolveLimited,
} from './limit-level.ts'
import { listAnswer, pageRequest } from './list.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import { uniqueName } from './unique-name.ts'

/** @throws not_found */
export async function resolveBudget(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  reference: string,
) {
  const row = await findBudget(tx, account, reference)
  if (row === null) throw notFound('budget')
  return row
}

/** @throws refused_by_rule */
export function nanosOf(amountUsd: string): bigint {
  const parsed = parseUsd(amountUsd)
  if (parsed.ok) return parsed.nanos
  throw new Refusal('refused_by_rule', parsed.reason, {
    errors: [{ pointer: '/amountUsd', rule: 'amount', message: parsed.reason }],
  })
}

/** @throws not_found also for a model that the caller may not see */
async function resolveFallback(
  c: Reader,
  reference: string | null | undefined,
): Promise<ResourceId | null | undefined> {
  if (reference === null || reference === undefined) return reference
  return (await resolveReadable(c, 'model', reference)).id
}

const targetOf = (row: BudgetRow) => ({ kind: 'budget', id: row.id, name: row.name })

const toldOf = (row: BudgetRow, alerts: LimitAlert | null = null) => ({
  fallbackModel: row.fallbackModel?.name ?? null,
  name: row.name,
  displayName: row.displayName,
  amountUsd: formatUsd(row.amountNanos),
  timeZone: row.timeZone,
  mode: row.mode,
  alerts: presentAlerts(alerts),
})

const create = implement(contract.create, async (c) => {
  const { name, displayName = name, level, period, timeZone, mode } = c.body
  const of = await resolveLimited(c, level, c.body.of)
  const amountNanos = nanosOf(c.body.amountUsd)
  const fallbackModelId = await resolveFallback(c, c.body.fallbackModel)
  const alerts = await resolveAlerts(c, c.body.alerts, null)
  const id = newId('bud')

  // Point of no failure, but for a taken name.
  await uniqueName(name, () =>
    insertBudget(c.tx, {
      tenantId: c.tenantId,
      accountId: c.account.id,
      id,
      name,
      displayName,
      imposed: false,
      level,
      of,
      amountNanos,
      period,
      timeZone,
      mode,
      fallbackModelId: fallbackModelId ?? null,
      createdBy: c.caller.principal.id,
    }),
  )
  const row = await resolveBudget(c, id)
  await writeAlerts(c, row, alerts)
  auditLimit(c, row, {
    target: targetOf(row),
    after: { ...toldOf(row, alerts), level, of: row.of, period },
  })
  return presentOne(c, row)
})

const list = implement(contract.list, async (c) => {
  const page = await listBudgets(c.tx, c.account, pageRequest(c))
  const uses = await limitUses(c.tx, page.rows.map(inPeriod(c.now)))
  const alerts = await alertsOf(c, page.rows)
  return listAnswer(c, page, (row) => present(c, row, uses.get(row.id)!, alerts.get(row.id)))
})

const get = implement(contract.get, async (c) =>
  presentOne(c, await resolveBudget(c, c.params.budget)),
)

const update = implement(contract.update, async (c) => {
  const before = await resolveBudget(c, c.params.budget)
  assertMayChange(c, before, 'budget')
  c.checkRevision(before.revision)
  const { amountUsd, fallbackModel, alerts: given, ...rest } = c.body
  const alerts = await changeOfAlerts(c, before, given)
  const fallbackModelId = await resolveFallback(c, fallbackModel)
  const amountNanos = amountUsd === undefined ? undefined : nanosOf(amountUsd)

  await uniqueName(rest.name ?? before.name, () =>
    updateBudget(c.tx, before.id, {
      ...rest,
      ...(amountNanos === undefined ? {} : { amountNanos }),
      fallbackModelId,
    }),
  )
  await alerts.write()
  const row = await resolveBudget(c, before.id)
  auditLimit(c, row, {
    target: targetOf(row),
    before: toldOf(before, alerts.before),
    after: toldOf(row, alerts.after),
  })
  return presentOne(c, row)
})

const remove = implement(contract.delete, async (c) => {
  const row = await resolveBudget(c, c.params.budget)
  const alerts = (await alertsOf(c, [row])).get(row.id)
  await removeLimit(c, 'budget', row, toldOf(row, alerts), () => deleteBudget(c.tx, row.id))
})

const inPeriod = (now: Date) => (row: BudgetRow) => ({
  id: row.id,
  level: row.level,
  period: periodOf(now.getTime(), row.timeZone, row.period),
})

async function presentOne(c: Pick<Context, 'tx' | 'now' | 'account'>, row: BudgetRow) {
  const uses = await limitUses(c.tx, [inPeriod(c.now)(row)])
  const alerts = await alertsOf(c, [row])
  return present(c, row, uses.get(row.id)!, alerts.get(row.id))
}

/** An amount in both forms, such as `settledUsd` and `settledNanos`. */
const money = <N extends string>(field: N, nanos: bigint) =>
  ({ [`${field}Usd`]: formatUsd(nanos), [`${field}Nanos`]: String(nanos) }) as Record<
    `${N}Usd` | `${N}Nanos`,
    string
  >

function present(
  c: Pick<Context, 'account'>,
  row: BudgetRow,
  use: LimitUse,
  alerts: LimitAlert | undefined,
) {
  const { settled, held, period, wouldRefuse } = use
  const remaining = maxOf(0n, row.amountNanos + row.raisedNanos - settled - held)
  return {
    ...objectOf('budget', row.accountId, row),
    level: row.level,
    of: row.of,
    imposed: isImposedOn(c, row),
    ...money('amount', row.amountNanos),
    period: row.period,
    timeZone: row.timeZone,
    mode: row.mode,
    fallbackModel: row.fallbackModel,
    alerts: presentAlerts(alerts),
    current: {
      of: use.of,
      periodId: period.id,
      startsAt: new Date(period.startsAtMs).toISOString(),
      resetsAt: period.endsAtMs === null ? null : new Date(period.endsAtMs).toISOString(),
      ...money('raised', row.raisedNanos),
      ...money('settled', settled),
      ...money('held', held),
      ...money('remaining', remaining),
      wouldRefuse: {
        calls: wouldRefuse.calls,
        usd: formatUsd(wouldRefuse.amount),
        nanos: String(wouldRefuse.amount),
      },
    },
  }
}

export const budgetImplementations = [create, list, get, update, remove]
