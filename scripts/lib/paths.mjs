/**
 * Where things are. The scripts run on the machine's own Node (20 or later) without a dependency;
 * everything they start runs on the Node that is installed with the dependencies.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** A program that a dependency brings. */
export const tool = (name) => join(root, 'node_modules', '.bin', name)

/** The first Node that runs TypeScript as it is, without a flag. */
const NODE_MIN = [22, 18]

/**
 * Finds the Node that runs the product: the installed one, or the present one if it is new enough.
 * @returns {string | null} an absolute path, or null when there is none
 */
export function productNode() {
  if (existsSync(tool('node'))) return tool('node')
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isEnough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])
  return isEnough ? process.execPath : null
}

/** The environment in which `node` and the installed programs are found first. */
export function toolEnvironment(extra = {}) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)
  return { ...process.env, ...extra, PATH: path }
}
