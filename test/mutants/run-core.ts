/**
 * Runs the checks of core against every mutant of it, and prints what became of each as JSON. A program
 * of its own, because each mutant is a copy of core/src that Node has to load.
 *
 *     node test/mutants/run-core.ts [seed]
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type CheckedCore, coreChecks } from './core-checks.ts'
import { coreMutants } from './core-mutants.ts'
import { type Mutant, mutate, type Outcome } from './mutant.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** A mutant that stands this long is one that nothing sees. */
const worldsMax = 100

const seed = Number(process.argv[2] ?? 1)
const directory = mkdtempSync(join(tmpdir(), 'commonhold-mutants-'))
try {
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
  const outcomes: Outcome[] = [await run(null, 0)]
  for (const [index, mutant] of coreMutants.entries()) outcomes.push(await run(mutant, index + 1))
  process.stdout.write(JSON.stringify({ seed, outcomes }))
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** @param mutant null for core as it is, which has to stand */
async function run(mutant: Mutant | null, index: number): Promise<Outcome> {
  const copy = join(directory, String(index))
  cpSync(join(root, 'core/src'), copy, { recursive: true })
  if (mutant) {
    const source = readFileSync(join(root, mutant.file), 'utf8')
    writeFileSync(join(copy, mutant.file.slice('core/src/'.length)), mutate(source, mutant))
  }
  const { name, file } = mutant ?? { name: 'as it is', file: 'core/src' }
  let checks = 0
  try {
    const core: CheckedCore = await import(pathToFileURL(join(copy, 'index.ts')).href)
    for (const [what, holds] of coreChecks(core, seed, worldsMax)) {
      checks++
      if (!holds) return { name, file, killedBy: what, checks }
    }
  } catch (error) {
    return { name, file, killedBy: `an error: ${error}`, checks }
  }
  return { name, file, killedBy: null, checks }
}
