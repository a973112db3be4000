/**
 * The smaller commands: `npm run check` (types and lint), `gen` (writes the generated files), `bench`
 * (compares the product with its peers, with dependencies of its own), `prove` (compares what it decides
 * with other opinions, at length).
 */
import { join } from 'node:path'
import { exitWith, Refusal } from './lib/fail.mjs'
import { ensureInstalled, ensureReady } from './lib/install.mjs'
import { root } from './lib/paths.mjs'
import { run } from './lib/run-command.mjs'
import { lint, runSteps, types } from './lib/steps.mjs'

const [command, ...args] = process.argv.slice(2)

const commands = {
  check: () => runSteps([types, lint]),
  gen: (node) => run(node, ['scripts/gen.ts', ...args]),
  bench: async (node) => {
    await ensureInstalled(join(root, 'bench'))
    return run(node, ['run.mjs', ...args], { cwd: join(root, 'bench') })
  },
  prove: (node) => run(node, ['test/proof/prove.ts', ...args]),
}

await exitWith(async () => {
  const act = commands[command]
  if (act === undefined) {
    throw new Refusal(`Say one of: ${Object.keys(commands).join(', ')}. (npm run check)`)
  }
  return act(await ensureReady())
})
