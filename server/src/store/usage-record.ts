/**
 * Applies what gateways used: usage records, each of which is its own charge, and the settlement of
 * pools and leases.
 *
 * A gateway ships its journal at least once. Here it becomes exactly once: one transaction for the
 * records of one tenant locks the tenant's mark for that journal, drops every record at or before
 * it, applies the others, and moves the mark to the last one. The records of one tenant come in the
 * order of the journal, so nothing that comes later can be at or before the mark. There is a mark
 * for each tenant, because a transaction sees one tenant and a batch may hold several.
 */
import {
  type AccountId,
  applySettlement,
  type Id,
  type PrincipalId,
  type ResourceId,
  type TenantId,
  type TokenId,
} from '@commonhold/core'
import { sql } from 'kysely'
import { type AccessUse, noteAccessUse } from './access-use.ts'
import { type Tx, uuid } from './database.ts'
import {
  type LeaseSource,
  type LockedPool,
  lockPools,
  type PoolKey,
  poolKeyText,
  savePools,
} from './pool.ts'
import { noteTokenUse } from './token-use.ts'
import { countWouldRefuse, wouldRefuse } from './would-refuse.ts'

/** A place in a journal: epochs rise with each start, sequences within one. */
export interface MarkPosition {
  readonly epoch: number
  readonly sequence: number
}

export type UsageStatus = 'ok' | 'error' | 'cancelled' | 'unknown'
export type NumbersFrom = 'provider' | 'estimate' | 'worst-case' | 'cache'

/** One attempt at a provider, as it is billed and told. Ids are typed, amounts are nano-dollars. */
export interface UsageRecord {
  readonly id: string
  readonly requestId: string
  readonly attempt: number
  readonly accountId: AccountId
  readonly atMs: number
  readonly principalId: Id
  readonly principalKind: string
  readonly principalName: string
  readonly tokenId: TokenId | null
  readonly teamIds: readonly Id[]
  readonly modelId: Id
  readonly modelName: string
  /** By whose name the model was called; absent where it was called by its own. */
  readonly virtualModelId?: Id
  readonly providerAccountId: Id
  readonly shareId: Id | null
  readonly route: string
  readonly status: UsageStatus
  readonly numbersFrom: NumbersFrom
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly priceId: Id | null
  readonly markupPpm: bigint
  readonly costNanos: bigint
  readonly heldNanos: bigint
  readonly overHold: boolean
  readonly durationMs: number
  readonly metadata: Readonly<Record<string, unknown>>
}

/** What one attempt adds to one pool, in the period of its hold. */
export interface Settlement extends PoolKey {
  readonly amount: bigint
  /** What was to be held for it, which is what an enforced limit decides by; absent: the amount. */
  readonly wanted?: bigint
}

export interface AppliedOutcome {
  readonly position: MarkPosition
  readonly usage: UsageRecord
  readonly settlements: readonly Settlement[]
}

/**
 * @param source the journal, and the epoch in which the attempts were held: their leases are its.
 *   One epoch for each call, so that all pools of a transaction are locked in one go, in order
 * @param outcomes of one tenant, in the order of the journal
 * @param uses what to note of the power that they used: all of it, or what has not been just before
 * @returns how many were new, or null where the tenant is gone, and its bills with it
 */
export async function applyOutcomes(
  tx: Tx,
  tenantId: TenantId,
  source: LeaseSource,
  outcomes: readonly AppliedOutcome[],
  uses: readonly AccessUse[] = usedPower(outcomes),
): Promise<number | null> {
  const mark = await lockMark(tx, tenantId, source.sourceId)
  if (mark === null) return null
  const fresh = outcomes.filter(({ position }) => isAfter(position, mark))
  const last = fresh.at(-1)
  if (!last) return 0
  const over = await settle(tx, tenantId, source, fresh)
  await insertUsage(tx, tenantId, fresh, over)
  await noteTokenUse(tx, fresh.flatMap(usedToken))
  await noteAccessUse(tx, uses)
  await tx
    .updateTable('gatewayMark')
    .set({ epoch: BigInt(last.position.epoch), sequence: BigInt(last.position.sequence) })
    .where('tenantId', '=', uuid(tenantId))
    .where('sourceId', '=', source.sourceId)
    .execute()
  return fresh.length
}

function usedToken({ usage: { tokenId, atMs } }: AppliedOutcome) {
  return tokenId === null ? [] : [{ tokenId, at: new Date(atMs) }]
}

/** Whatever became of the attempts: they were allowed, and that is what a review asks. */
export function usedPower(outcomes: readonly AppliedOutcome[]): AccessUse[] {
  return outcomes.flatMap(({ usage }) => {
    const { accountId, atMs, modelId, virtualModelId } = usage
    const by = { accountId, principalId: usage.principalId as PrincipalId, at: new Date(atMs) }
    const model = { ...by, permission: 'model:use', resourceId: modelId as ResourceId } as const
    if (virtualModelId === undefined) return [model]
    const resourceId = virtualModelId as ResourceId
    return [model, { ...by, permission: 'virtual-model:use', resourceId } as const]
  })
}

function isAfter(position: MarkPosition, mark: MarkPosition): boolean {
  return (position.epoch - mark.epoch || position.sequence - mark.sequence) > 0
}

async function lockMark(
  tx: Tx,
  tenantId: TenantId,
  sourceId: string,
): Promise<MarkPosition | null> {
  const tenant = uuid(tenantId)
  await sql`insert into gateway_mark (tenant_id, source_id, epoch, sequence)
    select id, ${sourceId}, 0, 0 from tenant where id = ${tenant} on conflict do nothing`.execute(
    tx,
  )
  const row = await tx
    .selectFrom('gatewayMark')
    .select(['epoch', 'sequence'])
    .where('tenantId', '=', tenant)
    .where('sourceId', '=', sourceId)
    .forUpdate()
    .executeTakeFirst()
  return row ? { epoch: Number(row.epoch), sequence: Number(row.sequence) } : null
}

/**
 * Settles each pool once for the whole batch: the sum of the costs leaves what each of them would.
 *
 * @returns what limits that only count would have refused, by the settlement
 */
async function settle(
  tx: Tx,
  tenantId: TenantId,
  source: LeaseSource,
  outcomes: readonly AppliedOutcome[],
): Promise<Map<Settlement, LockedPool>> {
  const settlements = outcomes.flatMap((outcome) => outcome.settlements)
  const locked = await lockPools(tx, tenantId, source, settlements)
  const over = new Map<Settlement, LockedPool>()
  for (const settlement of settlements) {
    const row = locked.get(poolKeyText(settlement))!
    if (row.mode === 'audit' && wouldRefuse(row, settlement)) over.set(settlement, row)
    const step = applySettlement(row.pool, row.lease, source.epoch, settlement.amount)
    if (!step.ok) throw new Error(`A settlement was refused: ${step.code}`)
    row.pool = step.pool
    row.lease = step.lease
  }
  await savePools(tx, tenantId, source, [...locked.values()])
  if (over.size > 0) await countWouldRefuse(tx, tenantId, [...over.keys()])
  return over
}

async function insertUsage(
  tx: Tx,
  tenantId: TenantId,
  outcomes: readonly AppliedOutcome[],
  over: ReadonlyMap<Settlement, LockedPool>,
): Promise<void> {
  // Few callers call few models: most ids of a batch have been turned round before.
  const uuidFrom = remembering(uuid)
  // Nothing but the columns: what PostgreSQL reads to no end takes it as long.
  const rows = outcomes.map(({ usage, settlements }) => ({
    id: usage.id,
    requestId: usage.requestId,
    attempt: usage.attempt,
    principalKind: usage.principalKind,
    principalName: usage.principalName,
    modelName: usage.modelName,
    route: usage.route,
    status: usage.status,
    numbersFrom: usage.numbersFrom,
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    overHold: usage.overHold,
    durationMs: usage.durationMs,
    account: uuidFrom(usage.accountId),
    at: new Date(usage.atMs).toISOString(),
    principal: uuidFrom(usage.principalId),
    token: usage.tokenId && uuidFrom(usage.tokenId),
    teams: usage.teamIds.map(uuidFrom),
    model: uuidFrom(usage.modelId),
    provider: uuidFrom(usage.providerAccountId),
    share: usage.shareId && uuidFrom(usage.shareId),
    price: usage.priceId && uuidFrom(usage.priceId),
    markupPpm: usage.markupPpm.toString(),
    costNanos: usage.costNanos.toString(),
    heldNanos: usage.heldNanos.toString(),
    metadata: { ...usage.metadata, ...flags(usage.accountId, settlements, over) },
  }))
  await sql`insert into usage_record (tenant_id, account_id, id, request_id, attempt, at,
      principal_id, principal_kind, principal_name, token_id, team_ids, model_id, model_name,
      provider_account_id, share_id, route, status, numbers_from, input_tokens,
      cached_input_tokens, output_tokens, price_id, markup_ppm, cost_nanos, held_nanos, over_hold,
      duration_ms, metadata)
    select ${uuid(tenantId)}, r.account, r.id, r."requestId", r.attempt, r.at, r.principal,
      r."principalKind", r."principalName", r.token, r.teams, r.model, r."modelName", r.provider,
      r.share, r.route, r.status, r."numbersFrom", r."inputTokens", r."cachedInputTokens",
      r."outputTokens", r.price, r."markupPpm", r."costNanos", r."heldNanos", r."overHold",
      r."durationMs", r.metadata
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (account uuid, id uuid,
      "requestId" uuid, attempt int, at timestamptz, principal uuid, "principalKind" text,
      "principalName" text, token uuid, teams uuid[], model uuid, "modelName" text, provider uuid,
      share uuid, route text, status text, "numbersFrom" text, "inputTokens" bigint,
      "cachedInputTokens" bigint, "outputTokens" bigint, price uuid, "markupPpm" bigint,
      "costNanos" bigint, "heldNanos" bigint, "overHold" boolean, "durationMs" int,
      metadata jsonb)`.execute(tx)
}

function remembering(of: (id: Id) => string): (id: Id) => string {
  const known = new Map<Id, string>()
  return (id) => {
    const before = known.get(id)
    if (before !== undefined) return before
    const found = of(id)
    known.set(id, found)
    return found
  }
}

const nothingOver = {}

/**
 * Which limits that only count would have refused this attempt: those of the account. What root counts,
 * on a share or on all accounts together, is told in root.
 */
function flags(
  accountId: AccountId,
  settlements: readonly Settlement[],
  over: ReadonlyMap<Settlement, LockedPool>,
): { overAuditBudgets?: string[] } {
  if (over.size === 0) return nothingOver
  const names = settlements.flatMap((settlement) => {
    const row = settlement.accountId === accountId ? over.get(settlement) : undefined
    return row === undefined ? [] : [row.limitName ?? settlement.ownerId]
  })
  return names.length > 0 ? { overAuditBudgets: names } : {}
}
