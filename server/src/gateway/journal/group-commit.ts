/**
 * One writer, one flush at a time: whatever was queued while the last flush ran becomes the next
 * group, so a lone intent waits for one flush only, and sixty-four callers share one. Between two
 * groups the event loop gets one turn, in which the callers that were just answered can queue again.
 *
 * What nobody waits for (`isPatient`: an outcome, whose client has its answer) begins no flush at once:
 * it joins the next intent's, or goes `patienceMs` later. A flush costs the processor as much as a
 * third of a call, and would be in the way of the next intent.
 *
 * After a failed write or flush nothing is tried again: the kernel may have dropped the pages and
 * would report the next flush as good. The group commit is then failed for ever; only a new
 * process, which reads back what the disk really holds, can go on.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { JournalError } from './errors.ts'
import { writeFully } from './file-system.ts'
import { FRAME_HEADER_BYTES, FrameType, writeFrame } from './frame.ts'
import type { JournalLog, Position } from './record.ts'
import type { Segment, SegmentFiles, WritableSegment } from './segment.ts'

/** Something to write, and whom to tell. The callbacks must not throw. */
export type Entry = {
  readonly type: FrameType
  readonly payload: string
  readonly payloadBytes: number
  /** Nobody waits for it: it may wait for the next flush, up to `patienceMs`. */
  readonly isPatient: boolean
  durable(position: Position, segment: Segment): void
  rejected(error: JournalError): void
}

/** How long a patient record waits for another's flush before it gets its own, in ms. */
export const patienceMs = 2

export type GroupCommitOptions = {
  readonly files: SegmentFiles
  readonly epoch: number
  readonly segmentBytes: number
  readonly groupBytesMax: number
  readonly log: JournalLog
  /** Payload of the first frame of a new segment. */
  opening(): string
  /** A new segment has become the current one. */
  rotated(segment: Segment): void
}

export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #buffer: Buffer
  #queue: Entry[] = []
  #current: WritableSegment | undefined
  #offset = 0
  #sequence = 1
  #running: Promise<void> | undefined
  /** Somebody waits for a record in the queue. */
  #isUrgent = false
  #hurry: (() => void) | undefined
  #failure: JournalError | undefined
  /** Counted since the start. */
  readonly written = { records: 0, bytes: 0, groups: 0, flushMs: 0 }

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#buffer = Buffer.alloc(options.groupBytesMax)
  }

  get failure(): JournalError | undefined {
    return this.#failure
  }

  /** Begins the first segment, so that a disk that can't be written is found out at the start. */
  async start(): Promise<void> {
    if (await this.#rotate()) return
    const cause = this.#options.files.spareError
    throw new JournalError('full', 'The journal has no room for its first segment.', { cause })
  }

  enqueue(entry: Entry): void {
    if (this.#failure) {
      entry.rejected(this.#failure)
      return
    }
    this.#queue.push(entry)
    if (!entry.isPatient) {
      this.#isUrgent = true
      this.#hurry?.()
    }
    this.#running ??= this.#run()
  }

  /** Waits until all that is queued is durable or rejected, then closes the current segment. */
  async close(): Promise<void> {
    while (this.#running) await this.#running
    await this.#current?.handle.close()
    this.#current = undefined
  }

  async #run(): Promise<void> {
    try {
      await nextTurn()
      while (this.#queue.length > 0) {
        if (!this.#isUrgent) await this.#patience()
        await this.#commitGroup()
        await nextTurn()
      }
    } finally {
      this.#running = undefined
    }
  }

  /** Until somebody waits, or long enough. */
  #patience(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs)
      this.#hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #commitGroup(): Promise<void> {
    let group: Entry[] = []
    try {
      if (!this.#fits(this.#queue[0]) && !(await this.#rotate())) {
        this.#rejectQueued(noRoom(this.#options.files.spareError))
        return
      }
      group = this.#takeGroup()
      await this.#write(group)
    } catch (error) {
      this.#fail(error, group)
    }
  }

  #fits(entry: Entry | undefined): boolean {
    const room = this.#options.segmentBytes - this.#offset
    return entry !== undefined && FRAME_HEADER_BYTES + entry.payloadBytes <= room
  }

  #takeGroup(): Entry[] {
    const room = Math.min(this.#options.segmentBytes - this.#offset, this.#buffer.length)
    let bytes = 0
    let count = 0
    for (const entry of this.#queue) {
      bytes += FRAME_HEADER_BYTES + entry.payloadBytes
      if (bytes > room) break
      count++
    }
    const group = this.#queue.splice(0, count)
    // What did not fit has waited for a flush already.
    this.#isUrgent = this.#queue.length > 0
    return group
  }

  async #write(group: readonly Entry[]): Promise<void> {
    const current = this.#current
    if (!current) throw new Error('No segment is open.')
    const { epoch } = this.#options
    const sequenceFirst = this.#sequence
    let length = 0
    for (const [placeInGroup, { type, payload }] of group.entries()) {
      const sequence = sequenceFirst + placeInGroup
      length = writeFrame(this.#buffer, length, { type, epoch, sequence, placeInGroup }, payload)
    }
    const startedAtMs = performance.now()
    await writeFully(current.handle, this.#buffer.subarray(0, length), this.#offset)
    await current.handle.datasync()
    this.written.flushMs += performance.now() - startedAtMs
    this.written.records += group.length
    this.written.bytes += length
    this.written.groups++
    this.#offset += length
    this.#sequence += group.length
    for (const [placeInGroup, entry] of group.entries()) {
      entry.durable({ epoch, sequence: sequenceFirst + placeInGroup }, current.segment)
    }
  }

  /** @returns false when there is no room for another segment; nothing has changed then. */
  async #rotate(): Promise<boolean> {
    const start = { epoch: this.#options.epoch, sequence: this.#sequence }
    const next = await this.#options.files.activate(start)
    if (!next) return false
    await this.#current?.handle.close()
    this.#current = next
    this.#offset = 0
    this.#options.rotated(next.segment)
    const payload = this.#options.opening()
    const payloadBytes = Buffer.byteLength(payload)
    const unanswered = { durable: () => undefined, rejected: () => undefined }
    const entry = { type: FrameType.segment, payload, payloadBytes, isPatient: false }
    await this.#write([{ ...entry, ...unanswered }])
    return true
  }

  #fail(cause: unknown, group: readonly Entry[]): void {
    const failure = new JournalError(
      'failed',
      'The journal could not be written, so no paid call can be recorded. Check the disk, then ' +
        'restart the gateway: it reads back what is really there.',
      { cause },
    )
    this.#failure = failure
    this.#options.log.error({ err: cause }, failure.message)
    for (const entry of group) entry.rejected(failure)
    this.#rejectQueued(failure)
  }

  #rejectQueued(error: JournalError): void {
    const queue = this.#queue
    this.#queue = []
    for (const entry of queue) entry.rejected(error)
  }
}

/** The refusal for a record that finds no segment to go into. */
export function noRoom(cause: unknown): JournalError {
  return new JournalError(
    'full',
    'The disk has no room for another journal segment. Free some space; the journal tries again ' +
      'by itself.',
    { cause },
  )
}
