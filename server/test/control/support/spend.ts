/** Puts usage on the books as a gateway's journal does: through the function that applies outcomes. */
import { type AccountId, type Id, periodOf, type TenantId, type TokenId } from '@commonhold/core'
import { newId, newUuid } from '../../../src/crypto/new-id.ts'
import type { Database } from '../../../src/store/database.ts'
import { saveSource } from '../../../src/store/gateway-source.ts'
import { applyOutcomes, type UsageRecord } from '../../../src/store/usage-record.ts'

export interface Spending {
  readonly at: string
  readonly costNanos?: bigint
  readonly model?: { readonly id: string; readonly name: string }
  readonly virtualModelId?: string
  readonly principal?: { readonly id: string; readonly kind: string; readonly name: string }
  readonly tokenId?: string
  readonly teamIds?: readonly string[]
  readonly priceId?: string
  readonly requestId?: string
  readonly attempt?: number
  readonly status?: UsageRecord['status']
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly markupPpm?: bigint
  readonly metadata?: Readonly<Record<string, unknown>>
  /** The budgets that count it, each in its running period. */
  readonly budgets?: readonly { readonly id: string; readonly account?: string }[]
}

const someModel = { id: newId('mdl'), name: 'vendor/small' }
const somebody = { id: newId('user'), kind: 'user', name: 'ana@acme.example' }

/** One journal, whose sequence rises with each outcome. */
export async function journalOf(database: Database, tenantId: TenantId, accountId: string) {
  const sourceId = newUuid()
  await database.withControlPlane((tx) => saveSource(tx, sourceId, 1))
  let sequence = 0
  return (...spendings: Spending[]) =>
    database.withTenant(tenantId, (tx) =>
      applyOutcomes(
        tx,
        tenantId,
        { sourceId, epoch: 1 },
        spendings.map((spending) => ({
          position: { epoch: 1, sequence: ++sequence },
          usage: usageOf(spending, accountId as AccountId),
          settlements: settlementsOf(spending, accountId as AccountId),
        })),
      ),
    )
}

function settlementsOf({ at, costNanos = 0n, budgets = [] }: Spending, accountId: AccountId) {
  const period = periodOf(Date.parse(at), 'UTC', 'month')
  return [...budgets]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, account = accountId }) => ({
      accountId: account as AccountId,
      ownerId: id as Id<'bud'>,
      period,
      amount: costNanos,
    }))
}

export function usageOf(spending: Spending, accountId: AccountId): UsageRecord {
  const { model = someModel, principal = somebody } = spending
  return {
    id: newUuid(),
    requestId: spending.requestId ?? newUuid(),
    attempt: spending.attempt ?? 1,
    accountId,
    atMs: Date.parse(spending.at),
    principalId: principal.id as Id,
    principalKind: principal.kind,
    principalName: principal.name,
    tokenId: (spending.tokenId ?? null) as TokenId | null,
    teamIds: (spending.teamIds ?? []) as Id[],
    modelId: model.id as Id,
    modelName: model.name,
    ...(spending.virtualModelId ? { virtualModelId: spending.virtualModelId as Id } : {}),
    providerAccountId: newId('pacc'),
    shareId: null,
    route: '/v1/chat/completions',
    status: spending.status ?? 'ok',
    numbersFrom: 'provider',
    inputTokens: spending.inputTokens ?? 1_000,
    cachedInputTokens: 0,
    outputTokens: spending.outputTokens ?? 100,
    priceId: (spending.priceId ?? null) as Id | null,
    markupPpm: spending.markupPpm ?? 0n,
    costNanos: spending.costNanos ?? 1_000_000n,
    heldNanos: 2_000_000n,
    overHold: false,
    durationMs: 10,
    metadata: spending.metadata ?? {},
  }
}
