/**
 * Checks of the repository, one after another, with a name and a time for each.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './fail.mjs'
import { root, tool } from './paths.mjs'
import { run } from './run-command.mjs'

/** @typedef {{ name: string, act: () => Promise<number> }} Step */

/** Types of the server side, and of the console where there is one. */
export const types = {
  name: 'types',
  act: async () => {
    const code = await run(tool('tsc'), ['--noEmit', '-p', root])
    if (code !== 0 || !existsSync(join(root, 'console', 'tsconfig.json'))) return code
    return run(tool('tsc'), ['--noEmit', '-p', 'console'])
  },
}

/** Format and lint. */
export const lint = { name: 'lint', act: () => run(tool('biome'), ['check']) }

/**
 * Runs the steps until one fails, then says how each went.
 * @param {Step[]} steps
 * @returns {Promise<number>} the exit code of the step that failed, or 0
 */
export async function runSteps(steps) {
  const lines = []
  let failed = 0
  for (const { name, act } of steps) {
    if (failed !== 0) {
      lines.push(`  ${name.padEnd(16)} not run`)
      continue
    }
    console.log(`\n── ${name}`)
    const sinceMs = performance.now()
    failed = await attempt(act)
    const seconds = ((performance.now() - sinceMs) / 1000).toFixed(1)
    lines.push(`  ${name.padEnd(16)} ${failed === 0 ? 'passed' : 'FAILED'}  ${seconds} s`)
  }
  console.log(`\n── summary\n${lines.join('\n')}`)
  return failed
}

async function attempt(act) {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    return 1
  }
}
