/**
 * What `decide` costs as a tenant grows, as tenants grow in number, and what a gateway keeps of each in
 * memory. All sizes are in memory at once and asked in turns, so that a disturbance meets all of them.
 *
 * "In rotation" is 2,000 questions again and again, as a gateway sees them: the same callers call the
 * same models. "Cold" is every question once before any comes again: it measures the machine's memory.
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
import { makeQuestions, makeWorld, type Question, type World } from './world.ts'

const grantCounts = [1_000, 10_000, 100_000, 1_000_000]
const tenantCounts = [10, 100, 1_000, 10_000]
const GRANTS_OF_ALL = 100_000
const GRANTS_PER_TENANT = 100
const IN_ROTATION = 2_000
const COLD = 200_000
const WARM_UP_MS = 200
const ROUND_MS = 200
const ROUNDS = 5

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

interface Case {
  readonly name: string
  readonly figures: readonly Figure[]
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
  const kinds = [
    [`${GRANTS_OF_ALL.toLocaleString('en-US')} grants in all`, (n: number) => GRANTS_OF_ALL / n],
    [`${GRANTS_PER_TENANT} grants in each`, () => GRANTS_PER_TENANT],
  ] as const
  for (const [name, grantsOf] of kinds) {
    const cases = tenantCounts.map((count) => {
      say(`access: ${count.toLocaleString('en-US')} tenants in memory, ${name}`)
      return tenantsCase(count, grantsOf(count))
    })
    tables.push(
      table(`Access decisions as tenants grow in number: ${name}`, 'tenants', cases, ['MB']),
    )
  }
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
    rotation: prepare(snapshot, makeQuestions(world, IN_ROTATION)),
    cold: prepare(snapshot, makeQuestions(world, COLD)),
  }
}

function tenantsCase(count: number, grants: number): Case {
  const before = heapBytes()
  const rotation: Prepared[] = []
  const cold: Prepared[] = []
  const all: TenantSnapshot[] = []
  for (let index = 0; index < count; index++) {
    const world = makeWorld(grants, index + 1)
    const snapshot = snapshotOf(rowsOf(world, `tnt_${index}`))
    all.push(snapshot)
    rotation.push(...prepare(snapshot, makeQuestions(world, Math.ceil(IN_ROTATION / count))))
    cold.push(...prepare(snapshot, makeQuestions(world, Math.ceil(COLD / count))))
  }
  const megabytes = (heapBytes() - before) / 1e6
  return {
    name: count.toLocaleString('en-US'),
    figures: [megabytes],
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
  const results = cases.map(() => ({ rotation: [] as number[], cold: [] as number[] }))
  const run = (list: readonly Prepared[], durationMs: number) =>
    measure((index) => ask(list[index]!), list.length, durationMs)
  for (const { rotation, cold } of cases) {
    run(rotation, WARM_UP_MS)
    run(cold, WARM_UP_MS)
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { rotation, cold }] of cases.entries()) {
      results[index]!.rotation.push(run(rotation, ROUND_MS))
      results[index]!.cold.push(run(cold, ROUND_MS))
    }
  }
  const first = median(results[0]!.rotation)
  return {
    title,
    columns: [
      of,
      'in rotation/CPU s',
      'ns each',
      'of the first',
      'cold/CPU s',
      'cold questions',
      ...more,
    ],
    rows: cases.map(({ name, figures, cold }, index) => {
      const { rotation, cold: coldRounds } = results[index]!
      const each = median(rotation)
      return [name, each, 1e9 / each, first / each, median(coldRounds), cold.length, ...figures]
    }),
    notes: [
      `In rotation: ${IN_ROTATION.toLocaleString('en-US')} questions again and again; of the first: how many times as long as in the first row.`,
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
  const questions: Question[] = makeQuestions(world, COLD)
  const snapshot = snapshotOf(rowsOf(world, 'tnt_bench'))
  const before = heapBytes()
  prepare(snapshot, questions)
  const called = new Set(questions.map(({ user }) => user)).size
  const facts = heapBytes() - before
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
      ['token that calls, besides', facts / called],
      ['tenant of one user and one grant', perTenant],
    ],
    notes: [
      'Of a tenant of 100,000 grants and 10,000 users, each text of its own as from a database.',
    ],
  }
}

const GRANTS_PER_USER_ONE = 1

function bytesOf(world: World, change: (rows: SnapshotRows) => SnapshotRows): number {
  const before = heapBytes()
  const kept = { snapshot: snapshotOf(change(rowsOf(world, 'tnt_bench'))) }
  const bytes = heapBytes() - before
  // Kept until it has been measured.
  if (kept.snapshot.revision !== 1) throw new Error('the snapshot is another')
  return bytes
}

function heapBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
