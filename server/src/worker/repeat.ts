/**
 * Runs a job again and again: never twice at once, and on after a failure, because a reconciler that
 * died of one bad row would leave everything else undone. Many workers may run the same jobs: each
 * job is written so that doing it twice does no harm.
 */
import type { WorkerServices } from './services.ts'

export interface Job {
  readonly name: string
  readonly everySeconds: number
  /** @param signal aborted when the worker stops: a long job should end early */
  run(signal: AbortSignal): Promise<void>
}

export interface Repeating {
  /** Runs it now, or once more if it is running. */
  wake(): void
  /** Lets the run that is going on end. */
  stop(): Promise<void>
}

/** The first run is at once, so that a restart makes up for what was missed. */
export function repeat(job: Job, log: WorkerServices['log']): Repeating {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let again = false

  async function runOnce(): Promise<void> {
    try {
      await job.run(stopping.signal)
    } catch (error) {
      log.error({ job: job.name, error: (error as Error).message }, 'a job failed; it goes on')
    }
  }

  function wake(): void {
    if (stopping.signal.aborted) return
    if (running !== null) {
      again = true
      return
    }
    clearTimeout(timer)
    running = runOnce().then(() => {
      running = null
      if (again) {
        again = false
        wake()
      } else if (!stopping.signal.aborted) {
        timer = setTimeout(wake, job.everySeconds * 1_000).unref()
      }
    })
  }

  wake()
  return {
    wake,
    stop: async () => {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
