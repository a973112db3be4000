/** A terminal that remembers what was printed and answers what a test typed beforehand. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../../src/failure.ts'
import type { Io } from '../../src/io.ts'
import { run } from '../../src/run.ts'

export interface Terminal extends AsyncDisposable {
  readonly io: Io
  /** Runs a command line, given as one text without quoting or as words. */
  run(line: string | readonly string[]): Promise<number>
  /** What was printed since the last look. */
  printed(): string
  warned(): string
}

interface Typed {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Answers to prompts, in order. Without them nobody sits at the terminal. */
  readonly answers?: readonly string[]
}

export async function openTerminal({
  env = {},
  input = '',
  answers,
}: Typed = {}): Promise<Terminal> {
  const home = await mkdtemp(join(tmpdir(), 'commonhold-cli-'))
  const out: string[] = []
  const err: string[] = []
  const left = [...(answers ?? [])]
  const io: Io = {
    env: { HOME: home, ...env },
    isInteractive: answers !== undefined,
    columns: 120,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: async () => input,
    ask: async () => {
      const answer = left.shift()
      if (answer === undefined) throw new UsageError('Nothing was entered.')
      return answer
    },
  }
  return {
    io,
    run: (line) => run(typeof line === 'string' ? line.split(' ') : line, io),
    printed: () => out.splice(0).join('\n'),
    warned: () => err.splice(0).join('\n'),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true }),
  }
}
