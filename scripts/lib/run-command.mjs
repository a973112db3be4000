/**
 * Runs a command whose output goes straight to the terminal.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root, toolEnvironment } from './paths.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The exit code that a shell gives to a process ended by a signal. */
export const signalExitCode = (signal) => 128 + (constants.signals[signal] ?? 0)

/**
 * Runs a command to its end and passes signals on to it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code; 127 when it can't be started
 */
export function run(command, args, { cwd = root, env = toolEnvironment() } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
    const forward = (signal) => child.kill(signal)
    for (const signal of SIGNALS) process.on(signal, forward)
    const end = (code) => {
      for (const signal of SIGNALS) process.off(signal, forward)
      resolve(code)
    }
    child.once('error', (error) => {
      console.error(`${command} can not be started: ${error.message}`)
      end(127)
    })
    child.once('close', (code, signal) => end(code ?? signalExitCode(signal)))
  })
}
