/** Processes of the bench: each on its cores, each with a channel, each ended with the run. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { pinned } from '../lib/machine.ts'

const START_MS_MAX = 60_000
const STOP_MS_MAX = 30_000
const OUTPUT_CHARS_MAX = 20_000

export interface Child {
  readonly process: ChildProcess
  /** What it printed last. */
  output(): string
  /** SIGTERM and, for one that does not listen, SIGKILL. */
  stop(): Promise<void>
}

/**
 * Starts node with a script.
 * @param cores as taskset writes them, or null for any
 * @param args of node, the script included
 */
export function startNode(
  cores: string | null,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Child {
  const { command, args: all } = pinned(cores, process.execPath, args)
  const child = spawn(command, all, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk).slice(-OUTPUT_CHARS_MAX)
  }
  child.stdout!.on('data', keep)
  child.stderr!.on('data', keep)
  return { process: child, output: () => printed, stop: () => stop(child) }
}

/**
 * Waits for what a started process says or prints.
 * @param ask gives a value once it is there
 * @throws Error with its output when it ends, or says nothing for too long
 */
export async function untilReady<T>(child: Child, ask: () => T | null): Promise<T> {
  const endMs = Date.now() + START_MS_MAX
  for (;;) {
    const value = ask()
    if (value !== null) return value
    if (child.process.exitCode !== null || Date.now() > endMs) {
      await child.stop()
      throw new Error(`A process of the bench did not start:\n${child.output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Starts a server that tells its port. */
export async function startServer(
  cores: string | null,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ child: Child; url: string }> {
  const child = startNode(cores, args, env)
  let port: number | null = null
  child.process.once('message', (message) => {
    port = (message as { port: number }).port
  })
  await untilReady(child, () => port)
  return { child, url: `http://127.0.0.1:${port}` }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await ended
  clearTimeout(timer)
}
