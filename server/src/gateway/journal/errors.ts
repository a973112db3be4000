/**
 * The refusals of the journal: one class and a closed list of codes, so that the gateway can decide
 * by code (retry later, stop admitting, page somebody) without reading prose.
 */

export type JournalErrorCode =
  /** The record itself is unusable: too large, not JSON, or an intent id that is already open. */
  | 'record_invalid'
  /** No room for new intents now; outcomes still go in while the reserve lasts. May pass. */
  | 'full'
  /** A write or a flush failed. Final for this process: what the disk holds is unknown. */
  | 'failed'
  /** The journal was closed by its owner. */
  | 'closed'
  /** Another process holds the directory. */
  | 'locked'
  /** The directory can't be trusted as it is; a person has to look at it. */
  | 'damaged'

/** An error of the journal. `code` is for programs, the message says what to do. */
export class JournalError extends Error {
  readonly code: JournalErrorCode

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'JournalError'
    this.code = code
  }
}
