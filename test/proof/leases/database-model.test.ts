/**
 * The exploration runs on a model of the database, and this is why it may: whatever transactions gateways
 * send, in whatever order, PostgreSQL and the model end with the same rows.
 */
import { randomUUID } from 'node:crypto'
import { formatId, type Id, uuidOf } from '@commonhold/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, expect, it } from 'vitest'
import { newUuid } from '../../../server/src/crypto/new-id.ts'
import { saveSource } from '../../../server/src/store/gateway-source.ts'
import { closeLeases } from '../../../server/src/store/open-lease.ts'
import { grantLeases, returnLeases } from '../../../server/src/store/pool.ts'
import { type AppliedOutcome, applyOutcomes } from '../../../server/src/store/usage-record.ts'
import { World } from '../../../server/test/gateway/support/world.ts'
import { freshDatabase } from '../../support/postgres.ts'
import {
  apply,
  closeThrough,
  giveBack,
  grant,
  type ModelDatabase,
  newDatabase,
  register,
} from './database-model.ts'
import { realRules } from './rules.ts'

const files = await freshDatabase()
const database = World.open(files.appUrl)
afterAll(async () => {
  await database.close()
  await files.drop()
})

const limits = [30n, 12n]
/** Every budget in each of two periods. */
const pools = [0, 1, 2, 3]
const epochs = 3

interface Both {
  readonly world: World
  readonly budgets: readonly Id<'bud'>[]
  readonly sources: readonly string[]
  readonly model: ModelDatabase
}

async function newBoth(): Promise<Both> {
  const world = await World.create(database, `t${newUuid().slice(-12)}`)
  const budgets = [
    await world.budget(world.rootId, 'first', limits[0]!),
    await world.budget(world.rootId, 'second', limits[1]!),
  ]
  const sources = [randomUUID(), randomUUID()]
  for (const id of sources) await database.withControlPlane((tx) => saveSource(tx, id, 0))
  return { world, budgets, sources, model: newDatabase([...limits, ...limits], 2) }
}

const keyOf = ({ world, budgets }: Both, pool: number) => ({
  accountId: world.rootId,
  ownerId: budgets[pool % 2]!,
  period: { id: `period-${pool < 2 ? 1 : 2}`, startsAtMs: 0, endsAtMs: null },
})

type Act = (both: Both) => Promise<void>

const amount = fc.bigInt(0n, 15n)
const source = fc.nat(1)
const epoch = fc.nat(epochs - 1)
const some = <T>(of: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.nat(pools.length - 1), { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen.map((pool) => of.map((one) => ({ pool, ...one })))))

const registers = fc.tuple(source, epoch).map(
  ([s, e]): Act =>
    async ({ sources, model }) => {
      register(model, s, e)
      await database.withControlPlane((tx) => saveSource(tx, sources[s]!, e))
    },
)

const demand = fc.record({ wants: fc.array(amount, { maxLength: 3 }), free: amount })
const grants = fc.tuple(source, epoch, some(demand)).map(
  ([s, e, demands]): Act =>
    async (both) => {
      const { world, sources, model } = both
      const told = grant(model, realRules, s, e, demands)
      const answers = await world.run((tx) => {
        const asked = demands.map((one) => ({ ...keyOf(both, one.pool), ...one }))
        return grantLeases(tx, world.tenantId, { sourceId: sources[s]!, epoch: e }, asked)
      })
      expect(answers.map(({ grantedTotal }) => grantedTotal)).toEqual(told.map((t) => t.total))
    },
)

const returns = fc.tuple(source, epoch, some(fc.record({ total: amount }))).map(
  ([s, e, told]): Act =>
    async (both) => {
      const { world, sources, model } = both
      giveBack(model, realRules, s, e, told)
      const given = told.map(({ pool, total }) => ({ ...keyOf(both, pool), returnedTotal: total }))
      const from = { sourceId: sources[s]!, epoch: e }
      await world.run((tx) => returnLeases(tx, world.tenantId, from, given))
    },
)

const closes = fc.tuple(source, epoch).map(
  ([s, e]): Act =>
    async ({ world, sources, model }) => {
      closeThrough(model, realRules, s, e)
      await world.run((tx) => closeLeases(tx, world.tenantId, sources[s]!, e))
    },
)

/** A run of a journal, which may begin before the mark: what was applied comes again. */
const batch = fc.record({
  source,
  leaseEpoch: epoch,
  first: fc.integer({ min: 1, max: 8 }),
  calls: fc.array(fc.record({ cost: amount, pools: fc.subarray(pools) }), { maxLength: 4 }),
})
const applies = batch.map(
  ({ source: s, leaseEpoch, first, calls }): Act =>
    async (both) => {
      const { world, sources, model } = both
      const outcomes = calls.map((call, index) => ({
        ...call,
        call: index,
        leaseEpoch,
        position: { epoch: leaseEpoch, sequence: first + index },
      }))
      apply(model, realRules, s, outcomes)
      const rows = outcomes.map(({ position, cost, pools: counted }): AppliedOutcome => {
        const settlements = counted.map((pool) => ({ ...keyOf(both, pool), amount: cost }))
        return {
          position,
          usage: usageOf(world, cost),
          // As ledger/attempt.ts makes them: what counts nothing is not settled.
          settlements: cost > 0n ? settlements : [],
        }
      })
      const from = { sourceId: sources[s]!, epoch: leaseEpoch }
      await world.run((tx) => applyOutcomes(tx, world.tenantId, from, rows, []))
    },
)

function usageOf(world: World, costNanos: bigint): AppliedOutcome['usage'] {
  const id = newUuid()
  const named = { principalKind: 'virtual-account', principalName: 'agent', modelName: 'a/b' }
  return {
    ...named,
    id,
    requestId: id,
    attempt: 1,
    accountId: world.rootId,
    atMs: 0,
    principalId: formatId('va', id),
    tokenId: null,
    teamIds: [],
    modelId: formatId('mdl', id),
    providerAccountId: formatId('pacc', id),
    shareId: null,
    route: 'chat',
    status: 'ok',
    numbersFrom: 'provider',
    inputTokens: 1,
    cachedInputTokens: 0,
    outputTokens: 1,
    priceId: null,
    markupPpm: 0n,
    costNanos,
    heldNanos: costNanos,
    overHold: false,
    durationMs: 1,
    metadata: {},
  }
}

interface Rows {
  readonly pools: readonly (string | null)[]
  readonly leases: readonly string[]
  readonly billedNanos: bigint
}

async function stored(both: Both): Promise<Rows> {
  const { world, sources } = both
  return world.run(async (tx) => {
    const byPool = await sql<{ owner: string; period: string; settled: bigint; leased: bigint }>`
      select owner_id as owner, period_id as period, settled, leased from pool`.execute(tx)
    const byLease = await sql<{ text: string; owner: string; period: string; source: string }>`
      select owner_id as owner, period_id as period, source_id as source,
        concat_ws(' ', epoch, granted, returned, settled, closed) as text from lease`.execute(tx)
    const { rows } = await sql<{ sum: bigint }>`
      select coalesce(sum(cost_nanos), 0)::bigint as sum from usage_record`.execute(tx)
    const poolOf = (row: { owner: string; period: string }) =>
      pools.find((pool) => {
        const { ownerId, period } = keyOf(both, pool)
        return uuidOf(ownerId) === row.owner && period.id === row.period
      })
    return {
      pools: pools.map((pool) => {
        const row = byPool.rows.find((one) => poolOf(one) === pool)
        return row ? `${row.settled} ${row.leased}` : null
      }),
      leases: byLease.rows
        .map((row) => `${poolOf(row)} ${sources.indexOf(row.source)} ${row.text}`)
        .sort(),
      billedNanos: rows[0]!.sum,
    }
  })
}

function modelled({ pools: rows, leases, billed }: ModelDatabase): Rows {
  const all = leases.flatMap((bySource, pool) =>
    bySource.flatMap((byEpoch, s) => byEpoch.flatMap((lease) => (lease ? { pool, s, lease } : []))),
  )
  return {
    pools: rows.map(({ settled, leased }, pool) =>
      all.some((one) => one.pool === pool) ? `${settled} ${leased}` : null,
    ),
    leases: all
      .map(({ pool, s, lease: { epoch: e, granted, returned, settled, closed } }) =>
        [pool, s, e, granted, returned, settled, closed ? 't' : 'f'].join(' '),
      )
      .sort(),
    billedNanos: billed.reduce((sum, { cost }) => sum + cost, 0n),
  }
}

it('the model of the database and PostgreSQL have the same rows after any transactions', async () => {
  const act = fc.oneof(
    { weight: 1, arbitrary: registers },
    { weight: 5, arbitrary: grants },
    { weight: 3, arbitrary: returns },
    { weight: 4, arbitrary: applies },
    { weight: 1, arbitrary: closes },
  )
  const script = fc.array(act, { minLength: 5, maxLength: 15, size: 'max' })
  await fc.assert(
    fc.asyncProperty(script, async (acts) => {
      const both = await newBoth()
      for (const one of acts) await one(both)
      expect(await stored(both)).toEqual(modelled(both.model))
    }),
    { numRuns: 25 },
  )
})
