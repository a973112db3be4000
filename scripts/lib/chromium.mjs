/**
 * Finds the Chromium that drives the browser tests, and installs Debian's where that is possible.
 */
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Refusal } from './fail.mjs'
import { root } from './paths.mjs'
import { run } from './run-command.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/**
 * Finds Chromium, or installs it where this is root on a Debian-like system.
 * @returns {Promise<string>} its absolute path
 */
export async function ensureChromium() {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (isExecutable(given)) return given
    throw new Refusal(`CHROMIUM_PATH names no program that can be run: ${given}.`)
  }
  const found = findChromium()
  if (found !== null) return found
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const install = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium'
    await run('sh', ['-c', `(${install}) >/dev/null`], { env })
    const installed = findChromium()
    if (installed !== null) return installed
  }
  throw new Refusal(
    'The browser tests need Chromium, and none was found. Install it (on Debian and Ubuntu: ' +
      '`sudo apt-get install chromium`), or set CHROMIUM_PATH to a Chromium or Chrome program.',
  )
}

/** Says whether any test drives a browser. */
export function hasBrowserTests(folder = join(root, 'test')) {
  if (!existsSync(folder)) return false
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name !== 'node_modules' && hasBrowserTests(path)
    return entry.name.endsWith('.ts') && readFileSync(path, 'utf8').includes("'playwright-core'")
  })
}

function findChromium() {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...candidates, MAC].find(isExecutable) ?? null
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
