/**
 * The load generator, a process of its own. It is told one run at a time and answers with what it
 * counted. In a closed run a fixed number of callers each wait for an answer before they ask again;
 * in an open run calls start at a fixed rate, whatever became of those before.
 */
import { Pool } from 'undici'

export interface Run {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Bearer tokens that take turns, where it is not one that stands in the headers. */
  readonly tokens?: readonly string[]
  readonly seconds: number
  /** Callers at once, for a closed run. */
  readonly callers?: number
  /** Calls per second, for an open run. */
  readonly callsPerSecond?: number
}

export interface RunResult {
  /** Complete answers within the time of the run. */
  readonly answersPerSecond: number
  /** Events of streams within the time of the run, counted by the empty line after each. */
  readonly eventsPerSecond: number
  /** Everything that was asked and answered, also after the time of the run. */
  readonly answersTotal: number
  readonly errors: number
  readonly firstError: string | null
  readonly latenciesMs: readonly number[]
}

/** Open runs: so many calls wait at most; what would come on top counts as an error. */
const WAITING_MAX = 2_000
const OPEN_CONNECTIONS = 256
const TICK_MS = 1

async function perform(run: Run): Promise<RunResult> {
  const pool = new Pool(run.url, { connections: run.callers ?? OPEN_CONNECTIONS, pipelining: 1 })
  const counter = createCounter(run.seconds)
  if (run.callers !== undefined) {
    const caller = async () => {
      while (counter.isRunning()) await call(pool, run, counter)
    }
    await Promise.all(Array.from({ length: run.callers }, caller))
  } else {
    await openRun(pool, run, counter)
  }
  await pool.close()
  return counter.result()
}

async function openRun(pool: Pool, run: Run, counter: Counter): Promise<void> {
  const startMs = performance.now()
  const waiting = new Set<Promise<void>>()
  let started = 0
  while (counter.isRunning()) {
    const due = ((performance.now() - startMs) / 1_000) * run.callsPerSecond!
    for (; started < due; started++) {
      if (waiting.size >= WAITING_MAX) {
        counter.failed('too many calls wait')
        continue
      }
      const one = call(pool, run, counter).then(() => void waiting.delete(one))
      waiting.add(one)
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  await Promise.all(waiting)
}

/** Which of the tokens is next. */
let turn = 0

function headersOf({ headers, tokens }: Run): Readonly<Record<string, string>> {
  if (tokens === undefined) return headers
  turn = (turn + 1) % tokens.length
  return { ...headers, authorization: `Bearer ${tokens[turn]}` }
}

function call(pool: Pool, run: Run, counter: Counter): Promise<void> {
  const { body } = run
  const headers = headersOf(run)
  const startMs = performance.now()
  let status = 0
  let failure = ''
  return new Promise((resolve) => {
    pool.dispatch(
      { method: 'POST', path: '/v1/chat/completions', headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          if (status === 200) counter.received(chunk)
          else failure += chunk
        },
        onResponseEnd() {
          if (status === 200) counter.answered(performance.now() - startMs)
          else counter.failed(`${status} ${failure}`)
          resolve()
        },
        onResponseError(_controller, error) {
          counter.failed(error.message)
          resolve()
        },
      },
    )
  })
}

type Counter = ReturnType<typeof createCounter>

function createCounter(seconds: number) {
  const endMs = performance.now() + seconds * 1_000
  const latenciesMs: number[] = []
  let answers = 0
  let total = 0
  let events = 0
  let errors = 0
  let firstError: string | null = null
  const isRunning = () => performance.now() < endMs
  return {
    isRunning,
    received(chunk: Buffer) {
      if (!isRunning()) return
      for (let at = chunk.indexOf('\n\n'); at !== -1; at = chunk.indexOf('\n\n', at + 2)) events++
    },
    answered(latencyMs: number) {
      total++
      latenciesMs.push(latencyMs)
      if (isRunning()) answers++
    },
    failed(reason: string) {
      errors++
      firstError ??= reason.slice(0, 500)
    },
    result: (): RunResult => ({
      answersPerSecond: answers / seconds,
      eventsPerSecond: events / seconds,
      answersTotal: total,
      errors,
      firstError,
      latenciesMs,
    }),
  }
}

process.on('message', async (run: Run) => process.send!(await perform(run)))
process.once('disconnect', () => process.exit(0))
