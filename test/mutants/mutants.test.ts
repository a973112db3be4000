/**
 * Faults put in on purpose. The pure ones are all tried here; those of the server take a database each,
 * and are tried by `npm run prove`. What became of each is kept in results.json.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { coreMutants } from './core-mutants.ts'
import { mutate, type Outcome } from './mutant.ts'
import { serverMutants } from './server-mutants.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const runCore = join(root, 'test/mutants/run-core.ts')
const results = join(root, 'test/mutants/results.json')
const mutantsMin = 90

it('each mutant is of a text that stands in the source once', () => {
  const all = [...coreMutants, ...serverMutants]
  expect(all.length).toBeGreaterThanOrEqual(mutantsMin)
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  for (const mutant of all) {
    const source = readFileSync(join(root, mutant.file), 'utf8')
    expect(mutate(source, mutant)).not.toBe(source)
  }
})

it('the list of what became of them is of these mutants, and none was missed', () => {
  const { outcomes } = JSON.parse(readFileSync(results, 'utf8')) as { outcomes: Outcome[] }
  const names = (list: readonly { name: string; file: string }[]) =>
    list.map(({ name, file }) => `${file}: ${name}`)
  expect(names(outcomes), 'run: npm run prove -- mutants').toEqual(
    names([...coreMutants, ...serverMutants]),
  )
  expect(outcomes.filter(({ killedBy }) => killedBy === null)).toEqual([])
})

it('core as it is stands, and every mutant of it is seen', () => {
  const output = execFileSync(process.execPath, [runCore], { encoding: 'utf8' })
  const { outcomes } = JSON.parse(output) as { outcomes: Outcome[] }
  const [original, ...mutants] = outcomes
  expect(original).toMatchObject({ name: 'as it is', killedBy: null })
  expect(mutants).toHaveLength(coreMutants.length)
  expect(mutants.filter(({ killedBy }) => killedBy === null)).toEqual([])
  expect(mutants.filter(({ killedBy }) => killedBy?.startsWith('an error'))).toEqual([])
})
