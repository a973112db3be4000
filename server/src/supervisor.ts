/**
 * The first of several processes on one machine: it starts the serving ones, shares the port among them,
 * and puts another in the seat of one that died. It serves nothing itself, so that nothing a caller does
 * can take it down.
 */
import cluster, { type Worker } from 'node:cluster'
import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from './log.ts'
import { hear, type Seat, say } from './process-link.ts'
import { StartupError } from './startup-error.ts'

/** A process that dies sooner than this after its start is started again more slowly each time. */
const steadyAfterMs = 10_000
const restartMsMax = 30_000

export interface Supervised {
  readonly port: number
  /** Asks all of them to stop, and waits until they have. */
  stop(): Promise<void>
}

export interface SupervisorOptions {
  readonly seats: readonly Seat[]
  readonly log: Log
  /** The numbers of all processes, as one text. */
  readonly metrics: () => Promise<string>
}

interface Occupied {
  worker: Worker
  ended: Promise<void>
}

/** @throws StartupError where one of them can't start: it has said why */
export async function supervise(options: SupervisorOptions): Promise<Supervised> {
  const { seats, log } = options
  const occupied = new Map<number, Occupied>()
  let isStopping = false
  const stop = async () => {
    isStopping = true
    await Promise.all([...occupied.values()].map(({ worker, ended }) => end(worker, ended)))
  }
  const occupy = async (seat: Seat): Promise<number> => {
    const started = start(seat, options)
    occupied.set(seat.index, started)
    const port = await started.ready
    void started.ended.then(() => replace(seat))
    return port
  }
  const replace = async (seat: Seat) => {
    for (let pauseMs = 0; !isStopping; pauseMs = Math.min(pauseMs * 2 + 500, restartMsMax)) {
      log.error({ process: seat.index }, 'A serving process ended; another takes its seat.')
      await wait(pauseMs)
      if (isStopping) return
      const startedAtMs = Date.now()
      const isUp = await occupy(seat).then(
        () => true,
        () => false,
      )
      if (isUp) return
      if (Date.now() - startedAtMs > steadyAfterMs) pauseMs = 0
    }
  }
  const ports = await Promise.all(seats.map(occupy)).catch(async (error) => {
    await stop()
    throw error
  })
  return { port: ports[0]!, stop }
}

interface Started extends Occupied {
  /** The port; rejects where it ends before. */
  readonly ready: Promise<number>
}

function start(seat: Seat, { metrics, log }: SupervisorOptions): Started {
  const worker = cluster.fork()
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const ready = new Promise<number>((resolve, reject) => {
    hear(worker, (said) => {
      if (said.kind === 'ready') resolve(said.port)
      if (said.kind === 'metrics-wanted') void tell(worker, said.id)
    })
    void ended.then(() => reject(new StartupError('A serving process could not start.')))
  })
  const tell = async (to: Worker, id: number) => {
    const text = await metrics().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'The numbers of all processes could not be read.')
      return null
    })
    say(to, { kind: 'metrics', id, text })
  }
  worker.once('online', () => say(worker, { kind: 'seat', seat }))
  return { worker, ended, ready }
}

async function end(worker: Worker, ended: Promise<void>): Promise<void> {
  say(worker, { kind: 'stop' })
  await ended
}
