/**
 * Builds the console when something that it is made of has changed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal } from './fail.mjs'
import { withLock } from './lock.mjs'
import { root, toolEnvironment } from './paths.mjs'
import { run } from './run-command.mjs'

/** What the console is built from; the workspaces below it in the order of layers included. */
const SOURCES = ['console', 'sdk', 'contract', 'core', 'package-lock.json']
const NOT_SOURCES = new Set(['node_modules', 'dist', 'test', '.cache'])
const marker = join(root, 'node_modules', '.cache', 'commonhold-console')
const dist = join(root, 'console', 'dist', 'index.html')

/** Builds console/dist unless it is of the present sources; a repository without a console is fine. */
export async function ensureConsole() {
  const configs = ['vite.config.ts', 'vite.config.js', 'vite.config.mjs']
  if (!configs.some((name) => existsSync(join(root, 'console', name)))) return
  if (isBuilt()) return
  await withLock(join(root, '.cache', 'console.lock'), 'building the console', async () => {
    if (isBuilt()) return
    console.log('Building the console …')
    const sinceMs = Date.now()
    const hash = sourcesHash()
    // npm runs on the installed Node, and vite with it.
    const code = await run('npm', ['run', 'build', '--silent', '-w', 'console'], {
      env: toolEnvironment(),
    })
    if (code !== 0) {
      throw new Refusal('The console could not be built; what went wrong is printed above.')
    }
    mkdirSync(dirname(marker), { recursive: true })
    writeFileSync(marker, hash)
    console.log(`Console built in ${((Date.now() - sinceMs) / 1000).toFixed(1)} s.`)
  })
}

function isBuilt() {
  if (!existsSync(dist)) return false
  try {
    return readFileSync(marker, 'utf8') === sourcesHash()
  } catch {
    return false
  }
}

function sourcesHash() {
  const hash = createHash('sha256')
  const add = (path) => {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  const walk = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort(byName)) {
      if (NOT_SOURCES.has(entry.name)) continue
      if (entry.isDirectory()) walk(`${path}/${entry.name}`)
      else if (entry.isFile()) add(`${path}/${entry.name}`)
    }
  }
  for (const source of SOURCES) {
    if (!existsSync(join(root, source))) continue
    if (source.endsWith('.json')) add(source)
    else walk(source)
  }
  return hash.digest('hex')
}

const byName = (a, b) => (a.name < b.name ? -1 : 1)
