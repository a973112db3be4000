/**
 * The comparison for the journal: programs that append each record to a file and flush it before
 * they go on, which is what durable means without a journal.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quantile } from '../lib/statistics.ts'
import type { JournalBenchResult } from './commonhold.ts'

/** About the middle between the intents and the outcomes of journal/commonhold.ts, with header. */
const RECORD_BYTES = 290
const record = Buffer.alloc(RECORD_BYTES, 'r')

/** One caller, nothing else to do: `write` and `fdatasync` without a detour through other threads. */
export function flushOneByOne(seconds: number): Promise<JournalBenchResult> {
  return inTemporaryDirectory(async (directory) => {
    const file = openSync(join(directory, 'records'), 'a')
    const result = await timed(seconds, 1, async () => {
      writeSync(file, record)
      fdatasyncSync(file)
    })
    closeSync(file)
    return result
  })
}

/** Many callers that each flush for themselves, in node's four threads for files. */
export function flushEachForItself(inFlight: number, seconds: number): Promise<JournalBenchResult> {
  return inTemporaryDirectory(async (directory) => {
    const file = await open(join(directory, 'records'), 'a')
    const result = await timed(seconds, inFlight, async () => {
      await file.write(record)
      await file.datasync()
    })
    await file.close()
    return result
  })
}

async function timed(
  seconds: number,
  inFlight: number,
  append: () => Promise<void>,
): Promise<JournalBenchResult> {
  const latenciesMs: number[] = []
  const startMs = performance.now()
  const endMs = startMs + seconds * 1_000
  const caller = async () => {
    while (performance.now() < endMs) {
      const beforeMs = performance.now()
      await append()
      latenciesMs.push(performance.now() - beforeMs)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  const elapsedSeconds = (performance.now() - startMs) / 1_000
  return {
    recordsPerSecond: Math.round(latenciesMs.length / elapsedSeconds),
    latencyMsP50: quantile(latenciesMs, 0.5),
    latencyMsP99: quantile(latenciesMs, 0.99),
  }
}

async function inTemporaryDirectory<T>(act: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'journal-bench-'))
  try {
    return await act(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}
