/** What a journal can be told, its limits, and which of them fit together. */

import type { FileSystem } from './file-system.ts'
import type { JournalLog } from './record.ts'

/** Size of one segment file. Two exist at rest; a gateway under load fills one in seconds. */
export const SEGMENT_BYTES = 16 * 1024 * 1024
export const SEGMENT_BYTES_MIN = 4096

/** Largest record, as JSON in UTF-8: intents and outcomes hold numbers and names, no content. */
export const RECORD_BYTES_MAX = 256 * 1024

/** Largest group commit. Bounds the memory of the writer and the time of one flush. */
export const GROUP_BYTES_MAX = 1024 * 1024

/**
 * Outcomes held in memory while nobody acknowledges. Beyond it no new intent is admitted: the
 * database has then been away for hundreds of thousands of calls.
 */
export const BACKLOG_CHARS_MAX = 256 * 1024 * 1024

/** How often a journal without room for its next segment looks whether there is room again. */
export const ROOM_RETRY_MS = 1000

/**
 * From this many segments on, open intents are copied out of the oldest one, so that one call that
 * never ends can't keep every later segment on the disk.
 */
export const SEGMENTS_BEFORE_CARRY = 4

export type JournalOptions = {
  /** Created if missing. On a local disk: network file systems lie about flushes and locks. */
  readonly directory: string
  /** Name of a new source; for a directory in use it must match. Default: a random UUID. */
  readonly sourceId?: string
  /**
   * The highest epoch that the applying side has seen from this source. It matters after a
   * directory was restored from a backup, which would otherwise use an epoch again.
   */
  readonly epochMin?: number
  readonly log: JournalLog
  readonly segmentBytes?: number
  readonly backlogCharsMax?: number
  readonly roomRetryMs?: number
  /** For tests that make a disk fail. */
  readonly fileSystem?: FileSystem
}

export type JournalLimits = {
  readonly segmentBytes: number
  readonly recordBytesMax: number
  readonly groupBytesMax: number
  readonly backlogCharsMax: number
  readonly roomRetryMs: number
}

/** @throws RangeError when the segment size is out of range. */
export function journalLimits(options: JournalOptions): JournalLimits {
  const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
  if (!Number.isSafeInteger(segmentBytes) || segmentBytes < SEGMENT_BYTES_MIN) {
    throw new RangeError(`segmentBytes must be an integer of at least ${SEGMENT_BYTES_MIN}.`)
  }
  return {
    segmentBytes,
    recordBytesMax: Math.min(RECORD_BYTES_MAX, Math.floor(segmentBytes / 4)),
    groupBytesMax: Math.min(GROUP_BYTES_MAX, segmentBytes),
    backlogCharsMax: options.backlogCharsMax ?? BACKLOG_CHARS_MAX,
    roomRetryMs: options.roomRetryMs ?? ROOM_RETRY_MS,
  }
}
