/**
 * `npm start`: installs what is missing, builds the console if it changed, runs the server.
 *
 * The server gets a process group of its own, so that Ctrl-C reaches it once, through here. It holds
 * one end of a channel to this process and stops when the other end closes: even a killed `npm start`
 * leaves nothing running.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { ensureConsole } from './lib/console.mjs'
import { exitWith } from './lib/fail.mjs'
import { ensureReady } from './lib/install.mjs'
import { root, toolEnvironment } from './lib/paths.mjs'
import { signalExitCode } from './lib/run-command.mjs'

const PARENT_POLL_MS = 1_000

await exitWith(async () => {
  const node = await ensureReady()
  await ensureConsole()
  return serve(node)
})

function serve(node) {
  const server = spawn(node, ['server/src/main.ts', ...process.argv.slice(2)], {
    cwd: root,
    env: toolEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  const stop = (signal) => server.kill(signal)
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('SIGTERM', () => stop('SIGTERM'))
  // A closed terminal is a request to stop in an orderly way.
  process.on('SIGHUP', () => stop('SIGTERM'))
  process.on('exit', () => stop('SIGTERM'))
  stopWithNpm(() => stop('SIGTERM'))
  return new Promise((resolve) => {
    server.once('error', (error) => {
      console.error(`The server can not be started: ${error.message}`)
      resolve(1)
    })
    server.once('exit', (code, signal) => resolve(code ?? signalExitCode(signal)))
  })
}

/**
 * npm, and the shell that it may start us through, live as long as we do unless they are killed, and
 * then they can't pass a signal on. A process whose parent has gone gets another parent.
 */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return
  const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`
  const atStart = ancestors()
  setInterval(() => ancestors() !== atStart && stop(), PARENT_POLL_MS).unref()
}

/** Empty where there is no /proc; then only our own parent counts. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  } catch {
    return ''
  }
}
