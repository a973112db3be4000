/**
 * Usage records, read: one by one, and summed up. They are written by store/usage-record.ts, keep
 * the names of their time, and outlive what they name.
 */
import type { AccountId, Id, PrincipalId, UnitKind } from '@commonhold/core'
import { type ExpressionBuilder, sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'
import type { Schema } from './schema.generated.ts'
import type { NumbersFrom } from './usage-record.ts'

export interface UsageFilter {
  /** An id, or the name that the records carry. */
  readonly model?: Id<'mdl'> | { readonly name: string }
  readonly principal?:
    | PrincipalId
    | { readonly kind: 'user' | 'virtual-account'; readonly name: string }
  readonly tokens?: readonly Id<'tok'>[]
  readonly team?: Id<'team'>
  readonly status?: string
  readonly from?: Date
  readonly to?: Date
}

const selectUsage = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('usageRecord')
    .leftJoin('price', 'price.id', 'usageRecord.priceId')
    .where('usageRecord.accountId', '=', uuid(accountId))
    .selectAll('usageRecord')
    .select('price.version as priceVersion')
    .select(
      sql<bigint>`(select coalesce(sum(e.amount_nanos), 0)::bigint from ledger_entry e
        where e.tenant_id = usage_record.tenant_id and e.account_id = usage_record.account_id
          and e.usage_record_id = usage_record.id and e.kind = 'credit')`.as('creditedNanos'),
    )

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectUsage>['executeTakeFirstOrThrow']>>
export type UsageRow = ReturnType<typeof fromRow>

function fromRow(row: DatabaseRow) {
  return {
    id: typed('use', row.id),
    accountId: typed('acct', row.accountId),
    requestId: typed('req', row.requestId),
    attempt: row.attempt,
    at: row.at,
    principal: {
      id: principalId(row.principalKind, row.principalId),
      kind: row.principalKind,
      name: row.principalName,
    },
    tokenId: row.tokenId === null ? null : typed('tok', row.tokenId),
    model: { id: typed('mdl', row.modelId), name: row.modelName },
    shared: row.shareId !== null,
    route: row.route,
    status: row.status as 'ok' | 'error' | 'cancelled' | 'unknown',
    numbersFrom: row.numbersFrom as NumbersFrom,
    inputTokens: Number(row.inputTokens),
    cachedInputTokens: Number(row.cachedInputTokens),
    outputTokens: Number(row.outputTokens),
    units: unitsIn((row.metadata as { units?: StoredUnits }).units ?? {}),
    priceId: row.priceId === null ? null : typed('prc', row.priceId),
    priceVersion: row.priceVersion,
    markupPpm: Number(row.markupPpm),
    costNanos: row.costNanos,
    creditedNanos: row.creditedNanos,
    heldNanos: row.heldNanos,
    overHold: row.overHold,
    durationMs: row.durationMs,
  }
}

type StoredUnits = { readonly [K in UnitKind]?: number | bigint }

/** What is not sold by the token, and only what of it was used. */
export interface UnitsUsed {
  readonly images?: number
  readonly audioSeconds?: number
  readonly characters?: number
  readonly searchUnits?: number
}

const unitFields = [
  ['image', 'images'],
  ['audio_second', 'audioSeconds'],
  ['character', 'characters'],
  ['search_unit', 'searchUnits'],
] as const

function unitsIn(stored: StoredUnits): UnitsUsed {
  const given = unitFields.map(([kind, field]) => [field, Number(stored[kind] ?? 0)] as const)
  return Object.fromEntries(given.filter(([, units]) => units > 0))
}

export async function listUsage(
  tx: Tx,
  accountId: AccountId,
  filter: UsageFilter,
  request: PageRequest,
) {
  const page = await fetchPage(
    selectUsage(tx, accountId).where(matching(filter) as never),
    request,
    { at: { column: 'usage_record.at', type: 'timestamptz' } },
    'usage_record.id',
    'uuid',
    false,
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

function matching({ model, principal, tokens, team, status, from, to }: UsageFilter) {
  return (where: ExpressionBuilder<Schema, 'usageRecord'>) =>
    where.and([
      ...(typeof model === 'string' ? [where('modelId', '=', uuid(model))] : []),
      ...(typeof model === 'object' ? [where('modelName', '=', model.name)] : []),
      ...(typeof principal === 'string' ? [where('principalId', '=', uuid(principal))] : []),
      ...(typeof principal === 'object'
        ? [where('principalKind', '=', principal.kind), where('principalName', '=', principal.name)]
        : []),
      ...(tokens ? [sql<boolean>`token_id = any(${tokens.map(uuid)}::uuid[])`] : []),
      ...(team ? [sql<boolean>`${uuid(team)}::uuid = any(team_ids)`] : []),
      ...(status ? [where('status', '=', status)] : []),
      ...(from ? [where('at', '>=', from)] : []),
      ...(to ? [where('at', '<', to)] : []),
    ])
}

export type Grouping = 'model' | 'principal' | 'team' | 'token' | 'day' | 'status'

export interface UsageSums {
  /** A request counts once, however many providers were tried. */
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly units: UnitsUsed
  readonly costNanos: bigint
}

export interface UsageGroup extends UsageSums {
  readonly key: string
  readonly name: string
  readonly thenKey: string | null
  readonly thenName: string | null
}

export interface UsageRange {
  readonly from: Date
  readonly to: Date
  /** The days that the range touches: the first instant of each, and what it is called. */
  readonly days: readonly { readonly startsAt: Date; readonly label: string }[]
}

/**
 * A request is counted where its first recorded attempt is, so that groups add up to the total. Few
 * attempts are not the first, and `or` spares the others the look-up: counting distinct requests
 * took most of the time of a sum.
 */
export const isFirstAttempt = sql<boolean>`(u.attempt = 1 or not exists (select from usage_record f
  where f.request_id = u.request_id and f.attempt < u.attempt))`

const unitSum = (kind: UnitKind) =>
  sql`coalesce(sum((u.metadata->'units'->>${sql.lit(kind)})::numeric), 0)::float8 as ${sql.ref(kind)}`

const sums = sql`count(*) filter (where ${isFirstAttempt}) as requests,
  coalesce(sum(u.input_tokens), 0)::bigint as input_tokens,
  coalesce(sum(u.output_tokens), 0)::bigint as output_tokens,
  ${sql.join(unitFields.map(([kind]) => unitSum(kind)))},
  coalesce(sum(u.cost_nanos), 0)::bigint as cost_nanos`

interface SumsRow {
  readonly image: number
  readonly audioSecond: number
  readonly character: number
  readonly searchUnit: number
  readonly requests: bigint
  readonly inputTokens: bigint
  readonly outputTokens: bigint
  readonly costNanos: bigint
}

const sumsOf = ({
  requests,
  inputTokens,
  outputTokens,
  costNanos,
  ...row
}: SumsRow): UsageSums => ({
  requests: Number(requests),
  inputTokens: Number(inputTokens),
  outputTokens: Number(outputTokens),
  units: unitsIn({
    image: row.image,
    audio_second: row.audioSecond,
    character: row.character,
    search_unit: row.searchUnit,
  }),
  costNanos,
})

export async function totalUsage(
  tx: Tx,
  accountId: AccountId,
  range: Pick<UsageRange, 'from' | 'to'>,
): Promise<UsageSums> {
  const { rows } = await sql<SumsRow>`select ${sums} from usage_record u
    where u.account_id = ${uuid(accountId)} and u.at >= ${range.from} and u.at < ${range.to}`.execute(
    tx,
  )
  return sumsOf(rows[0]!)
}

/**
 * Groups by day, then by cost. A request of somebody in two teams is in the group of each, so groups by team may add up to more
 * than the total.
 * @param limit how many groups at most
 */
export async function sumUsage(
  tx: Tx,
  accountId: AccountId,
  range: UsageRange,
  groupBy: Grouping,
  thenBy: Grouping | null,
  limit: number,
): Promise<UsageGroup[]> {
  const byTeam = groupBy === 'team' || thenBy === 'team'
  const { rows } = await sql<SumsRow & { key: string; label: string; then: string; sub: string }>`
    select ${keyOf(groupBy, range)} as key, ${labelOf(groupBy)} as label,
      ${thenBy ? keyOf(thenBy, range) : sql`null::text`} as "then",
      ${thenBy ? labelOf(thenBy) : sql`null::text`} as sub, ${sums}
    from usage_record u
      ${byTeam ? sql`left join lateral unnest(u.team_ids) as member (team_id) on true` : sql``}
    where u.account_id = ${uuid(accountId)} and u.at >= ${range.from} and u.at < ${range.to}
    group by 1, 3 order by cost_nanos desc, 1, 3 limit ${limit}`.execute(tx)
  const groups = rows.map((row) => ({
    ...sumsOf(row),
    ...nameOf(groupBy, row.key, row.label, range),
    ...(thenBy === null
      ? { thenKey: null, thenName: null }
      : renamed(nameOf(thenBy, row.then, row.sub, range))),
  }))
  return groupBy === 'day' ? groups.sort((a, b) => (a.key < b.key ? -1 : 1)) : groups
}

const renamed = ({ key, name }: { key: string; name: string }) => ({ thenKey: key, thenName: name })

function keyOf(grouping: Grouping, { days }: UsageRange) {
  switch (grouping) {
    case 'model':
      return sql`u.model_id::text`
    case 'principal':
      return sql`u.principal_kind || '/' || u.principal_id`
    case 'team':
      return sql`coalesce(member.team_id::text, '')`
    case 'token':
      return sql`coalesce(u.token_id::text, '')`
    case 'status':
      return sql`u.status`
    case 'day':
      return sql`width_bucket(u.at, ${days.map(({ startsAt }) => startsAt)}::timestamptz[])::text`
  }
}

/** Names as they are now where the thing still is, as the records have them where they carry one. */
function labelOf(grouping: Grouping) {
  switch (grouping) {
    case 'model':
      return sql`max(u.model_name)`
    case 'principal':
      return sql`max(u.principal_name)`
    case 'team':
      return sql`(select t.name from team t where t.id = (max(member.team_id::text))::uuid)`
    case 'token':
      return sql`(select t.name from token t where t.id = (max(u.token_id::text))::uuid)`
    default:
      return sql`null::text`
  }
}

function nameOf(grouping: Grouping, key: string, label: string | null, { days }: UsageRange) {
  switch (grouping) {
    case 'model':
      return { key: typed('mdl', key) as string, name: label ?? '' }
    case 'principal': {
      const [kind, id] = key.split('/')
      return { key: principalId(kind!, id!) as string, name: label ?? '' }
    }
    case 'team':
      return key === '' ? { key, name: 'no team' } : named(typed('team', key), label)
    case 'token':
      return key === '' ? { key, name: 'no token' } : named(typed('tok', key), label)
    case 'status':
      return { key, name: key }
    case 'day': {
      const day = days[Number(key) - 1]!.label
      return { key: day, name: day }
    }
  }
}

const named = (id: Id, label: string | null) => ({ key: id as string, name: label ?? id })
