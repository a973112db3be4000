/** How a command ends that did not do what was asked: what is printed, and the exit code. */
import { CommonholdError } from '@commonhold/sdk'
import type { Io } from './io.ts'
import { plain } from './print.ts'

export const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The command line is wrong: nothing was sent. */
export class UsageError extends Error {}

/** The command has printed what there is to say; this is how it went. */
export class ExitWith extends Error {
  readonly code: number

  constructor(code: number) {
    super(`exit code ${code}`)
    this.code = code
  }
}

/** @throws whatever is neither a refusal, a failure of the network nor of usage */
export function explainFailure(error: unknown, io: Io): ExitCode {
  if (error instanceof UsageError) {
    io.err(error.message)
    return exitCodes.usage
  }
  if (!(error instanceof CommonholdError)) throw error
  io.err(`${error.title} (${error.status === 0 ? error.code : `${error.status} ${error.code}`}).`)
  const detail = detailOf(error)
  if (detail !== '') io.err(plain(detail))
  if (error.missingPermissions.length > 0) {
    io.err(`Missing permissions: ${error.missingPermissions.join(', ')}`)
  }
  for (const { pointer, message } of error.errors) io.err(plain(`  ${pointer}  ${message}`))
  if (error.retryAfterSeconds !== null) io.err(`Try again in ${error.retryAfterSeconds} s.`)
  if (error.status === 401) io.err('Sign in with: commonhold login')
  if (error.requestId !== null) io.err(`Request: ${plain(error.requestId)}`)
  return error.code === 'network' ? exitCodes.unreachable : exitCodes.refused
}

/** What the title and the list of errors do not say already. */
export function detailOf({ title, detail, errors }: CommonholdError): string {
  if (errors.some(({ message }) => detail.includes(message))) return ''
  return detail.startsWith(`${title}.`) ? detail.slice(title.length + 1).trim() : detail
}
