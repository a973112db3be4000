/**
 * The durable journal of a gateway. Each paid call writes an *intent* before its provider is called
 * and an *outcome* after, and goes on only when that is on disk. Outcomes are then read by whoever
 * ships them to the database, in order and at least once, and dropped when acknowledged. Intents
 * are not shipped: one that a crash left without an outcome comes back in `recovered`, and the
 * gateway settles it by appending the outcome that is missing.
 *
 * `state` is what admission asks before it takes a paid call:
 * - `open`: go on;
 * - `full`: new intents are refused, outcomes of running calls still find room; it may pass;
 * - `failed`: nothing is written any more until the process is restarted.
 */

import { JournalError } from './errors.ts'
import { FrameType } from './frame.ts'
import { type Entry, type GroupCommit, noRoom } from './group-commit.ts'
import type { LiveRecords } from './live.ts'
import type { DirectoryLock } from './lock.ts'
import type { JournalLimits } from './options.ts'
import { comparePositions, type JournalRecord, type Position, type StoredRecord } from './record.ts'
import type { DamageReport } from './recover.ts'
import type { SegmentFiles } from './segment.ts'
import type { Trimmer } from './trim.ts'

export type JournalState = 'open' | 'full' | 'failed'

/** What earlier lives of this directory left behind. */
export type Recovered = {
  readonly outcomesUnacknowledged: readonly StoredRecord[]
  readonly intentsOpen: readonly StoredRecord[]
  readonly damage: readonly DamageReport[]
}

/** The parts of a journal, assembled by `openJournal`. */
export type JournalParts = {
  readonly sourceId: string
  readonly epoch: number
  readonly limits: JournalLimits
  readonly recovered: Recovered
  readonly lock: DirectoryLock
  readonly files: SegmentFiles
  readonly live: LiveRecords
  readonly commit: GroupCommit
  readonly trimmer: Trimmer
}

export interface Appending {
  /** The record as JSON, where whoever appends it has it. */
  readonly text?: string
  /** Nobody waits for it to be on disk: it may take the next flush, up to `patienceMs` later. */
  readonly isPatient?: boolean
}

export class Journal {
  readonly #parts: JournalParts
  #closing: Promise<void> | undefined

  constructor(parts: JournalParts) {
    this.#parts = parts
  }

  get sourceId(): string {
    return this.#parts.sourceId
  }

  get epoch(): number {
    return this.#parts.epoch
  }

  get recovered(): Recovered {
    return this.#parts.recovered
  }

  get acknowledged(): Position {
    return this.#parts.live.acknowledged
  }

  get stats() {
    const { commit, live } = this.#parts
    return { ...commit.written, backlogChars: live.backlogChars }
  }

  get state(): JournalState {
    if (this.#parts.commit.failure) return 'failed'
    return this.#fullness() ? 'full' : 'open'
  }

  /**
   * Writes one record and resolves when it is on disk. Records are durable in the order of their
   * calls. An outcome needs no intent (free calls have none); an intent needs an id that is not
   * open.
   *
   * @param how see `Appending`
   * @throws JournalError `record_invalid`, `full` (intents, and outcomes once the reserve is used
   *   up), `failed` or `closed`. After `failed` it is unknown whether the record is on disk: treat
   *   an intent as not written, so don't call the provider.
   */
  append(record: JournalRecord, how: Appending = {}): Promise<Position> {
    return new Promise((resolve, reject) => {
      this.#refuseUnlessWritable(record)
      const { isPatient = false } = how
      const entry = this.#recordEntry(record, how.text, resolve, reject)
      this.#parts.commit.enqueue({ ...entry, isPatient })
    })
  }

  /** The oldest outcomes that were not acknowledged, in the order of their positions. */
  unacknowledged(limit: number): StoredRecord[] {
    return this.#parts.live.unacknowledged(limit)
  }

  /**
   * Says that every outcome up to and including `position` is applied elsewhere, for good. Resolves
   * when this is durable and the segments that nothing needs any more are deleted. Going backwards
   * does nothing.
   * @throws JournalError `record_invalid` for a position that no outcome has reached yet.
   */
  async acknowledge({ epoch, sequence }: Position): Promise<void> {
    const { live, commit, trimmer } = this.#parts
    const position = { epoch, sequence }
    if (comparePositions(position, live.acknowledged) <= 0) return
    if (comparePositions(position, live.outcomeLast) > 0) {
      const message = `Nothing was written at ${epoch}:${sequence}, so it can't be acknowledged.`
      throw new JournalError('record_invalid', message)
    }
    await new Promise<void>((resolve, rejected) => {
      this.#refuseIfClosed()
      const payload = JSON.stringify(position)
      const payloadBytes = Buffer.byteLength(payload)
      const durable = () => resolve()
      const told = { type: FrameType.acknowledged, payload, payloadBytes }
      commit.enqueue({ ...told, isPatient: true, durable, rejected })
    })
    live.acknowledge(position)
    await trimmer.trim()
  }

  /** Finishes what was queued, closes the files and frees the directory. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { commit, trimmer, files, lock } = this.#parts
    try {
      await trimmer.trim()
      await commit.close()
      await files.close()
    } finally {
      lock.release()
    }
  }

  #recordEntry(
    record: JournalRecord,
    text: string | undefined,
    resolve: (position: Position) => void,
    reject: (error: JournalError) => void,
  ): Omit<Entry, 'isPatient'> {
    const { live } = this.#parts
    const { kind, id } = record
    const payload = this.#encode(record, text)
    const entry = { type: FrameType.record, ...payload }
    if (kind === 'intent') {
      live.intentQueued(id, payload.payload)
      return {
        ...entry,
        durable(position, segment) {
          live.intentDurable(id, position, segment)
          resolve(position)
        },
        rejected(error) {
          live.intentRejected(id)
          reject(error)
        },
      }
    }
    live.outcomeQueued(id)
    return {
      ...entry,
      durable(position, segment) {
        live.outcomeDurable(record, position, segment, payload.payload)
        resolve(position)
      },
      rejected(error) {
        live.outcomeRejected(id)
        reject(error)
      },
    }
  }

  #encode(record: JournalRecord, text?: string): { payload: string; payloadBytes: number } {
    const { kind, id } = record
    if ((kind !== 'intent' && kind !== 'outcome') || typeof id !== 'string' || id === '') {
      throw new JournalError('record_invalid', 'A record needs a kind and a non-empty id.')
    }
    let payload: string
    try {
      payload = text ?? JSON.stringify(record)
    } catch (cause) {
      throw new JournalError('record_invalid', 'The record is not JSON.', { cause })
    }
    const payloadBytes = Buffer.byteLength(payload)
    const { recordBytesMax } = this.#parts.limits
    if (payloadBytes > recordBytesMax) {
      const message = `The record has ${payloadBytes} bytes; the limit is ${recordBytesMax}.`
      throw new JournalError('record_invalid', message)
    }
    return { payload, payloadBytes }
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new JournalError('closed', 'The journal is closed.')
  }

  #refuseUnlessWritable(record: JournalRecord): void {
    this.#refuseIfClosed()
    const { failure } = this.#parts.commit
    if (failure) throw failure
    const fullness = record.kind === 'intent' ? this.#fullness() : undefined
    if (fullness) throw fullness
  }

  #fullness(): JournalError | undefined {
    const { files, live, limits } = this.#parts
    if (files.spareError !== undefined) return noRoom(files.spareError)
    if (live.backlogChars < limits.backlogCharsMax) return undefined
    return new JournalError(
      'full',
      'Too many outcomes wait to be applied to the database. Bring the database back; the journal ' +
        'takes new calls as soon as it is drained.',
    )
  }
}
