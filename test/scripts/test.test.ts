/**
 * `npm test` and `npm run check`: the steps, their order, and what a failure looks like.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newProject, type Project } from './project.ts'

let project: Project
beforeEach(() => {
  project = newProject()
})
afterEach(() => project.remove())

async function run(script: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const started = project.start(script, args, { CI: 'true', ...env })
  return { code: await started.ended, output: started.output() }
}

test('all steps run in order, each with its time', async () => {
  const { code, output } = await run('test.mjs')
  expect(code).toBe(0)
  expect(output).toMatch(
    /── types\ntsc --noEmit[\s\S]*── lint\nbiome check\n[\s\S]*── tests\nvitest run/,
  )
  expect(output).toMatch(
    /── summary\n {2}types +passed {2}[\d.]+ s\n {2}lint +passed .*\n {2}tests +passed/,
  )
})

test('the first failing step ends the run, and the summary says so', async () => {
  project.write('tools/biome', '#!/bin/sh\necho ugly; exit 4\n', 0o755)
  const { code, output } = await run('test.mjs')
  expect(code).toBe(4)
  expect(output).toContain('ugly')
  expect(output).toMatch(/types +passed .*\n {2}lint +FAILED .*\n {2}tests +not run/)
})

test('stale generated files fail, where a generator exists', async () => {
  project.write('scripts/gen.ts', 'process.exit(process.argv[2] === "--check" ? 5 : 0)')
  const { code, output } = await run('test.mjs')
  expect(code).toBe(5)
  expect(output).toMatch(/generated files +FAILED/)
  expect((await run('run.mjs', ['gen'])).code).toBe(0)
})

test('with paths only these tests run', async () => {
  const { code, output } = await run('test.mjs', ['core/test/money.test.ts'])
  expect(code).toBe(0)
  expect(output.split('\n').filter((line) => /^(tsc|biome|vitest)/.test(line))).toEqual([
    'vitest run core/test/money.test.ts',
  ])
})

test('browser tests get the Chromium that was named, and a wrong name is refused', async () => {
  project.write('test/browser.test.ts', "import { chromium } from 'playwright-core'")
  project.write('tools/vitest', '#!/bin/sh\necho "with $CHROMIUM_PATH"\n', 0o755)
  const given = await run('test.mjs', [], { CHROMIUM_PATH: process.execPath })
  expect(given.output).toContain(`with ${process.execPath}`)
  const wrong = await run('test.mjs', [], { CHROMIUM_PATH: '/nowhere/chromium' })
  expect(wrong.code).toBe(1)
  // Standard error and standard output may arrive in either order.
  expect(wrong.output).toMatch(/CHROMIUM_PATH names no program that can be run/)
  expect(wrong.output).toMatch(/tests +not run/)
})

test('check runs types and lint, and an unknown command is told the known ones', async () => {
  const { output } = await run('run.mjs', ['check'])
  expect(output).toMatch(/types +passed .*\n {2}lint +passed [^\n]*\n$/)
  const unknown = await run('run.mjs', ['chek'])
  expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining('check, gen, bench') })
})
