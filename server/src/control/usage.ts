/** What was used and what it cost: record by record, and summed up. */
import { usage as contract, type ListParameters, Refusal } from '@commonhold/contract'
import { formatUsd, isId, isTimeZone, periodOf } from '@commonhold/core'
import { findAccountTokens } from '../store/limit-level.ts'
import { findTeam } from '../store/team.ts'
import { listUsage, sumUsage, totalUsage, type UsageFilter, type UsageRow } from '../store/usage.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'

const dayMs = 86_400_000
/** Sums read every record in their range. */
export const summaryDaysMax = 400
export const summaryDaysDefault = 30
/** Two groupings multiply: a table of more rows than this is a download, not an answer. */
export const groupsMax = 10_000

const list = implement(contract.list, async (c) => {
  const request = pageRequest(c)
  const filter = await filterOf(c, c.query)
  if (filter === null) return { items: [], nextCursor: null }
  return listAnswer(c, await listUsage(c.tx, c.account.id, filter, request), present)
})

/**
 * Records outlive what they name, so an id filters by itself and a name by what the record carries;
 * only teams and tokens, which records know by id alone, are looked up.
 * @returns null where a name means nothing here, so that no record can match
 */
async function filterOf(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  { filter }: ListParameters,
): Promise<UsageFilter | null> {
  const { model, user, virtualAccount, token, team, status, from, to } = filter
  if (user !== undefined && virtualAccount !== undefined) return null
  const tokens = token === undefined ? null : await tokensOf({ tx, account }, token)
  const teamId =
    team === undefined || isId(team, 'team')
      ? team
      : ((await findTeam(tx, account.id, team))?.id ?? null)
  if (teamId === null || tokens?.length === 0) return null
  return {
    ...(model === undefined ? {} : { model: isId(model, 'mdl') ? model : { name: model } }),
    ...principalFilter('user', user?.toLowerCase()),
    ...principalFilter('virtual-account', virtualAccount),
    ...(tokens === null ? {} : { tokens }),
    ...(teamId === undefined ? {} : { team: teamId }),
    ...(status === undefined ? {} : { status }),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
  }
}

function principalFilter(kind: 'user' | 'virtual-account', text: string | undefined): UsageFilter {
  if (text === undefined) return {}
  return { principal: isId(text, kind === 'user' ? 'user' : 'va') ? text : { kind, name: text } }
}

function tokensOf({ tx, account }: Pick<Context, 'tx' | 'account'>, reference: string) {
  return isId(reference, 'tok') ? [reference] : findAccountTokens(tx, account.id, reference)
}

const summary = implement(contract.summary, async (c) => {
  const { groupBy, thenBy = null, timeZone } = c.query
  if (groupBy === thenBy) throw refuse('thenBy', 'thenBy is the same as groupBy. Leave it out.')
  const range = rangeOf(c.query, c.now, timeZone)
  const total = await totalUsage(c.tx, c.account.id, range)
  const groups = await sumUsage(c.tx, c.account.id, range, groupBy, thenBy, groupsMax + 1)
  if (groups.length > groupsMax) {
    throw refuse('from', `That is more than ${groupsMax} groups. Narrow from and to.`)
  }
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    totalUsd: formatUsd(total.costNanos),
    totalNanos: String(total.costNanos),
    requests: total.requests,
    groups: groups.map(({ costNanos, ...group }) => ({
      ...group,
      costUsd: formatUsd(costNanos),
      costNanos: String(costNanos),
    })),
  }
})

/** @throws refused_by_rule */
function rangeOf(
  query: { from?: string | undefined; to?: string | undefined },
  now: Date,
  timeZone: string,
) {
  if (!isTimeZone(timeZone)) {
    throw refuse('timeZone', 'timeZone is an IANA name, such as Europe/Berlin.')
  }
  const to = query.to === undefined ? now : new Date(query.to)
  const from =
    query.from === undefined
      ? new Date(to.getTime() - summaryDaysDefault * dayMs)
      : new Date(query.from)
  if (from >= to) throw refuse('from', 'from has to be before to.')
  if (to.getTime() - from.getTime() > summaryDaysMax * dayMs) {
    throw refuse('from', `from and to may be at most ${summaryDaysMax} days apart.`)
  }
  const days = []
  for (let atMs = from.getTime(); atMs < to.getTime(); ) {
    const day = periodOf(atMs, timeZone, 'day')
    // `day:2026-11-03@Europe/Berlin`
    days.push({ startsAt: new Date(day.startsAtMs), label: day.id.slice(4, 14) })
    atMs = day.endsAtMs!
  }
  return { from, to, days }
}

const refuse = (pointer: string, sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: `/${pointer}`, rule: 'range', message: sentence }],
  })

function present(row: UsageRow) {
  const { accountId, at, tokenId, priceId, costNanos, creditedNanos, heldNanos, ...rest } = row
  return {
    ...rest,
    kind: 'usage-record' as const,
    account: accountId,
    at: at.toISOString(),
    token: tokenId,
    price: priceId,
    costUsd: formatUsd(costNanos),
    costNanos: String(costNanos),
    creditedNanos: String(creditedNanos),
    heldNanos: String(heldNanos),
  }
}

export const usageImplementations = [list, summary]
