/**
 * `npm start`: it installs once, ends with its server, and leaves nothing behind.
 */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isRunning, newProject, type Project, type Run, until } from './project.ts'

let project: Project
const runs: Run[] = []

beforeEach(() => {
  project = newProject()
})
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.child.kill('SIGTERM')
    await run.ended
  }
  project.remove()
})

function start(...args: string[]): Run {
  const run = project.start('start.mjs', args)
  runs.push(run)
  return run
}

const notes = () => (existsSync(join(project.path, 'notes')) ? project.read('notes') : '')
const serverPid = () => Number(/up:(\d+)/.exec(notes())?.[1])

test('a first start installs and says so, the next one does not', async () => {
  const first = start('0')
  expect(await first.ended).toBe(0)
  expect(first.output()).toMatch(/^Installing dependencies …\n[\s\S]*Dependencies installed in/)
  const second = start('0')
  expect(await second.ended).toBe(0)
  expect(second.output()).toBe('')
})

test('the server’s exit code is the exit code', async () => {
  expect(await start('3').ended).toBe(3)
})

test('two first starts install one after the other', async () => {
  const both = [start('0'), start('0')]
  expect(await Promise.all(both.map((run) => run.ended))).toEqual([0, 0])
  const said = both.map((run) => run.output()).join('')
  expect(said.match(/Installing dependencies/g)).toHaveLength(1)
})

test('what was left by an install that was killed does not hold up the next', async () => {
  const killed = start('0')
  await until(() => existsSync(join(project.path, '.cache', 'install.lock')))
  killed.child.kill('SIGKILL')
  expect(await start('0').ended).toBe(0)
})

test('a failing install tells npm’s words and what to do', async () => {
  project.write(
    'tools/package.json',
    JSON.stringify({ name: 'tools', version: '2.0.0', dependencies: { missing: '1.0.0' } }),
  )
  const run = start('0')
  expect(await run.ended).toBe(1)
  expect(run.output()).toMatch(
    /could not be installed in .*npm says:[\s\S]*npm error[\s\S]*run the same command again/,
  )
  expect(run.output()).not.toContain('    at ')
})

test('each signal reaches the server once, and both end', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    rmSync(join(project.path, 'notes'), { force: true })
    const run = start()
    await until(() => serverPid() > 0)
    await until(() => isRunning(serverPid()))
    run.child.kill(signal)
    expect(await run.ended).toBe(0)
    expect(notes()).toBe(`up:${serverPid()} ${signal} `)
    expect(isRunning(serverPid())).toBe(false)
  }
})

test('a killed start does not leave its server running', async () => {
  const run = start()
  await until(() => serverPid() > 0)
  run.child.kill('SIGKILL')
  await until(() => !isRunning(serverPid()))
  expect(notes()).toContain('orphaned')
})

test('a killed npm does not leave the server running', async () => {
  const manifest = JSON.parse(project.read('package.json'))
  const scripts = { start: 'node scripts/start.mjs' }
  project.write('package.json', JSON.stringify({ ...manifest, scripts }))
  const npm = spawn('npm', ['start'], { cwd: project.path, stdio: 'ignore' })
  await until(() => serverPid() > 0)
  npm.kill('SIGKILL')
  await until(() => !isRunning(serverPid()))
  expect(notes()).toContain('SIGTERM')
})

test('the console is built when its sources change, and only then', async () => {
  const build = 'mkdir -p dist && echo built >> dist/index.html'
  project.write(
    'console/package.json',
    JSON.stringify({ name: 'console', version: '1.0.0', scripts: { build } }),
  )
  const manifest = JSON.parse(project.read('package.json'))
  const lock = JSON.parse(project.read('package-lock.json'))
  lock.packages[''].workspaces = ['console']
  lock.packages['node_modules/console'] = { resolved: 'console', link: true }
  lock.packages.console = { name: 'console', version: '1.0.0' }
  project.write('package.json', JSON.stringify({ ...manifest, workspaces: ['console'] }))
  project.write('package-lock.json', JSON.stringify(lock))
  const builds = async () => {
    expect(await start('0').ended).toBe(0)
    const page = join(project.path, 'console/dist/index.html')
    return existsSync(page) ? project.read('console/dist/index.html').split('built').length - 1 : 0
  }
  expect(await builds()).toBe(0)
  project.write('console/vite.config.ts', '')
  expect(await builds()).toBe(1)
  expect(await builds()).toBe(1)
  project.write('console/src/page.ts', 'changed')
  expect(await builds()).toBe(2)
})

test('a folder that can not be written is reported with what to do', async () => {
  // A file where the folder for the lock should be stops root as well as anybody else.
  writeFileSync(join(project.path, '.cache'), '')
  chmodSync(join(project.path, '.cache'), 0o444)
  const run = start('0')
  expect(await run.ended).toBe(1)
  expect(run.output()).toMatch(/\.cache can not be written .*run `npm ci`/s)
})
