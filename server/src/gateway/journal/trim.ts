/**
 * Gives disk space back. Segments go strictly oldest first: an outcome lies behind its intent, so
 * whatever is left always tells how every intent in it ended. Deleting a later segment before an
 * earlier one would make settled calls look open again and bill them twice.
 *
 * A segment goes when nothing in it is alive. If only open intents hold the oldest one while others
 * pile up behind it, they are copied to the end of the log, with their first position.
 */

import { FrameType } from './frame.ts'
import type { Entry } from './group-commit.ts'
import type { LiveRecords, OpenIntent } from './live.ts'
import { SEGMENTS_BEFORE_CARRY } from './options.ts'
import type { JournalLog, StoredRecord } from './record.ts'
import type { Segment, SegmentFiles } from './segment.ts'

export type TrimmerOptions = {
  readonly files: SegmentFiles
  readonly live: LiveRecords
  readonly log: JournalLog
  enqueue(entry: Entry): void
}

export class Trimmer {
  readonly #options: TrimmerOptions
  readonly #segments: Segment[]
  #running: Promise<void> = Promise.resolve()

  /** @param segments those of earlier lives, oldest first. */
  constructor(options: TrimmerOptions, segments: readonly Segment[]) {
    this.#options = options
    this.#segments = [...segments]
  }

  /** The newest segment, which is being written and never removed. */
  added(segment: Segment): void {
    this.#segments.push(segment)
  }

  /**
   * Removes what can be removed. Calls run one after another. Never rejects: a segment that can't
   * be deleted costs space and no correctness, and the next call tries again.
   */
  trim(): Promise<void> {
    this.#running = this.#running.then(async () => {
      try {
        while (await this.#removeOldest());
      } catch (error) {
        this.#options.log.warn({ err: error }, 'A journal segment could not be removed.')
      }
    })
    return this.#running
  }

  async #removeOldest(): Promise<boolean> {
    const [oldest, newer] = this.#segments
    if (!oldest || !newer || oldest.outcomesUnacknowledged > 0) return false
    if (oldest.intentsOpen > 0) {
      if (this.#segments.length < SEGMENTS_BEFORE_CARRY) return false
      return await this.#carryIntents(oldest)
    }
    await this.#options.files.remove(oldest)
    this.#segments.shift()
    return true
  }

  /**
   * @returns false when an outcome for one of the intents is on its way to the disk. Copying that
   *   intent behind its outcome would open it again; the next trim finds it closed.
   */
  async #carryIntents(segment: Segment): Promise<boolean> {
    const intents = this.#options.live.intentsIn(segment)
    if (intents.some((intent) => intent.outcomeQueued)) return false
    await Promise.all(intents.map((intent) => this.#carryIntent(intent)))
    return segment.intentsOpen === 0
  }

  #carryIntent(intent: OpenIntent): Promise<void> {
    const { live, enqueue } = this.#options
    return new Promise((resolve, reject) => {
      if (!intent.position) return resolve()
      const stored = { ...intent.position, record: JSON.parse(intent.payload) } as StoredRecord
      const durable = (_position: unknown, moved: Segment) => {
        live.intentMoved(intent, moved)
        resolve()
      }
      enqueue(carriedEntry(stored, durable, reject))
    })
  }
}

/** A record on its way to a newer segment, with the position that it has had from the start. */
export function carriedEntry(
  stored: StoredRecord,
  durable: Entry['durable'],
  rejected: Entry['rejected'],
): Entry {
  const { epoch, sequence, record } = stored
  const payload = JSON.stringify({ epoch, sequence, record })
  const payloadBytes = Buffer.byteLength(payload)
  return { type: FrameType.carried, payload, payloadBytes, isPatient: false, durable, rejected }
}
