/**
 * A reason not to start that the person at the terminal can do something about.
 *
 * Its message is complete sentences that say what is wrong and what to do, and never holds a
 * secret. `main.ts` prints the message without a stack and exits with code 1.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError'
}

/** The least of a logger that starting needs; a pino logger is one. */
export interface StartupLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
