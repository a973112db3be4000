/** Usage limits: requests or tokens in a window, or calls at once. */
import { usageLimit as contract, Refusal } from '@commonhold/contract'
import { newId } from '../crypto/new-id.ts'
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
  assertMayChange,
  auditLimit,
  isImposedOn,
  limitedInWords,
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

const targetOf = (row: UsageLimitRow) => ({ kind: 'usage-limit', id: row.id, name: row.name })

const toldOf = ({ name, displayName, amount, mode }: UsageLimitRow) => ({
  name,
  displayName,
  amount,
  mode,
})

const create = implement(contract.create, async (c) => {
  const { name, displayName = name, level, metric, amount, windowSeconds, mode } = c.body
  assertWindow(metric, windowSeconds)
  assertCountable(metric, mode)
  const of = await resolveLimited(c, level, c.body.of)
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
  auditLimit(c, row, {
    target: targetOf(row),
    after: { ...toldOf(row), level, of: row.of, metric, windowSeconds: row.windowSeconds },
  })
  return present(c, row)
})

const list = implement(contract.list, async (c) =>
  listAnswer(c, await listUsageLimits(c.tx, c.account, pageRequest(c)), (row) => present(c, row)),
)

const get = implement(contract.get, async (c) =>
  present(c, await resolveLimit(c, c.params['usage-limit'])),
)

const update = implement(contract.update, async (c) => {
  const before = await resolveLimit(c, c.params['usage-limit'])
  assertMayChange(c, before, noun)
  c.checkRevision(before.revision)
  assertCountable(before.metric, c.body.mode)

  await uniqueName(c.body.name ?? before.name, () => updateUsageLimit(c.tx, before.id, c.body))
  const row = await resolveLimit(c, before.id)
  auditLimit(c, row, { target: targetOf(row), before: toldOf(before), after: toldOf(row) })
  return present(c, row)
})

const remove = implement(contract.delete, async (c) => {
  const row = await resolveLimit(c, c.params['usage-limit'])
  assertMayChange(c, row, noun)
  c.checkRevision(row.revision)
  const what = limitedInWords(row)
  c.loses({ what: 'usage-limit', id: row.id, sentence: `${what} is no longer limited by it.` })

  await deleteUsageLimit(c.tx, row.id)
  auditLimit(c, row, { target: targetOf(row), before: toldOf(row) })
})

function present(c: Pick<Context, 'account'>, row: UsageLimitRow) {
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
  }
}

export const usageLimitImplementations = [create, list, get, update, remove]
