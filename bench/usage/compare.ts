/**
 * Usage applied to PostgreSQL: records with their charges, three budgets settled for each, exactly once.
 * Beside it, each call written in a transaction of its own.
 */
import { cpuSecondsOf } from '../lib/cpu.ts'
import type { Figure, Report, Say } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { writeOneByOne } from './one-by-one.ts'
import { BUDGETS, startUsageWorld, type UsageTenant, type UsageWorld } from './world.ts'

const BATCH = 1_000
const RECORDS = 20_000
const ONE_BY_ONE_RECORDS = 1_000
const ROUNDS = 5
const TENANTS = 4

interface Applied {
  readonly perSecond: number
  readonly postgresMicros: number | null
  readonly nodeMicros: number
}

export async function compareUsage(say: Say): Promise<Report> {
  say('usage: starting PostgreSQL')
  const world = await startUsageWorld(TENANTS)
  try {
    const [first] = world.tenants as readonly [UsageTenant]
    const ways: [string, () => Promise<Applied>][] = [
      ['each call in a transaction', () => oneByOne(world, first)],
      ['batches of one tenant', () => inBatches([first])],
      [`batches of ${TENANTS} tenants at once`, () => inBatches(world.tenants)],
    ]
    const measured = ways.map((): Applied[] => [])
    for (let round = 0; round < ROUNDS; round++) {
      say(`usage: round ${round + 1} of ${ROUNDS}`)
      for (const [index, [, way]] of ways.entries()) measured[index]!.push(await way())
    }
    const rows = ways.map(([name], index) => rowOf(name, measured[index]!, measured[0]!))
    return { tables: [tableOf(rows)] }
  } finally {
    await world.close()
  }
}

async function inBatches(tenants: readonly UsageTenant[]): Promise<Applied> {
  const each = RECORDS / tenants.length
  const batches = tenants.map((tenant) => {
    const all = tenant.outcomes(each)
    const cut = Array.from({ length: each / BATCH }, (_, n) =>
      all.slice(n * BATCH, (n + 1) * BATCH),
    )
    return { tenant, cut }
  })
  return timed(RECORDS, async () => {
    await Promise.all(
      batches.map(async ({ tenant, cut }) => {
        for (const batch of cut) await tenant.apply(batch)
      }),
    )
  })
}

async function oneByOne({ appUrl }: UsageWorld, tenant: UsageTenant): Promise<Applied> {
  const outcomes = tenant.outcomes(ONE_BY_ONE_RECORDS)
  return timed(outcomes.length, () => writeOneByOne(appUrl, tenant.tenantId, outcomes))
}

async function timed(records: number, work: () => Promise<void>): Promise<Applied> {
  const allBefore = cpuSecondsOf(process.pid)
  const ownBefore = process.cpuUsage()
  const startMs = performance.now()
  await work()
  const seconds = (performance.now() - startMs) / 1_000
  const own = process.cpuUsage(ownBefore)
  const allAfter = cpuSecondsOf(process.pid)
  const ownMicros = own.user + own.system
  const all = allBefore === null || allAfter === null ? null : (allAfter - allBefore) * 1e6
  return {
    perSecond: records / seconds,
    postgresMicros: all === null ? null : (all - ownMicros) / records,
    nodeMicros: ownMicros / records,
  }
}

function rowOf(
  name: string,
  measured: readonly Applied[],
  peer: readonly Applied[],
): [string, ...Figure[]] {
  const rate = (all: readonly Applied[]) => median(all.map(({ perSecond }) => perSecond))
  const postgres = measured.map(({ postgresMicros }) => postgresMicros ?? Number.NaN)
  return [
    name,
    rate(measured),
    rate(measured) / rate(peer),
    median(postgres),
    median(measured.map(({ nodeMicros }) => nodeMicros)),
  ]
}

function tableOf(rows: [string, ...Figure[]][]) {
  return {
    title: `Usage applied to PostgreSQL, ${BUDGETS} budgets for each call`,
    columns: ['', 'records/s', 'of one by one', 'PostgreSQL µs/record', 'Node µs/record'],
    rows,
    notes: [
      `Batches of ${BATCH}. What is committed is on the disk. PostgreSQL has two indexes, a unique ` +
        'key and a foreign key to look after for each record; the bench and it share all cores.',
    ],
  }
}
