/**
 * A reason to stop that the person at the terminal can do something about: printed without a stack.
 */
export class Refusal extends Error {}

/**
 * Runs a script's main function and turns its outcome into the exit code.
 * @param {() => Promise<number>} main gives the exit code
 */
export async function exitWith(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
