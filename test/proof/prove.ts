/**
 * `npm run prove`: compares at length what `npm test` compares in short, prints what it did, and keeps
 * the figures in results/latest.json. It takes as long as it takes; nothing in it depends on a date.
 *
 *     npm run prove                        everything, with a seed of its own
 *     npm run prove -- --seed 7            the same worlds and sequences again
 *     npm run prove -- pure stored         only these layers
 *     npm run prove -- --decisions 100000  fewer of them
 *
 *     npm run prove -- gateway --kills 200      so many rounds of kill -9 at the real processes
 *     npm run prove -- leases --states 9000000  every world as a whole, however large
 *
 * Layers: pure (decide, the rule written for reading, Cedar), stored (the same over rows in PostgreSQL,
 * also such as no constraint lets in), sequence (random acts at two servers, with kills), leases (every
 * order of events around a budget), simulation (many gateways and everything that goes wrong),
 * gateway (the real processes, kill -9 under load; goes on where it was broken off) and mutants (faults put
 * in on purpose, each of which has to be seen).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { proveGateway } from '../crash/rounds/run.ts'
import { tryMutants } from '../mutants/try-mutants.ts'
import { freshDatabaseOn } from '../support/fresh-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { proveLeases } from './leases/run.ts'
import { proveSimulation } from './leases/simulation/run.ts'
import { comparePureInParallel } from './pure/parallel.ts'
import { runSequence } from './sequence/run.ts'
import { compareStored } from './stored/compare-stored.ts'

const layers = ['pure', 'stored', 'sequence', 'leases', 'simulation', 'gateway', 'mutants'] as const
type Layer = (typeof layers)[number]

const usage = `Say any of: ${layers.join(', ')}; --seed, --decisions, --cedar-every, --worlds, --rounds, --states, --kills.`
const defaults = {
  decisions: 1_000_000,
  'cedar-every': 1,
  worlds: 100,
  rounds: 300,
  states: 1_000_000,
  kills: 200,
}
const reportEveryMs = 5_000
const directory = new URL('results/', import.meta.url)

interface Settings {
  readonly seed: number
  readonly decisions: number
  readonly cedarEvery: number
  readonly worlds: number
  readonly rounds: number
  readonly states: number
  readonly kills: number
  readonly only: readonly Layer[]
}

function readSettings(): Settings {
  const number = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: number,
      decisions: number,
      'cedar-every': number,
      worlds: number,
      rounds: number,
      states: number,
      kills: number,
    },
  })
  const count = (name: keyof typeof values, otherwise: number) => {
    const value = Number(values[name] ?? otherwise)
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(usage)
    return value
  }
  const unknown = positionals.filter((name) => !layers.includes(name as Layer))
  if (unknown.length > 0) throw new Error(usage)
  return {
    seed: count('seed', 1 + Math.floor(Math.random() * 1_000)),
    decisions: count('decisions', defaults.decisions),
    cedarEvery: count('cedar-every', defaults['cedar-every']),
    worlds: count('worlds', defaults.worlds),
    rounds: count('rounds', defaults.rounds),
    states: count('states', defaults.states),
    kills: count('kills', defaults.kills),
    only: positionals.length > 0 ? (positionals as Layer[]) : layers,
  }
}

/** Prints at most every few seconds. */
function reporter(line: (counts: never) => string): (counts: object) => void {
  let lastMs = Date.now()
  return (counts) => {
    if (Date.now() - lastMs < reportEveryMs) return
    lastMs = Date.now()
    console.log(`  … ${line(counts as never)}`)
  }
}

interface Verdict {
  readonly differences: readonly string[]
}

const runs: { [layer in Layer]: (settings: Settings, server: TestServer) => Promise<Verdict> } = {
  pure: ({ seed, decisions, cedarEvery }) =>
    comparePureInParallel({
      seed,
      decisions,
      cedarEvery,
      report: reporter((c: { decisions: number; cedarDecisions: number }) => {
        return `${c.decisions} decisions, ${c.cedarDecisions} by Cedar as well`
      }),
    }),
  stored: async ({ seed, worlds }, server) => {
    const [strict, lax] = [await freshDatabaseOn(server), await freshDatabaseOn(server)]
    const report = reporter((c: { decisions: number }) => `${c.decisions} decisions over rows`)
    return compareStored({ seed, worlds, strict, lax, report })
  },
  sequence: async ({ seed, rounds }, server) =>
    runSequence({
      seed,
      rounds,
      checks: 12,
      kills: Math.max(1, Math.floor(rounds / 40)),
      database: await freshDatabaseOn(server),
      report: reporter((c: { steps: number; decisions: number }) => {
        return `${c.steps} acts, ${c.decisions} decisions`
      }),
    }),
  leases: async ({ states }) =>
    proveLeases(
      states,
      reporter((c: { at: string; states: number }) => `${c.at}: ${c.states} states`),
    ),
  simulation: async ({ seed, rounds }) =>
    proveSimulation(
      seed,
      Math.max(1, Math.floor(rounds / 30)),
      reporter((c: { at: string; seed: number }) => `${c.at}, seed ${c.seed}`),
    ),
  gateway: ({ seed, kills }, server) =>
    proveGateway(seed, kills, server, (line) => console.log(line)),
  mutants: ({ seed }, server) => tryMutants({ seed, server, log: (line) => console.log(line) }),
}

const settings = readSettings()
const { seed, only } = settings
console.log(`Seed ${seed}.`)
const { server, stop } = await startTestServer()
let failed = false
try {
  for (const layer of only) {
    console.log(`${layer}:`)
    const startedMs = Date.now()
    const counts = await runs[layer](settings, server)
    const seconds = Math.round((Date.now() - startedMs) / 1_000)
    const { differences, ...figures } = counts
    console.log(JSON.stringify(figures, null, 2))
    console.log(`${layer}: ${differences.length} differences, after ${seconds} s.`)
    for (const difference of differences) console.error(difference)
    failed ||= differences.length > 0
    keep(layer, { seed, ...figures, differences: differences.length })
  }
} finally {
  await stop()
}
console.log(failed ? 'There are differences.' : 'No differences.')
process.exitCode = failed ? 1 : 0

/** Layers that were not run keep their figures. */
function keep(layer: Layer, figures: object): void {
  mkdirSync(directory, { recursive: true })
  const file = new URL('latest.json', directory)
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  writeFileSync(file, `${JSON.stringify({ ...before, [layer]: figures }, null, 2)}\n`)
}
