/**
 * Writes usage records in bulk, which is most of what PostgreSQL does for a gateway. What the calls of a
 * batch have in common (few callers call few models) goes there once, as a row of JSON, and what differs
 * goes as arrays: PostgreSQL reads a number of an array in a tenth of the time of a field of JSON.
 */
import { type Id, type TenantId, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import type { UsageRecord } from './usage-record.ts'

/**
 * @param records of one tenant; the ids are new
 * @param countedIn for each, the set of budgets that it was counted in (charged-budgets.ts)
 */
export async function insertUsageRecords(
  tx: Tx,
  tenantId: TenantId,
  records: readonly UsageRecord[],
  countedIn: readonly (string | null)[],
): Promise<void> {
  const { kinds, kindOf } = kindsOf(records, countedIn)
  const each = (read: (record: UsageRecord) => string | number | bigint) =>
    `{${records.map(read).join(',')}}`
  await sql`insert into usage_record (tenant_id, account_id, id, request_id, attempt, at,
      principal_id, principal_kind, principal_name, token_id, team_ids, model_id, model_name,
      provider_account_id, share_id, route, status, numbers_from, input_tokens,
      cached_input_tokens, output_tokens, price_id, markup_ppm, cost_nanos, held_nanos, over_hold,
      duration_ms, metadata, charged_budgets_id)
    select ${uuid(tenantId)}, k.account, r.id, r.request, r.attempt,
      'epoch'::timestamptz + r.at_ms * interval '1 millisecond', k.principal,
      k."principalKind", k."principalName", k.token, k.teams, k.model, k."modelName", k.provider,
      k.share, k.route, k.status, k."numbersFrom", r.input, r.cached, r.output, k.price,
      k."markupPpm", r.cost, r.held, k."overHold", r.duration, k.metadata,
      k.budgets
    from unnest(${`{${kindOf.join(',')}}`}::int[], ${each(({ id }) => id)}::uuid[],
        ${each(({ requestId }) => requestId)}::uuid[], ${each(({ attempt }) => attempt)}::int[],
        ${each(({ atMs }) => atMs)}::bigint[], ${each((one) => one.inputTokens)}::bigint[],
        ${each((one) => one.cachedInputTokens)}::bigint[],
        ${each((one) => one.outputTokens)}::bigint[], ${each((one) => one.costNanos)}::bigint[],
        ${each((one) => one.heldNanos)}::bigint[], ${each((one) => one.durationMs)}::int[])
      as r (kind, id, request, attempt, at_ms, input, cached, output, cost, held, duration)
    join jsonb_to_recordset(${JSON.stringify(kinds)}::jsonb) as k (kind int, account uuid,
      principal uuid, "principalKind" text, "principalName" text, token uuid, teams uuid[],
      model uuid, "modelName" text, provider uuid, share uuid, route text, status text,
      "numbersFrom" text, price uuid, "markupPpm" bigint, "overHold" boolean, metadata jsonb,
      budgets uuid)
      on k.kind = r.kind`.execute(tx)
}

/** @returns what calls have in common, and for each record which of those it is */
function kindsOf(records: readonly UsageRecord[], countedIn: readonly (string | null)[]) {
  const kinds: object[] = []
  const known = new Map<string, number>()
  const kindOf = records.map((record, index) => {
    const budgets = countedIn[index]
    const key = `${budgets} ${keyOf(record)}`
    const before = known.get(key)
    if (before !== undefined) return before
    known.set(key, kinds.length)
    return kinds.push({ kind: kinds.length, budgets, ...commonOf(record) }) - 1
  })
  return { kinds, kindOf }
}

/** All that `commonOf` tells: ids decide the rest, except for names, which change, and metadata. */
function keyOf(one: UsageRecord): string {
  const { accountId, principalId, tokenId, teamIds, modelId, providerAccountId, shareId } = one
  const ids = `${accountId} ${principalId} ${tokenId} ${teamIds} ${modelId} ${providerAccountId}`
  const how = `${shareId} ${one.priceId} ${one.markupPpm} ${one.status} ${one.numbersFrom}`
  const told = `${one.overHold} ${one.route}\n${one.principalName}\n${one.modelName}`
  return `${ids} ${how} ${told}\n${JSON.stringify(one.metadata)}`
}

function commonOf(one: UsageRecord): object {
  const orNull = (id: Id | null) => id && uuidOf(id)
  return {
    account: uuidOf(one.accountId),
    principal: uuidOf(one.principalId),
    principalKind: one.principalKind,
    principalName: one.principalName,
    token: orNull(one.tokenId),
    teams: one.teamIds.map(uuidOf),
    model: uuidOf(one.modelId),
    modelName: one.modelName,
    provider: uuidOf(one.providerAccountId),
    share: orNull(one.shareId),
    route: one.route,
    status: one.status,
    numbersFrom: one.numbersFrom,
    price: orNull(one.priceId),
    markupPpm: one.markupPpm.toString(),
    overHold: one.overHold,
    metadata: one.metadata,
  }
}
