/** What a command needs of the world: so that tests can run one in their own process. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { UsageError } from './failure.ts'

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether somebody sits there who can be asked. */
  readonly isInteractive: boolean
  /** Width of the terminal in characters, null when the output is no terminal. */
  readonly columns: number | null
  out(line: string): void
  err(line: string): void
  /** All of the standard input. */
  readInput(): Promise<string>
  /** @throws UsageError when nobody answers */
  ask(question: string, echo: boolean): Promise<string>
}

/** The terminal that the process was started from. */
export function processIo(): Io {
  return {
    env: process.env,
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    columns: process.stdout.isTTY === true ? process.stdout.columns : null,
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    readInput: () => text(process.stdin),
    ask: askTerminal,
  }
}

/** Asks on stderr, so that the output can be piped. Without echo nothing typed is shown. */
function askTerminal(question: string, echo: boolean): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = echo ? process.stderr : silent
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  return new Promise((resolve, reject) => {
    if (!echo) process.stderr.write(question)
    lines.question(echo ? question : '', (answer) => {
      if (!echo) process.stderr.write('\n')
      resolve(answer)
      lines.close()
    })
    lines.once('close', () => reject(new UsageError('Nothing was entered.')))
  })
}
