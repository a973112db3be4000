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
import { ChargedBudgets } from './charged-budgets.ts'
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
import { insertUsageRecords } from './usage-insert.ts'
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
  const records = fresh.map(({ usage, settlements }) => {
    const told = flags(usage.accountId, settlements, over)
    return told === null ? usage : { ...usage, metadata: { ...usage.metadata, ...told } }
  })
  const budgets = new ChargedBudgets()
  const countedIn = fresh.map(({ usage, settlements }) =>
    usage.costNanos > 0n ? budgets.idOf(settlements) : null,
  )
  await budgets.save(tx, tenantId)
  await insertUsageRecords(tx, tenantId, records, countedIn)
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
 * Settles each pool once for the whole batch: the sum of the costs leaves what each of them would. Only
 * a limit that counts and never refuses is asked about each, because it tells which it would have refused.
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
  const byPool = Map.groupBy(settlements, poolKeyText)
  const keys = Array.from(byPool.values(), ([first]) => first!)
  const locked = await lockPools(tx, tenantId, source, keys)
  const over = new Map<Settlement, LockedPool>()
  for (const [key, ofPool] of byPool) {
    const row = locked.get(key)!
    if (row.mode === 'audit') {
      for (const settlement of ofPool) {
        if (wouldRefuse(row, settlement)) over.set(settlement, row)
        apply(row, source, settlement.amount)
      }
    } else {
      apply(row, source, sumOf(ofPool))
    }
  }
  await savePools(tx, tenantId, source, [...locked.values()])
  if (over.size > 0) await countWouldRefuse(tx, tenantId, [...over.keys()])
  return over
}

function apply(row: LockedPool, { epoch }: LeaseSource, amount: bigint): void {
  const step = applySettlement(row.pool, row.lease, epoch, amount)
  if (!step.ok) throw new Error(`A settlement was refused: ${step.code}`)
  row.pool = step.pool
  row.lease = step.lease
}

const sumOf = (settlements: readonly Settlement[]) =>
  settlements.reduce((sum, { amount }) => sum + amount, 0n)

/**
 * Which limits that only count would have refused this attempt: those of the account. What root counts,
 * on a share or on all accounts together, is told in root.
 */
function flags(
  accountId: AccountId,
  settlements: readonly Settlement[],
  over: ReadonlyMap<Settlement, LockedPool>,
): { overAuditBudgets: string[] } | null {
  if (over.size === 0) return null
  const names = settlements.flatMap((settlement) => {
    const row = settlement.accountId === accountId ? over.get(settlement) : undefined
    return row === undefined ? [] : [row.limitName ?? settlement.ownerId]
  })
  return names.length > 0 ? { overAuditBudgets: names } : null
}
