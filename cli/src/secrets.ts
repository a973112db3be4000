/**
 * Secrets never stand on the command line, where other users and the shell's history would see
 * them: they come from the standard input or from a prompt without echo.
 */
import { type Given, type Json, parseJson } from './arguments.ts'
import type { Flag } from './command.ts'
import { UsageError } from './failure.ts'
import type { Io } from './io.ts'

export const stdinFlag = (flag: string) => `${flag}-stdin`

/**
 * @param given where `--x-stdin` is true for each secret that is on the standard input: the whole
 * input for one (it may have several lines), a line for each if there are more
 * @param data what `--data` gave, which is not asked for again
 * @returns the flags with the secrets filled in
 */
export async function withSecrets(
  flags: readonly Flag[],
  given: Given,
  data: Json,
  io: Io,
): Promise<Given> {
  const secrets = flags.filter(({ secret }) => secret === true)
  const piped = secrets.filter(({ flag }) => given[stdinFlag(flag)] === true)
  const found: Record<string, string> = {}
  if (piped.length > 0) {
    const input = (await io.readInput()).replace(/\r?\n$/, '')
    const values = piped.length === 1 ? [input] : input.split(/\r?\n/)
    for (const [index, { flag }] of piped.entries()) {
      if (!values[index]) throw new UsageError(`--${stdinFlag(flag)}: the input is empty.`)
      found[flag] = values[index]
    }
  }
  for (const { flag, to, required } of secrets) {
    const isAsked = given[flag] === true || (required === true && data[to[0]!] === undefined)
    if (found[flag] !== undefined || !isAsked) continue
    if (!io.isInteractive) throw new UsageError(`Missing: --${stdinFlag(flag)}`)
    found[flag] = await io.ask(`${flag.replaceAll('-', ' ')}: `, false)
  }
  const withoutSwitches = Object.entries(given).filter(
    ([name]) => !secrets.some(({ flag }) => flag === name),
  )
  return { ...Object.fromEntries(withoutSwitches), ...found }
}

/**
 * @param text `{…}`, `@file`, or `-` for the standard input
 * @throws UsageError when it is not a JSON object
 */
export async function readData(
  text: string | undefined,
  io: Io,
  readFile: (path: string) => Promise<string>,
): Promise<Json> {
  if (text === undefined) return {}
  const source =
    text === '-' ? io.readInput() : text.startsWith('@') ? readFile(text.slice(1)) : text
  const value = parseJson(await source, '--data')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('--data is a JSON object.')
  }
  return value as Json
}
