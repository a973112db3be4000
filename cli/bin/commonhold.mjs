#!/usr/bin/env node
/**
 * Runs the program on a Node that runs TypeScript as it is: this one if it is new enough, otherwise
 * the one that is installed with the dependencies.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MIN = [22, 18]
const main = new URL('../src/main.ts', import.meta.url)

const [major, minor] = process.versions.node.split('.').map(Number)
const isNewEnough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])

if (isNewEnough) await import(main.href)
else runWithInstalledNode()

function runWithInstalledNode() {
  const node = installedNode(dirname(fileURLToPath(import.meta.url)))
  if (node === null) {
    console.error(
      `Commonhold needs Node ${NODE_MIN.join('.')} or later: this is ${process.version}.`,
    )
    process.exitCode = 2
    return
  }
  const args = [fileURLToPath(main), ...process.argv.slice(2)]
  const child = spawn(node, args, { stdio: 'inherit' })
  // The terminal sends Ctrl-C to the child as well; the child decides how to end.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => {
    console.error(`${node} can’t be started: ${error.message}`)
    process.exitCode = 2
  })
  child.once('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

/** Looks where npm puts it: beside this package, or at the root of the workspaces. */
function installedNode(from) {
  const node = join(from, 'node_modules', '.bin', 'node')
  if (existsSync(node)) return node
  const parent = dirname(from)
  return parent === from ? null : installedNode(parent)
}
