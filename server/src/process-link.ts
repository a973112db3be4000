/**
 * What the processes of one machine say to each other: the first one starts the others, gives each its
 * seat, and takes the port for all of them (node:cluster). Secrets travel here and in no environment.
 */
import cluster, { type Worker } from 'node:cluster'

/** What a serving process is given. */
export interface Seat {
  /** From 0; names its journal and its snapshot. Whoever takes the seat of one that died takes these over. */
  readonly index: number
  readonly count: number
  /** Of the embedded database, which the first process runs; null beside a database of one's own. */
  readonly database: { readonly ownerUrl: string; readonly appUrl: string } | null
  readonly sandboxUrl: string | null
}

type Message =
  | { readonly kind: 'seat'; readonly seat: Seat }
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'metrics-wanted'; readonly id: number }
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string | null }

/** How long the numbers of all processes may take. */
const metricsMsMax = 6_000

export function say(to: Worker, message: Message): void {
  if (to.isConnected()) to.send(message)
}

/** @returns stops listening */
export function hear(from: Worker, listener: (message: Message) => void): void {
  from.on('message', (said: unknown) => {
    if (isMessage(said)) listener(said)
  })
}

/** Of a serving process: waits for its seat. */
export function takeSeat(): Promise<Seat> {
  // What comes over the channel is all that this process lives for until it serves.
  process.channel?.ref()
  return new Promise((resolve) => {
    const listener = (said: unknown) => {
      if (!isMessage(said) || said.kind !== 'seat') return
      process.off('message', listener)
      resolve(said.seat)
    }
    process.on('message', listener)
  })
}

/** Of a serving process: it answers requests now. */
export function sayReady(port: number): void {
  process.send?.({ kind: 'ready', port } satisfies Message)
}

/** Of a serving process: the first one asks it to stop. */
export function whenToldToStop(stop: () => void): void {
  if (!cluster.isWorker) return
  process.on('message', (said: unknown) => {
    if (isMessage(said) && said.kind === 'stop') stop()
  })
}

let asked = 0

/** Of a serving process: the numbers of all of them. @throws where they can't be had */
export function metricsOfAll(): Promise<string> {
  const id = asked++
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      process.off('message', listener)
    }
    const listener = (said: unknown) => {
      if (!isMessage(said) || said.kind !== 'metrics' || said.id !== id) return
      end()
      if (said.text === null) reject(new Error('The processes could not be asked.'))
      else resolve(said.text)
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error('The processes did not answer in time.'))
    }, metricsMsMax)
    process.on('message', listener)
    process.send?.({ kind: 'metrics-wanted', id } satisfies Message)
  })
}

/** Other libraries talk over the same channel. */
function isMessage(said: unknown): said is Message {
  return typeof said === 'object' && said !== null && 'kind' in said
}
