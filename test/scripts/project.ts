/**
 * A small project with the real scripts and stand-in programs, to see what the scripts do.
 *
 * Its one dependency is a local folder that brings `node`, `tsc`, `biome` and `vitest` as shell
 * scripts, so that a real `npm ci` works without a network.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const DEADLINE_MS = 20_000
const POLL_MS = 20

/** Announces itself, writes down the signals it gets, and ends with its parent or a signal. */
const SERVER = `
import { appendFileSync } from 'node:fs'
import { whenParentIsGone } from './parent.ts'
const note = (text) => appendFileSync('notes', text + ' ')
note('up:' + process.pid)
if (process.argv[2]) process.exit(Number(process.argv[2]))
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => { note(signal); setTimeout(() => process.exit(0), 300) })
}
whenParentIsGone(() => { note('orphaned'); process.exit(0) })
setInterval(() => {}, 1000)
`

/** A project in a temporary folder. */
export interface Project {
  readonly path: string
  write(file: string, text: string, mode?: number): void
  read(file: string): string
  /** Starts a script; its output is read with `output`. */
  start(script: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Run
  remove(): void
}

/** A running script. */
export interface Run {
  readonly child: ChildProcess
  output(): string
  /** Waits for the end and gives the exit code. */
  readonly ended: Promise<number | null>
}

/** Makes the project, nothing of it installed yet. */
export function newProject(): Project {
  const path = mkdtempSync(join(tmpdir(), 'commonhold-project-'))
  chmodSync(path, 0o755)
  const write = (file: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), text, { mode })
  }
  const programs = ['node', 'tsc', 'biome', 'vitest']
  const bin = Object.fromEntries(programs.map((name) => [name, name]))
  write(
    'package.json',
    JSON.stringify({
      name: 'p',
      version: '1.0.0',
      type: 'module',
      dependencies: { tools: 'file:tools' },
    }),
  )
  write(
    'package-lock.json',
    JSON.stringify({
      name: 'p',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'p', version: '1.0.0', dependencies: { tools: 'file:tools' } },
        'node_modules/tools': { resolved: 'tools', link: true },
        tools: { version: '1.0.0', bin },
      },
    }),
  )
  write('tools/package.json', JSON.stringify({ name: 'tools', version: '1.0.0', bin }))
  write('tools/node', `#!/bin/sh\nexec "${process.execPath}" "$@"\n`, 0o755)
  for (const name of programs.slice(1)) {
    write(`tools/${name}`, `#!/bin/sh\necho "${name} $*"\n`, 0o755)
  }
  write('server/src/main.ts', SERVER)
  cpSync(join(repository, 'server/src/parent.ts'), join(path, 'server/src/parent.ts'))
  for (const file of ['start.mjs', 'test.mjs', 'run.mjs', 'lib']) {
    cpSync(join(repository, 'scripts', file), join(path, 'scripts', file), { recursive: true })
  }
  const read = (file: string) => readFileSync(join(path, file), 'utf8')
  const start = (script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
    startScript(path, script, args, env)
  return { path, write, read, start, remove: () => rmSync(path, { recursive: true, force: true }) }
}

function startScript(
  cwd: string,
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Run {
  const child = spawn(process.execPath, [join('scripts', script), ...args], {
    cwd,
    env: { ...process.env, npm_lifecycle_event: undefined, npm_config_offline: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const add = (chunk: Buffer) => {
    text += chunk
  }
  child.stdout.on('data', add)
  child.stderr.on('data', add)
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, output: () => text, ended }
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`never came true: ${condition}`)
    await delay(POLL_MS)
  }
}

/** Says whether a process with this id exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
