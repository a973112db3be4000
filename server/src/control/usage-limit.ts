/** Usage limits: requests or tokens in a window, or calls at once. */
import { usageLimit as contract, Refusal } from '@commonhold/contract'
import { usageWindowOf } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import type { LimitAlert } from '../store/limit-alert.ts'
import { type LimitUse, limitUses } from '../store/limit-use.ts'
import {
  deleteUsageLimit,
  findUsageLimit,
  insertUsageLimit,
  listUsageLimits,
  type UsageLimitRow,
  type UsageMetric,
  updateUsageLimit,
} from '../store/usage-limit.ts'
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

const noun = 'usage limit'

/** @throws not_found */
export async function resolveLimit(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  reference: string,
) {
  const row = await findUsageLimit(tx, account, reference)
  if (row === null) throw notFound(noun)
  return row
}

/** @throws refused_by_rule */
function assertWindow(metric: UsageMetric, windowSeconds: number | undefined): void {
  if ((metric === 'concurrency') === (windowSeconds === undefined)) return
  const sentence =
    metric === 'concurrency'
      ? 'Concurrency counts what runs now and takes no windowSeconds.'
      : `Give windowSeconds: ${metric} are counted in a window of that many seconds.`
  throw new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: '/windowSeconds', rule: 'metric', message: sentence }],
  })
}

/** @throws refused_by_rule */
function assertCountable(metric: UsageMetric, mode: 'enforce' | 'audit' | undefined): void {
  if (metric !== 'concurrency' || mode !== 'audit') return
  const sentence = 'Calls at once leave nothing to count: a limit on them is enforced or absent.'
  throw new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: '/mode', rule: 'metric', message: sentence }],
  })
}

/** @throws refused_by_rule */
function assertAlertable(metric: UsageMetric, alerts: object | null | undefined): void {
  if (metric !== 'concurrency' || !alerts) return
  const sentence = 'Calls at once are never used up: there is nothing to tell of a limit on them.'
  throw new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: '/alerts', rule: 'metric', message: sentence }],
  })
}

const targetOf = (row: UsageLimitRow) => ({ kind: 'usage-limit', id: row.id, name: row.name })

const toldOf = (row: UsageLimitRow, alerts: LimitAlert | null = null) => ({
  name: row.name,
  displayName: row.displayName,
  amount: row.amount,
  mode: row.mode,
  alerts: presentAlerts(alerts),
})

const create = implement(contract.create, async (c) => {
  const { name, displayName = name, level, metric, amount, windowSeconds, mode } = c.body
  assertWindow(metric, windowSeconds)
  assertCountable(metric, mode)
  assertAlertable(metric, c.body.alerts)
  const of = await resolveLimited(c, level, c.body.of)
  const alerts = await resolveAlerts(c, c.body.alerts, null)
  const id = newId('lim')

  // Point of no failure, but for a taken name.
  await uniqueName(name, () =>
    insertUsageLimit(c.tx, {
      tenantId: c.tenantId,
      accountId: c.account.id,
      id,
      name,
      displayName,
      imposed: false,
      level,
      of,
      metric,
      amount,
      windowSeconds: windowSeconds ?? null,
      mode,
      createdBy: c.caller.principal.id,
    }),
  )
  const row = await resolveLimit(c, id)
  await writeAlerts(c, row, alerts)
  auditLimit(c, row, {
    target: targetOf(row),
    after: { ...toldOf(row, alerts), level, of: row.of, metric, windowSeconds: row.windowSeconds },
  })
  return presentOne(c, row)
})

const list = implement(contract.list, async (c) => {
  const page = await listUsageLimits(c.tx, c.account, pageRequest(c))
  const uses = await limitUses(c.tx, page.rows.map(inWindow(c.now)))
  const alerts = await alertsOf(c, page.rows)
  return listAnswer(c, page, (row) => present(c, row, uses.get(row.id)!, alerts.get(row.id)))
})

const get = implement(contract.get, async (c) =>
  presentOne(c, await resolveLimit(c, c.params['usage-limit'])),
)

const update = implement(contract.update, async (c) => {
  const before = await resolveLimit(c, c.params['usage-limit'])
  assertMayChange(c, before, noun)
  c.checkRevision(before.revision)
  const { alerts: given, ...changes } = c.body
  assertCountable(before.metric, changes.mode)
  assertAlertable(before.metric, given)
  const alerts = await changeOfAlerts(c, before, given)

  await uniqueName(changes.name ?? before.name, () => updateUsageLimit(c.tx, before.id, changes))
  await alerts.write()
  const row = await resolveLimit(c, before.id)
  auditLimit(c, row, {
    target: targetOf(row),
    before: toldOf(before, alerts.before),
    after: toldOf(row, alerts.after),
  })
  return presentOne(c, row)
})

const remove = implement(contract.delete, async (c) => {
  const row = await resolveLimit(c, c.params['usage-limit'])
  const alerts = (await alertsOf(c, [row])).get(row.id)
  await removeLimit(c, 'usage-limit', row, toldOf(row, alerts), () =>
    deleteUsageLimit(c.tx, row.id),
  )
})

const inWindow = (now: Date) => (row: UsageLimitRow) => ({
  id: row.id,
  level: row.level,
  period: usageWindowOf(now.getTime(), row.windowSeconds),
})

async function presentOne(c: Pick<Context, 'tx' | 'now' | 'account'>, row: UsageLimitRow) {
  const uses = await limitUses(c.tx, [inWindow(c.now)(row)])
  const alerts = await alertsOf(c, [row])
  return present(c, row, uses.get(row.id)!, alerts.get(row.id))
}

function present(
  c: Pick<Context, 'account'>,
  row: UsageLimitRow,
  use: LimitUse,
  alerts: LimitAlert | undefined,
) {
  const { wouldRefuse } = use
  const { startsAtMs, endsAtMs } = use.period
  const [used, inFlight] = [Number(use.settled), Number(use.held)]
  return {
    ...objectOf('usage-limit', row.accountId, row),
    level: row.level,
    of: row.of,
    imposed: isImposedOn(c, row),
    metric: row.metric,
    amount: row.amount,
    raised: row.raised,
    windowSeconds: row.windowSeconds,
    mode: row.mode,
    alerts: presentAlerts(alerts),
    current: {
      of: use.of,
      startsAt: endsAtMs === null ? null : new Date(startsAtMs).toISOString(),
      resetsAt: endsAtMs === null ? null : new Date(endsAtMs).toISOString(),
      used,
      inFlight,
      remaining: Math.max(0, row.amount + row.raised - used - inFlight),
      wouldRefuse: { calls: wouldRefuse.calls, amount: Number(wouldRefuse.amount) },
    },
  }
}

export const usageLimitImplementations = [create, list, get, update, remove]
