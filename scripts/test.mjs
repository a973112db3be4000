/**
 * `npm test`: types, lint, generated files, all tests. `npm test -- path …` runs only these tests.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium, hasBrowserTests } from './lib/chromium.mjs'
import { ensureConsole } from './lib/console.mjs'
import { exitWith } from './lib/fail.mjs'
import { ensureReady } from './lib/install.mjs'
import { root, tool, toolEnvironment } from './lib/paths.mjs'
import { run } from './lib/run-command.mjs'
import { lint, runSteps, types } from './lib/steps.mjs'

await exitWith(async () => {
  const node = await ensureReady()
  const paths = process.argv.slice(2)
  const vitest = (env) => run(tool('vitest'), ['run', ...paths], { env: toolEnvironment(env) })
  if (paths.length > 0) return vitest({})

  const steps = [types, lint]
  if (existsSync(join(root, 'scripts', 'gen.ts'))) {
    steps.push({ name: 'generated files', act: () => run(node, ['scripts/gen.ts', '--check']) })
  }
  let browser = {}
  if (hasBrowserTests()) {
    const build = async () => {
      await ensureConsole()
      return 0
    }
    steps.push({ name: 'console', act: build })
    const act = async () => {
      browser = { CHROMIUM_PATH: await ensureChromium() }
      return 0
    }
    steps.push({ name: 'chromium', act })
  }
  steps.push({ name: 'tests', act: () => vitest(browser) })
  return runSteps(steps)
})
