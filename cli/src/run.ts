/** Runs one command line. Everything that can go wrong ends here, as an exit code. */
import { CommanderError } from 'commander'
import { ExitWith, exitCodes, explainFailure } from './failure.ts'
import type { Io } from './io.ts'
import { programOf } from './program.ts'

/**
 * @param argv what follows the program's name
 * @returns 0 done, 1 refused by the server, 2 wrong usage, 3 the server can't be reached
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    await programOf(io).parseAsync(asFlags(argv), { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof ExitWith) return error.code
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return explainFailure(error, io)
  }
}

/** Fields may be typed as the API spells them: `--budget.amountUsd` is `--budget.amount-usd`. */
function asFlags(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, place) => {
    const isFlag = word.startsWith('--') && (end === -1 || place < end)
    return isFlag ? word.replace(/^[^=]+/, kebab) : word
  })
}

const kebab = (flag: string) =>
  flag.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
