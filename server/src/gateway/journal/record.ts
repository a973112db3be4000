/**
 * The nouns of the journal. A record is plain JSON with two fields that the journal itself reads:
 * `kind` and `id`. An *intent* says that a paid call is about to be made; the *outcome* with the
 * same id says how it ended. BigInts have no JSON form: callers write them as decimal strings.
 */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** What a caller appends. */
export type JournalRecord = {
  readonly kind: 'intent' | 'outcome'
  readonly id: string
  readonly [key: string]: JsonValue
}

/**
 * The place of a record, unique for ever within one source. The epoch grows by at least one with
 * each opening of the directory, the sequence with each record inside an epoch, and both with gaps.
 */
export type Position = { readonly epoch: number; readonly sequence: number }

/** A durable record and its place. */
export type StoredRecord = Position & { readonly record: JournalRecord }

/** Below every position that can be given out: epochs start at 1. */
export const POSITION_ZERO: Position = { epoch: 0, sequence: 0 }

/** Negative when `left` was written before `right`, 0 when they are the same place. */
export function comparePositions(left: Position, right: Position): number {
  return left.epoch - right.epoch || left.sequence - right.sequence
}

/** Where the journal reports; any pino logger fits. */
export type JournalLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
