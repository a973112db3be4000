/** One server process, as an operator starts it: main.ts with an environment, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
/** A start takes two seconds; on a machine with much else to do, a low priority makes it a minute. */
const startMsMax = 180_000
const stopMsMax = 40_000

export interface ServerProcess {
  readonly pid: number
  readonly url: string
  /** What was printed and logged so far. */
  output(): string
  /** SIGTERM, and waits for the end; returns the exit code. */
  stop(): Promise<number | null>
  /** kill -9: no goodbye. */
  kill(): Promise<void>
}

/** Links are printed with the port in them, so it has to be known before the server listens. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return String(port)
}

/**
 * Starts a process and waits until it says that it runs.
 * @param env all that it gets, besides PATH and HOME
 */
export async function startServer(env: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const { child, output, ended } = launch(env)
  const deadline = Date.now() + startMsMax
  while (!output().includes('Commonhold is running')) {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${output()}`)
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the server did not start:\n${output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return {
    pid: child.pid!,
    url: /Console\s+(\S+)/.exec(output())![1]!,
    output,
    stop: () => stopChild(child, ended),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Starts a process that is expected to give up. @returns its exit code and all that it said */
export async function failToStart(
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  const { child, output, ended } = launch(env)
  const timer = setTimeout(() => child.kill('SIGKILL'), startMsMax)
  const code = await ended
  clearTimeout(timer)
  return { code, output: output() }
}

function launch(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (chunk) => (printed += chunk))
  child.stderr.on('data', (chunk) => (printed += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, output: () => printed, ended }
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<number | null>,
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  const code = await ended
  clearTimeout(timer)
  return code
}
