/**
 * Tenants with three budgets each in an embedded PostgreSQL that keeps what it commits, and outcomes as a
 * gateway ships them: 50 callers of 10 models, each counted under all three.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatId, type TenantId } from '@commonhold/core'
import { newId, newUuid } from '../../server/src/crypto/new-id.ts'
import { startEmbedded } from '../../server/src/postgres/embedded.ts'
import type { Database } from '../../server/src/store/database.ts'
import { saveSource } from '../../server/src/store/gateway-source.ts'
import { migrate } from '../../server/src/store/migrate.ts'
import { type AppliedOutcome, applyOutcomes } from '../../server/src/store/usage-record.ts'
import { World } from '../../server/test/gateway/support/world.ts'

const CALLERS = 50
const MODELS = 10
export const BUDGETS = 3
const plenty = 10n ** 18n
export const costNanos = 12_000n

export interface UsageTenant {
  readonly tenantId: TenantId
  /** So many outcomes that were never applied. */
  outcomes(count: number): AppliedOutcome[]
  apply(outcomes: readonly AppliedOutcome[]): Promise<unknown>
}

export interface UsageWorld {
  readonly database: Database
  readonly appUrl: string
  readonly tenants: readonly UsageTenant[]
  close(): Promise<void>
}

export async function startUsageWorld(tenants: number): Promise<UsageWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'commonhold-bench-'))
  const silent = () => undefined
  const log = { debug: silent, info: silent, warn: console.warn, error: console.error }
  const server = await startEmbedded({ dataDir: directory, log })
  await migrate(server.ownerUrl)
  const database = World.open(server.appUrl)
  const sourceId = randomUUID()
  await database.withControlPlane((tx) => saveSource(tx, sourceId, 1))
  const made: UsageTenant[] = []
  for (let n = 0; n < tenants; n++) made.push(await makeTenant(database, sourceId, n))
  return {
    database,
    appUrl: server.appUrl,
    tenants: made,
    close: async () => {
      await database.close()
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function makeTenant(database: Database, sourceId: string, n: number): Promise<UsageTenant> {
  const world = await World.create(database, `tenant-${n}`)
  const { tenantId, rootId: accountId } = world
  const ids = []
  for (let budget = 0; budget < BUDGETS; budget++) {
    ids.push(await world.budget(accountId, `budget-${budget}`, plenty))
  }
  const period = { id: 'month:2026-11@UTC', startsAtMs: Date.UTC(2026, 10), endsAtMs: null }
  const settlements = ids.map((ownerId) => ({ accountId, ownerId, period, amount: costNanos }))
  const callers = Array.from({ length: CALLERS }, () => newId('va'))
  const models = Array.from({ length: MODELS }, () => newId('mdl'))
  const common = {
    attempt: 1,
    accountId,
    principalKind: 'virtual-account',
    principalName: 'caller',
    tokenId: newId('tok'),
    teamIds: [newId('team')],
    modelName: 'bench/small',
    providerAccountId: newId('pacc'),
    shareId: null,
    route: 'chat',
    status: 'ok',
    numbersFrom: 'provider',
    inputTokens: 130,
    cachedInputTokens: 0,
    outputTokens: 50,
    priceId: formatId('prc', newUuid()),
    markupPpm: 0n,
    costNanos,
    heldNanos: 10n * costNanos,
    overHold: false,
    durationMs: 12,
    metadata: {},
  } as const
  let sequence = 0
  const outcome = (): AppliedOutcome => {
    sequence++
    const principalId = callers[sequence % CALLERS]!
    const modelId = models[(sequence * 7) % MODELS]!
    const own = { id: newUuid(), requestId: newUuid(), atMs: Date.now(), principalId, modelId }
    return { position: { epoch: 1, sequence }, usage: { ...common, ...own }, settlements }
  }
  return {
    tenantId,
    outcomes: (count) => Array.from({ length: count }, outcome),
    apply: (outcomes) =>
      database.withTenant(tenantId, (tx) =>
        applyOutcomes(tx, tenantId, { sourceId, epoch: 1 }, outcomes),
      ),
  }
}
