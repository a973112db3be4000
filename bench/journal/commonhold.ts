/**
 * How many records per second the gateway's journal makes durable with a fixed number of callers
 * in flight, each waiting for its record before it writes the next: intents and outcomes in turn,
 * of a real size, acknowledged as they come, on the disk that holds the directory.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from '../../server/src/gateway/journal/open.ts'

export type JournalBenchOptions = {
  /** Callers that wait at the same time. */
  readonly inFlight: number
  readonly seconds: number
  /** Parent of the temporary journal directory. Default: the system's temporary directory. */
  readonly directory?: string
}

export type JournalBenchResult = {
  readonly recordsPerSecond: number
  readonly latencyMsP50: number
  readonly latencyMsP99: number
}

const ACKNOWLEDGE_MS = 100
const silent = { info: () => undefined, warn: () => undefined, error: console.error }

export async function journalRecordsPerSecond(
  options: JournalBenchOptions,
): Promise<JournalBenchResult> {
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'journal-bench-'))
  const journal = await openJournal({ directory, log: silent })
  const latenciesMs: number[] = []
  const startMs = performance.now()
  const endMs = startMs + options.seconds * 1000

  const timed = async (record: Parameters<typeof journal.append>[0]) => {
    const beforeMs = performance.now()
    const position = await journal.append(record)
    latenciesMs.push(performance.now() - beforeMs)
    return position
  }
  let last = journal.acknowledged
  const caller = async (number: number) => {
    for (let count = 0; performance.now() < endMs; count++) {
      const id = `hold_${number}_${count}`
      await timed({ kind: 'intent', id, ...intentFields })
      last = await timed({ kind: 'outcome', id, ...outcomeFields })
    }
  }
  const acknowledging = setInterval(() => void journal.acknowledge(last), ACKNOWLEDGE_MS)
  await Promise.all(Array.from({ length: options.inFlight }, (_, number) => caller(number)))
  const elapsedSeconds = (performance.now() - startMs) / 1000
  clearInterval(acknowledging)
  await journal.close()
  await rm(directory, { recursive: true })

  latenciesMs.sort((left, right) => left - right)
  const quantile = (part: number) => latenciesMs[Math.floor(latenciesMs.length * part)] ?? 0
  return {
    recordsPerSecond: Math.round(latenciesMs.length / elapsedSeconds),
    latencyMsP50: quantile(0.5),
    latencyMsP99: quantile(0.99),
  }
}

const intentFields = {
  account: 'acct_01jexample0000000000000000',
  token: 'tok_01jexample00000000000000000',
  model: 'sandbox/sandbox-fast',
  holdNanos: '1250000',
  budgets: ['bdgt_01jexample0000000000000000', 'bdgt_01jexample0000000000000001'],
}

const outcomeFields = {
  account: 'acct_01jexample0000000000000000',
  token: 'tok_01jexample00000000000000000',
  model: 'sandbox/sandbox-fast',
  inputTokens: 812,
  outputTokens: 96,
  costNanos: '341000',
  status: 'completed',
  atMs: 1_760_000_000_000,
}
