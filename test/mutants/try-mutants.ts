/**
 * Tries every mutant and keeps what became of each in results.json: those of core in a program of their
 * own, those of the server in a copy of the repository, which is held against the rule over stored worlds.
 */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { trackedFiles } from '../repo/files.ts'
import type { TestServer } from '../support/test-server.ts'
import { type Mutant, mutate, type Outcome } from './mutant.ts'
import { serverMutants } from './server-mutants.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const results = new URL('results.json', import.meta.url)
/** A mutant of the server that stands so many worlds is one that nothing sees. */
const worldsMax = 20
const runMsMax = 10 * 60_000

export interface MutantsRun {
  readonly seed: number
  readonly server: TestServer
  readonly log: (line: string) => void
}

export async function tryMutants({ seed, server, log }: MutantsRun) {
  const core = join(root, 'test/mutants/run-core.ts')
  const outcomes: Outcome[] = JSON.parse(run(root, core, String(seed))).outcomes.slice(1)
  log(`  ${outcomes.length} mutants of core`)
  const copy = makeCopy()
  try {
    const original = tryOne(copy, null, server, seed)
    if (original.killedBy !== null) throw new Error(`the server as it is: ${original.killedBy}`)
    log(`  the server as it is stands ${original.checks} checks`)
    for (const mutant of serverMutants) {
      const outcome = tryOne(copy, mutant, server, seed)
      log(
        `  ${outcome.killedBy === null ? 'not seen: ' : `after ${outcome.checks}: `}${mutant.name}`,
      )
      outcomes.push(outcome)
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  writeFileSync(results, `${JSON.stringify({ seed, outcomes }, null, 2)}\n`)
  const survivors = outcomes.filter(({ killedBy }) => killedBy === null)
  return {
    mutants: outcomes.length,
    killed: outcomes.length - survivors.length,
    checksMax: Math.max(...outcomes.map(({ checks }) => checks)),
    differences: survivors.map(({ name, file }) => `${file}: ${name}`),
  }
}

/** @param mutant null for the server as it is, which has to stand */
function tryOne(copy: string, mutant: Mutant | null, server: TestServer, seed: number): Outcome {
  const { name, file } = mutant ?? { name: 'as it is', file: 'server/src' }
  const original = mutant && readFileSync(join(copy, file), 'utf8')
  if (mutant && original !== null) writeFileSync(join(copy, file), mutate(original, mutant))
  try {
    const program = join(copy, 'test/mutants/run-server.ts')
    const args = [JSON.stringify(server), String(seed), String(worldsMax)]
    const { checks, difference } = JSON.parse(run(copy, program, ...args))
    return { name, file, killedBy: difference && 'stored worlds', checks }
  } finally {
    if (original !== null) writeFileSync(join(copy, file), original)
  }
}

function run(cwd: string, program: string, ...args: string[]): string {
  return execFileSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    timeout: runMsMax,
    maxBuffer: 64 * 1_024 * 1_024,
  })
}

/** All files that git knows, on the packages that are installed. */
function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'commonhold-mutants-'))
  for (const path of trackedFiles()) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    copyFileSync(join(root, path), join(copy, path))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}
