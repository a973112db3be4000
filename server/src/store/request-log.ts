/**
 * The request log, read. What a request used, and what it cost, is read from its usage records: there is
 * one place for money, and it is not the log.
 */
import type { AccountId, Id, PrincipalId, TokenId } from '@commonhold/core'
import { type ExpressionBuilder, sql } from 'kysely'
import { principalId } from './caller.ts'
import { type Tx, typed, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'
import type { RequestOutcome } from './request-log-entry.ts'
import type { Schema } from './schema.generated.ts'

export interface RequestLogFilter {
  /** As it was asked for, or as it was served. */
  readonly model?: string
  readonly principal?:
    | PrincipalId
    | { readonly kind: 'user' | 'virtual-account'; readonly name: string }
  readonly tokens?: readonly TokenId[]
  readonly outcome?: string
  readonly code?: string
  readonly costNanosMin?: bigint
  readonly from?: Date
  readonly to?: Date
}

const recordsOf = sql`usage_record u where u.request_id = request_log.id
  and u.account_id = request_log.account_id and u.tenant_id = request_log.tenant_id`

const selectEntries = (tx: Tx, accountId: AccountId) =>
  tx
    .selectFrom('requestLog')
    .where('requestLog.accountId', '=', uuid(accountId))
    .selectAll('requestLog')
    .select([
      sql<bigint>`(select count(*) from ${recordsOf})`.as('attempts'),
      sql<bigint>`(select coalesce(sum(u.input_tokens), 0)::bigint from ${recordsOf})`.as(
        'inputTokens',
      ),
      sql<bigint>`(select coalesce(sum(u.output_tokens), 0)::bigint from ${recordsOf})`.as(
        'outputTokens',
      ),
      sql<bigint>`(select coalesce(sum(u.cost_nanos), 0)::bigint from ${recordsOf})`.as(
        'costNanos',
      ),
      sql<boolean>`exists (select from request_log_body b where b.id = request_log.id
        and b.account_id = request_log.account_id and b.tenant_id = request_log.tenant_id)`.as(
        'hasBodies',
      ),
    ])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectEntries>['executeTakeFirstOrThrow']>>
export type RequestLogRow = ReturnType<typeof fromRow>

function fromRow(row: DatabaseRow) {
  return {
    ...row,
    id: typed('req', row.id),
    accountId: typed('acct', row.accountId),
    principal: {
      id: principalId(row.principalKind, row.principalId),
      kind: row.principalKind,
      name: row.principalName,
    },
    token: { id: typed('tok', row.tokenId), name: row.tokenName },
    outcome: row.outcome as RequestOutcome,
    requestBytes: Number(row.requestBytes),
    answerBytes: Number(row.answerBytes),
    attempts: Number(row.attempts),
    inputTokens: Number(row.inputTokens),
    outputTokens: Number(row.outputTokens),
  }
}

export async function listRequestLog(
  tx: Tx,
  accountId: AccountId,
  filter: RequestLogFilter,
  request: PageRequest,
) {
  const page = await fetchPage(
    selectEntries(tx, accountId).where(matching(filter) as never),
    request,
    { at: { column: 'request_log.at', type: 'timestamptz' } },
    'request_log.id',
    'uuid',
    false,
  )
  return { ...page, rows: page.rows.map(fromRow) }
}

function matching(filter: RequestLogFilter) {
  const { model, principal, tokens, outcome, code, costNanosMin, from, to } = filter
  return (where: ExpressionBuilder<Schema, 'requestLog'>) =>
    where.and([
      ...(model === undefined
        ? []
        : [where.or([where('modelAsked', '=', model), where('modelServed', '=', model)])]),
      ...(typeof principal === 'string' ? [where('principalId', '=', uuid(principal))] : []),
      ...(typeof principal === 'object'
        ? [where('principalKind', '=', principal.kind), where('principalName', '=', principal.name)]
        : []),
      ...(tokens ? [sql<boolean>`token_id = any(${tokens.map(uuid)}::uuid[])`] : []),
      ...(outcome ? [where('outcome', '=', outcome)] : []),
      ...(code ? [where('code', '=', code)] : []),
      ...(costNanosMin === undefined
        ? []
        : [
            sql<boolean>`(select coalesce(sum(u.cost_nanos), 0) from ${recordsOf})
              >= ${costNanosMin.toString()}::bigint`,
          ]),
      ...(from ? [where('at', '>=', from)] : []),
      ...(to ? [where('at', '<', to)] : []),
    ])
}

export async function findRequestLog(tx: Tx, accountId: AccountId, id: Id<'req'>) {
  const row = await selectEntries(tx, accountId).where('id', '=', uuid(id)).executeTakeFirst()
  return row === undefined ? null : fromRow(row)
}

/** The name that a model has now, by which its requests are found. */
export async function findModelName(tx: Tx, id: Id<'mdl' | 'vmdl'>): Promise<string | null> {
  const row = await tx
    .selectFrom('resource')
    .leftJoin('resource as parent', (join) =>
      join
        .onRef('parent.id', '=', 'resource.parentId')
        .onRef('parent.tenantId', '=', 'resource.tenantId'),
    )
    .select(['resource.name', 'parent.name as parentName'])
    .where('resource.id', '=', uuid(id))
    .executeTakeFirst()
  if (row === undefined) return null
  return row.parentName === null ? row.name : `${row.parentName}/${row.name}`
}

/** Each attempt of a request, in the order in which they were made. */
export async function listAttempts(tx: Tx, accountId: AccountId, id: Id<'req'>) {
  const rows = await tx
    .selectFrom('usageRecord')
    .leftJoin('price', 'price.id', 'usageRecord.priceId')
    .where('usageRecord.accountId', '=', uuid(accountId))
    .where('usageRecord.requestId', '=', uuid(id))
    .selectAll('usageRecord')
    .select('price.version as priceVersion')
    .orderBy('attempt')
    .execute()
  return rows.map((row) => ({
    ...row,
    id: typed('use', row.id),
    model: { id: typed('mdl', row.modelId), name: row.modelName },
    why: whyIn(row.metadata),
    status: row.status as 'ok' | 'error' | 'cancelled' | 'unknown',
    inputTokens: Number(row.inputTokens),
    cachedInputTokens: Number(row.cachedInputTokens),
    outputTokens: Number(row.outputTokens),
  }))
}

function whyIn(metadata: unknown): string | null {
  const { why } = metadata as { why?: unknown }
  return typeof why === 'string' ? why : null
}

export async function findBodies(tx: Tx, accountId: AccountId, id: Id<'req'>) {
  const row = await tx
    .selectFrom('requestLogBody')
    .select('ciphertext')
    .where('accountId', '=', uuid(accountId))
    .where('id', '=', uuid(id))
    .executeTakeFirst()
  return row?.ciphertext ?? null
}
