/** A shell in which somebody types `commonhold …`: a home directory of its own, and what is in the environment. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../cli/bin/commonhold.mjs', import.meta.url))

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Shell {
  /** Runs a command line; double quotes hold words together. What it answers may be a refusal. */
  type(line: string, input?: string): Promise<Ended>
  /** The same where it has to work. @returns what was printed */
  run(line: string, input?: string): Promise<string>
  /** The same with --json, parsed. */
  json<T>(line: string): Promise<T>
  /** The same shell with more in its environment. */
  with(env: Readonly<Record<string, string>>): Shell
  close(): void
}

export function openShell(env: Readonly<Record<string, string>> = {}): Shell {
  return shellIn(mkdtempSync(join(tmpdir(), 'commonhold-shell-')), env)
}

function shellIn(home: string, env: Readonly<Record<string, string>>): Shell {
  const type = (line: string, input = '') => spawned(home, env, wordsOf(line), input)
  const run = async (line: string, input?: string) => {
    const { code, out, err } = await type(line, input)
    if (code !== 0) throw new Error(`commonhold ${line}\nended with ${code}:\n${err}${out}`)
    return out
  }
  return {
    type,
    run,
    json: async (line) => JSON.parse(await run(`${line} --json`)),
    with: (more) => shellIn(home, { ...env, ...more }),
    close: () => rmSync(home, { recursive: true, force: true }),
  }
}

function spawned(
  home: string,
  env: Readonly<Record<string, string>>,
  words: readonly string[],
  input: string,
): Promise<Ended> {
  return new Promise((resolve) => {
    const all = { PATH: process.env.PATH, HOME: home, ...env }
    const child = execFile(process.execPath, [program, ...words], { env: all }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
    child.stdin!.end(input)
  })
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
}
