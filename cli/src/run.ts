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
    await programOf(io).parseAsync(argv, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof ExitWith) return error.code
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return explainFailure(error, io)
  }
}
