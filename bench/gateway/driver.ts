/** Drives the load generator, round by round, and reads what each run cost its subject. */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cpuSecondsOf } from '../lib/cpu.ts'
import type { Placement } from '../lib/machine.ts'
import { startNode } from './child.ts'
import type { Run, RunResult } from './load.ts'
import type { Subject } from './subjects.ts'
import { requestBody } from './wire.ts'

/** What is left to do after the last answer is done in it, and counts for who has to do it. */
const PAUSE_MS = 400
const ROUNDS = 3

export type How = Pick<Run, 'seconds' | 'callers' | 'callsPerSecond' | 'tokens'>

export interface Measured extends RunResult {
  /** Of all processes of the subject; null where it can't be known. */
  readonly cpuSeconds: number | null
}

export interface Driver {
  /** @throws Error when a call fails */
  run(subject: Subject, stream: boolean, how: How): Promise<Measured>
  /** Interleaved rounds of one kind. @returns for each subject its results */
  rounds(
    subjects: readonly Subject[],
    stream: boolean,
    how: (index: number) => How,
  ): Promise<Measured[][]>
  /** How many calls it has answered in all runs. */
  answersOf(subject: Subject): number
  stop(): Promise<void>
}

export function startDriver(where: Placement): Driver {
  const child = startNode(where.load, [fileURLToPath(new URL('load.ts', import.meta.url))])
  const answers = new Map<Subject, number>()

  const run: Driver['run'] = async (subject, stream, how) => {
    const { url, headers, model, pid } = subject
    const before = pid && cpuSecondsOf(pid)
    const body = requestBody(model, stream)
    child.process.send({ url, headers, body, ...how } satisfies Run)
    const [result] = (await once(child.process, 'message')) as [RunResult]
    if (result.errors > 0) {
      throw new Error(`${subject.name}: ${result.errors} calls failed: ${result.firstError}`)
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    const after = pid && cpuSecondsOf(pid)
    answers.set(subject, (answers.get(subject) ?? 0) + result.answersTotal)
    return { ...result, cpuSeconds: before === null || after === null ? null : after - before }
  }

  return {
    run,
    rounds: async (subjects, stream, how) => {
      const results: Measured[][] = subjects.map(() => [])
      for (let round = 0; round < ROUNDS; round++) {
        for (const [index, subject] of subjects.entries()) {
          results[index]!.push(await run(subject, stream, how(index)))
        }
      }
      return results
    },
    answersOf: (subject) => answers.get(subject) ?? 0,
    stop: child.stop,
  }
}
