/**
 * Temporary raises. Who may change a limit may raise it: an account's admin his own, never what root
 * has set on the account, and what root has set still applies beside whatever is raised below it.
 */
import {
  budgetRaise,
  openRaisesMax,
  Refusal,
  raiseDaysMax,
  usageLimitRaise,
} from '@commonhold/contract'
import { type AccountId, formatUsd, isId } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import type { BudgetRow } from '../store/budget.ts'
import {
  countOpenRaises,
  endRaise,
  findRaise,
  insertRaise,
  type LimitId,
  listRaises,
  type RaiseRow,
} from '../store/limit-raise.ts'
import type { UsageLimitRow } from '../store/usage-limit.ts'
import { nanosOf, resolveBudget } from './budget.ts'
import { type Context, implement } from './context.ts'
import { assertMayChange, auditLimit } from './limit-level.ts'
import { listAnswer, pageRequest } from './list.ts'
import { notFound } from './resolve.ts'
import { resolveLimit } from './usage-limit.ts'

type Raised =
  | Pick<BudgetRow, 'id' | 'name' | 'accountId' | 'imposed' | 'limitedAccountId'>
  | Pick<UsageLimitRow, 'id' | 'name' | 'accountId' | 'imposed' | 'limitedAccountId'>

const dayMs = 86_400_000

interface Times {
  readonly from?: string | undefined
  readonly until: string
  readonly reason: string
}

/** @throws refused_by_rule */
function timesOf({ now }: Pick<Context, 'now'>, { from, until }: Times) {
  const startsAt = from === undefined ? now : new Date(from)
  const endsAt = new Date(until)
  if (endsAt <= now || endsAt <= startsAt) {
    throw refuse('/until', 'It has to end after it begins, and after now.')
  }
  if (endsAt.getTime() - now.getTime() > raiseDaysMax * dayMs) {
    throw refuse('/until', `A raise ends within ${raiseDaysMax} days. Change the limit instead.`)
  }
  return { startsAt, endsAt }
}

const refuse = (pointer: string, sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer, rule: 'raise', message: sentence }],
  })

/** @param amount in the unit of the limit, above 0 */
async function raise(c: Context, limit: Raised, amount: bigint, body: Times): Promise<RaiseRow> {
  assertMayChange(c, limit, nounOf(limit.id))
  if (amount <= 0n) throw refuse('/amountUsd', 'A raise adds something: give an amount above 0.')
  const times = timesOf(c, body)
  if ((await countOpenRaises(c.tx, limit.id, c.now)) >= openRaisesMax) {
    throw refuse('', `It has ${openRaisesMax} raises in force or to come. End one of them first.`)
  }
  const id = newId('raise')
  await insertRaise(c.tx, {
    tenantId: c.tenantId,
    accountId: limit.accountId as AccountId,
    id,
    limitId: limit.id,
    amount,
    ...times,
    reason: body.reason,
    createdBy: c.caller.principal.id,
  })
  const row = (await findRaise(c.tx, limit.id, id))!
  auditLimit(c, limit, { target: targetOf(limit), after: toldOf(limit.id, row) })
  return row
}

/** @throws not_found, wrong_state where it has no effect any more */
async function end(c: Context, limit: Raised, reference: string): Promise<RaiseRow> {
  assertMayChange(c, limit, nounOf(limit.id))
  const before = isId(reference, 'raise') ? await findRaise(c.tx, limit.id, reference) : null
  if (before === null) throw notFound('raise')
  const isOver = before.endedAt !== null || before.endsAt <= c.now
  if (isOver || !(await endRaise(c.tx, before.id, c.caller.principal.id, c.now))) {
    throw new Refusal('wrong_state', 'This raise is over already.')
  }
  auditLimit(c, limit, { target: targetOf(limit), before: toldOf(limit.id, before) })
  return (await findRaise(c.tx, limit.id, before.id))!
}

const nounOf = (id: LimitId) => (id.startsWith('bud_') ? 'budget' : 'usage limit')

const targetOf = ({ id, name }: Raised) => ({
  kind: id.startsWith('bud_') ? 'budget' : 'usage-limit',
  id,
  name,
})

function toldOf(limitId: LimitId, { id, amount, startsAt, endsAt, reason }: RaiseRow) {
  const isMoney = limitId.startsWith('bud_')
  return {
    raise: id,
    ...(isMoney ? { amountUsd: formatUsd(amount) } : { amount: Number(amount) }),
    from: startsAt.toISOString(),
    until: endsAt.toISOString(),
    reason,
  }
}

function stateOf({ startsAt, endsAt, endedAt }: RaiseRow, now: Date) {
  if (endedAt !== null) return 'ended'
  if (endsAt <= now) return 'over'
  return startsAt > now ? 'planned' : 'in-force'
}

function present({ now }: Pick<Context, 'now'>, { id, name }: Raised, row: RaiseRow) {
  return {
    id: row.id,
    limit: { id, name },
    from: row.startsAt.toISOString(),
    until: row.endsAt.toISOString(),
    reason: row.reason,
    state: stateOf(row, now) as 'planned' | 'in-force' | 'over' | 'ended',
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    endedAt: row.endedAt?.toISOString() ?? null,
    endedBy: row.endedBy,
  }
}

const presentMoney = (c: Pick<Context, 'now'>, limit: Raised, row: RaiseRow) => ({
  ...present(c, limit, row),
  amountUsd: formatUsd(row.amount),
  amountNanos: String(row.amount),
})

const presentCount = (c: Pick<Context, 'now'>, limit: Raised, row: RaiseRow) => ({
  ...present(c, limit, row),
  amount: Number(row.amount),
})

const raiseBudget = implement(budgetRaise.create, async (c) => {
  const budget = await resolveBudget(c, c.params.budget)
  const amount = nanosOf(c.body.amountUsd)
  return presentMoney(c, budget, await raise(c as Context, budget, amount, c.body))
})

const listOfBudget = implement(budgetRaise.list, async (c) => {
  const budget = await resolveBudget(c, c.params.budget)
  const page = await listRaises(c.tx, budget.id, pageRequest(c))
  return listAnswer(c, page, (row) => presentMoney(c, budget, row))
})

const endOfBudget = implement(budgetRaise.end, async (c) => {
  const budget = await resolveBudget(c, c.params.budget)
  return presentMoney(c, budget, await end(c as Context, budget, c.params['budget-raise']))
})

const raiseLimit = implement(usageLimitRaise.create, async (c) => {
  const limit = await resolveLimit(c, c.params['usage-limit'])
  return presentCount(c, limit, await raise(c as Context, limit, BigInt(c.body.amount), c.body))
})

const listOfLimit = implement(usageLimitRaise.list, async (c) => {
  const limit = await resolveLimit(c, c.params['usage-limit'])
  const page = await listRaises(c.tx, limit.id, pageRequest(c))
  return listAnswer(c, page, (row) => presentCount(c, limit, row))
})

const endOfLimit = implement(usageLimitRaise.end, async (c) => {
  const limit = await resolveLimit(c, c.params['usage-limit'])
  return presentCount(c, limit, await end(c as Context, limit, c.params['usage-limit-raise']))
})

export const limitRaiseImplementations = [
  raiseBudget,
  listOfBudget,
  endOfBudget,
  raiseLimit,
  listOfLimit,
  endOfLimit,
]
