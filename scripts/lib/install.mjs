/**
 * Makes sure that what package-lock.json asks for is what node_modules holds.
 *
 * npm writes node_modules/.package-lock.json when, and only when, an install has finished. Comparing
 * the two costs milliseconds, needs no marker of our own, and lets a developer's `npm install` count.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './fail.mjs'
import { withLock } from './lock.mjs'
import { productNode, root } from './paths.mjs'
import { signalExitCode } from './run-command.mjs'

const PROGRESS_MS = 5_000
const WORDS_LINES_MAX = 15

/**
 * Installs the dependencies of a folder if they are missing or others than its lock file says.
 * @param {string} folder one with a package-lock.json
 */
export async function ensureInstalled(folder = root) {
  if (isInstalled(folder)) return
  await withLock(
    join(folder, '.cache', 'install.lock'),
    'installing dependencies',
    async (name) => {
      if (!isInstalled(folder)) await install(folder, name)
    },
  )
}

/**
 * Installs if needed, and finds the Node that runs the product.
 * @returns {Promise<string>} an absolute path
 */
export async function ensureReady() {
  await ensureInstalled()
  const node = productNode()
  if (node !== null) return node
  throw new Refusal(
    `Node ${process.versions.node} is too old to run Commonhold, and the newer one that comes with ` +
      'the dependencies is missing: they were installed without install scripts. Run ' +
      '`npm rebuild node --ignore-scripts=false`, or use Node 24.',
  )
}

/** Says whether each package of the lock file is there in that version. */
export function isInstalled(folder) {
  const wanted = readPackages(join(folder, 'package-lock.json'))
  const present = readPackages(join(folder, 'node_modules', '.package-lock.json'))
  if (wanted === null) throw new Refusal(`${join(folder, 'package-lock.json')} can not be read.`)
  if (present === null) return false
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = present[path]
    // Packages for other platforms are optional and not there.
    if (found === undefined) return optional === true
    return link === true || found.version === version
  })
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? null
  } catch {
    return null
  }
}

async function install(folder, nameChild) {
  console.log('Installing dependencies …')
  const sinceMs = Date.now()
  const seconds = () => Math.round((Date.now() - sinceMs) / 1000)
  const progress = setInterval(() => console.log(`  … ${seconds()} s`), PROGRESS_MS)
  const { code, words } = await npmCi(folder, nameChild).finally(() => clearInterval(progress))
  if (code === 0) {
    console.log(`Dependencies installed in ${seconds()} s.`)
    return
  }
  throw new Refusal(
    `The dependencies could not be installed in ${folder}. npm says:\n\n${words.join('\n')}\n\n` +
      'Check the network (or the registry in your .npmrc), the free space, and that this user may ' +
      'write the folder; then run the same command again.',
  )
}

function npmCi(folder, nameChild) {
  // A production environment must not leave out what builds and tests.
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn']
  const viaNode = process.env.npm_execpath?.endsWith('.js') && existsSync(process.env.npm_execpath)
  const [command, args] = viaNode
    ? [process.execPath, [process.env.npm_execpath, ...flags]]
    : ['npm', flags]
  const lines = []
  const keep = (chunk) => {
    lines.push(
      ...String(chunk)
        .split('\n')
        .filter((line) => line.trim() !== ''),
    )
  }
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    if (child.pid !== undefined) nameChild(child.pid)
    // Whoever stops us stops npm too; nothing may go on installing behind our back.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        child.kill(signal)
        child.once('close', () => process.exit(signalExitCode(signal)))
      })
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => resolve({ code: 1, words: [String(error)] }))
    child.once('close', (code) => resolve({ code: code ?? 1, words: npmsWords(lines) }))
  })
}

/** npm says the reason first and its usage after it; without errors the last lines are what it says. */
function npmsWords(lines) {
  const errors = lines.filter((line) => /^npm (error|ERR!) ?./.test(line))
  return errors.length > 0 ? errors.slice(0, WORDS_LINES_MAX) : lines.slice(-WORDS_LINES_MAX)
}
