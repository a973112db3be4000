/**
 * What `decide` costs as a tenant grows, as tenants grow in number, and what a gateway keeps of each in
 * memory. All sizes are in memory at once and asked in turns, so that a disturbance meets all of them.
 *
 * "Same traffic" is 100 callers that call 20 models each, again and again, and is the same whatever else is
 * in memory: it says what size itself costs. "In rotation" is 2,000 questions of as many callers as there
 * are. "Cold" is every question once before any comes again: it measures the machine's memory.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { TenantSnapshot } from '../../server/src/gateway/snapshot/tenant-snapshot.ts'
import type { SnapshotRows } from '../../server/src/store/snapshot-rows.ts'
import type { Figure, Say, Table } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { ask, type Prepared, prepare, snapshotOf } from './commonhold.ts'
import { measure } from './measure.ts'
import { rowsOf } from './rows.ts'
import { makeQuestions, makeTraffic, makeWorld, type Question, type World } from './world.ts'

const grantCounts = [1_000, 10_000, 100_000, 1_000_000]
const tenantCounts = [10, 100, 1_000, 10_000]
const GRANTS_OF_EACH = 100
const CALLERS = 100
/** Where there are many. */
const CALLING_TENANTS = 10
const MODELS_OF_EACH = 20
const IN_ROTATION = 2_000
const COLD = 200_000
const WARM_UP_MS = 200
const ROUND_MS = 200
const ROUNDS = 5

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const kinds = ['traffic', 'rotation', 'cold'] as const

interface Case {
  readonly name: string
  readonly figures: readonly Figure[]
  readonly traffic: readonly Prepared[]
  readonly rotation: readonly Prepared[]
  readonly cold: readonly Prepared[]
}

export function compareSizes(say: Say): Table[] {
  const bySize = grantCounts.map((count) => {
    say(`access: ${count.toLocaleString('en-US')} grants in memory`)
    return sizeCase(count)
  })
  const tables = [
    table('Access decisions as a tenant grows', 'grants', bySize, ['load ms', 'MB']),
    memoryTable(say),
  ]
  bySize.length = 0
  const byTenants = tenantCounts.map((count) => {
    say(`access: ${count.toLocaleString('en-US')} tenants in memory`)
    return tenantsCase(count)
  })
  const title = `Access decisions as tenants of ${GRANTS_OF_EACH} grants grow in number`
  tables.push(table(title, 'tenants', byTenants, ['MB']))
  return tables
}

function sizeCase(count: number): Case {
  const world = makeWorld(count)
  const rows = rowsOf(world, 'tnt_bench')
  const before = heapBytes()
  const startMs = performance.now()
  const snapshot = snapshotOf(rows)
  const loadMs = performance.now() - startMs
  const megabytes = (heapBytes() - before) / 1e6
  return {
    name: count.toLocaleString('en-US'),
    figures: [loadMs, megabytes],
    traffic: prepare(snapshot, makeTraffic(world, CALLERS, MODELS_OF_EACH)),
    rotation: prepare(snapshot, makeQuestions(world, IN_ROTATION)),
    cold: prepare(snapshot, makeQuestions(world, COLD)),
  }
}

function tenantsCase(count: number): Case {
  const before = heapBytes()
  const traffic: Prepared[] = []
  const rotation: Prepared[] = []
  const cold: Prepared[] = []
  const all: TenantSnapshot[] = []
  for (let index = 0; index < count; index++) {
    const world = makeWorld(GRANTS_OF_EACH, index + 1)
    const snapshot = snapshotOf(rowsOf(world, `tnt_${index}`))
    all.push(snapshot)
    if (index < CALLING_TENANTS) {
      traffic.push(
        ...prepare(snapshot, makeTraffic(world, CALLERS / CALLING_TENANTS, MODELS_OF_EACH)),
      )
    }
    rotation.push(...prepare(snapshot, makeQuestions(world, Math.ceil(IN_ROTATION / count))))
    cold.push(...prepare(snapshot, makeQuestions(world, Math.ceil(COLD / count))))
  }
  const megabytes = (heapBytes() - before) / 1e6
  return {
    name: count.toLocaleString('en-US'),
    figures: [megabytes],
    traffic,
    // One of each tenant before the second of any.
    rotation: mixed(rotation).slice(0, IN_ROTATION),
    cold: mixed(cold),
  }
}

/** In an order in which no two neighbours were made together; the same every time. */
function mixed<T>(list: readonly T[]): T[] {
  const step = 7_919
  return list.map((_, index) => list[(index * step) % list.length]!)
}

function table(title: string, of: string, cases: readonly Case[], more: readonly string[]): Table {
  const results = cases.map(() => kinds.map((): number[] => []))
  const run = (list: readonly Prepared[], durationMs: number) =>
    measure((index) => ask(list[index]!), list.length, durationMs)
  for (const one of cases) for (const kind of kinds) run(one[kind], WARM_UP_MS)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, one] of cases.entries()) {
      for (const [at, kind] of kinds.entries()) results[index]![at]!.push(run(one[kind], ROUND_MS))
    }
  }
  const first = median(results[0]![0]!)
  return {
    title,
    columns: [
      of,
      'same traffic/CPU s',
      'ns each',
      'of the first',
      'in rotation/CPU s',
      'cold/CPU s',
      'cold questions',
      ...more,
    ],
    rows: cases.map(({ name, figures, cold }, index) => {
      const [traffic, rotation, coldOnes] = results[index]!.map(median) as [number, number, number]
      return [
        name,
        traffic,
        1e9 / traffic,
        first / traffic,
        rotation,
        coldOnes,
        cold.length,
        ...figures,
      ]
    }),
    notes: [
      `Same traffic: ${CALLERS} callers (where there are many tenants, ten of each of ten) call ${MODELS_OF_EACH} models each; of the first: how many times as long as in the first row.`,
      `In rotation: ${IN_ROTATION.toLocaleString('en-US')} questions of as many callers as there are, again and again.`,
      'Cold: each question once before any comes again, as many as there are up to 200,000.',
    ],
  }
}

/** What a row of each kind takes, and what a token that calls adds to it. */
function memoryTable(say: Say): Table {
  say('access: memory')
  const world = makeWorld(100_000)
  const whole = bytesOf(world, (rows) => rows)
  const without = (...tables: (keyof SnapshotRows)[]) =>
    bytesOf(world, (rows) => ({
      ...rows,
      ...Object.fromEntries(tables.map((name) => [name, []])),
    }))
  const grants = whole - without('grants')
  const tokens = whole - without('tokens', 'credentials')
  const resources = whole - without('resources', 'grants') - grants
  const members = whole - without('principals', 'memberships', 'teamMembers')
  const facts = factsBytes(world)
  const small = 1_000
  const tenants = Array.from({ length: small }, () => ({ value: null as TenantSnapshot | null }))
  const beforeTenants = heapBytes()
  const one = makeWorld(GRANTS_PER_USER_ONE)
  for (const tenant of tenants) tenant.value = snapshotOf(rowsOf(one, 'tnt_bench'))
  const perTenant = (heapBytes() - beforeTenants) / small
  return {
    title: 'What a gateway keeps in memory',
    columns: ['of each', 'bytes'],
    rows: [
      ['grant', grants / world.grants.length],
      ['token with its secret’s hash', tokens / world.users.length],
      ['user with three teams', members / world.users.length],
      ['model or provider account', resources / world.resources.length],
      ['token that calls, besides', facts],
      ['tenant of one user and one grant', perTenant],
    ],
    notes: [
      'Of a tenant of 100,000 grants and 10,000 users, each text of its own as from a database.',
    ],
  }
}

const GRANTS_PER_USER_ONE = 1

/** What each token that calls adds. The rows are gone before it is measured what there is. */
function factsBytes(world: World): number {
  const questions: Question[] = makeQuestions(world, COLD)
  const called = new Set(questions.map(({ user }) => user)).size
  const kept = { snapshot: null as TenantSnapshot | null }
  const load = () => {
    kept.snapshot = snapshotOf(rowsOf(world, 'tnt_bench'))
  }
  load()
  const before = heapBytes()
  for (const question of questions) prepare(kept.snapshot!, [question])
  const bytes = heapBytes() - before
  stillThere(kept.snapshot!)
  return bytes / called
}

function bytesOf(world: World, change: (rows: SnapshotRows) => SnapshotRows): number {
  const before = heapBytes()
  const kept = { snapshot: snapshotOf(change(rowsOf(world, 'tnt_bench'))) }
  const bytes = heapBytes() - before
  stillThere(kept.snapshot)
  return bytes
}

/** What is not asked for any more may be collected before it has been measured. */
function stillThere({ revision }: TenantSnapshot): void {
  if (revision !== 1) throw new Error('the snapshot is another')
}

function heapBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
