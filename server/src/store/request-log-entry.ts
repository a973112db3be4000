/**
 * Entries of the request log on their way in, and out when their time is over. What a request cost is
 * not among them: it is in its usage records, which are written exactly once.
 */
import type { AccountId, Id, PrincipalId, TenantId, TokenId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'

export type RequestOutcome = 'ok' | 'refused' | 'failed' | 'cancelled'

export interface RequestLogEntry {
  readonly id: Id<'req'>
  readonly accountId: AccountId
  readonly atMs: number
  readonly route: string
  readonly principalId: PrincipalId
  readonly principalKind: string
  readonly principalName: string
  readonly tokenId: TokenId
  readonly tokenName: string
  readonly modelAsked: string
  readonly modelServed: string | null
  readonly streamed: boolean
  readonly outcome: RequestOutcome
  readonly code: string | null
  readonly message: string | null
  readonly durationMs: number
  readonly firstByteMs: number | null
  readonly requestBytes: number
  readonly answerBytes: number
  /** Encrypted for `bodiesContext`; null where none are kept. */
  readonly bodies: Buffer | null
}

/** What the ciphertext of a request's bodies is bound to. */
export function bodiesContext(id: Id<'req'>): string {
  return `request_log_body/${id}`
}

/**
 * A request that was first refused and then, by fresher news, served is written twice: the last counts.
 * @param entries of one tenant, each request once
 */
export async function insertRequestLog(
  tx: Tx,
  tenantId: TenantId,
  entries: readonly RequestLogEntry[],
): Promise<void> {
  const rows = entries.map(({ bodies: _, ...entry }) => ({
    ...entry,
    id: uuid(entry.id),
    account: uuid(entry.accountId),
    at: new Date(entry.atMs).toISOString(),
    principalId: uuid(entry.principalId),
    tokenId: uuid(entry.tokenId),
  }))
  // An account that is gone by now has no log any more.
  await sql`insert into request_log (tenant_id, account_id, id, at, route, principal_id,
      principal_kind, principal_name, token_id, token_name, model_asked, model_served, streamed,
      outcome, code, message, duration_ms, first_byte_ms, request_bytes, answer_bytes)
    select ${uuid(tenantId)}, r.account, r.id, r.at, r.route, r."principalId", r."principalKind",
      r."principalName", r."tokenId", r."tokenName", r."modelAsked", r."modelServed", r.streamed,
      r.outcome, r.code, r.message, r."durationMs", r."firstByteMs", r."requestBytes",
      r."answerBytes"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (account uuid, id uuid,
      at timestamptz, route text, "principalId" uuid, "principalKind" text, "principalName" text,
      "tokenId" uuid, "tokenName" text, "modelAsked" text, "modelServed" text, streamed boolean,
      outcome text, code text, message text, "durationMs" int, "firstByteMs" int,
      "requestBytes" bigint, "answerBytes" bigint)
    join account a on a.id = r.account and a.state <> 'deleted'
    on conflict (tenant_id, account_id, id) do update set model_asked = excluded.model_asked,
      model_served = excluded.model_served, streamed = excluded.streamed,
      outcome = excluded.outcome, code = excluded.code, message = excluded.message,
      duration_ms = excluded.duration_ms, first_byte_ms = excluded.first_byte_ms,
      request_bytes = excluded.request_bytes, answer_bytes = excluded.answer_bytes`.execute(tx)
  await insertBodies(tx, tenantId, entries)
}

async function insertBodies(
  tx: Tx,
  tenantId: TenantId,
  entries: readonly RequestLogEntry[],
): Promise<void> {
  const kept = entries.flatMap(({ id, accountId, bodies }) =>
    bodies === null ? [] : [{ id: uuid(id), account: uuid(accountId), bodies }],
  )
  if (kept.length === 0) return
  await sql`insert into request_log_body (tenant_id, account_id, id, ciphertext)
    select ${uuid(tenantId)}, b.account, b.id, b.ciphertext
    from unnest(${kept.map(({ account }) => account)}::uuid[], ${kept.map(({ id }) => id)}::uuid[],
      ${kept.map(({ bodies }) => bodies)}::bytea[]) as b (account, id, ciphertext)
    join request_log l on l.account_id = b.account and l.id = b.id
    on conflict (tenant_id, account_id, id) do update set ciphertext = excluded.ciphertext`.execute(
    tx,
  )
}

/**
 * Deletes entries whose time is over, by what their account says now.
 * @param now counted from here
 * @param retentionDaysDefault of an account that says nothing
 * @param limit how many at most
 * @returns how many were deleted
 */
export async function deleteOldRequestLog(
  tx: Tx,
  now: Date,
  retentionDaysDefault: number,
  limit: number,
): Promise<number> {
  const { rows } = await sql`with due as (
      select l.account_id, l.id from account a
      join lateral (select account_id, id from request_log
        where account_id = a.id and tenant_id = a.tenant_id and at < ${now}::timestamptz
          - make_interval(days => coalesce(
            (a.gateway_settings #>> '{requestLog,retentionDays}')::int, ${retentionDaysDefault}))
        order by at limit ${limit}) l on true
      limit ${limit})
    delete from request_log l using due where l.account_id = due.account_id and l.id = due.id
    returning l.id`.execute(tx)
  return rows.length
}
