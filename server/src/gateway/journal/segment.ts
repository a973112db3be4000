/**
 * The files of the journal. A segment is created at full size, filled with zeros and flushed before
 * it is used, so that an append changes no metadata and meets a full disk early: while records go
 * into one segment the next is already prepared. What is left of the current one is then the
 * reserve in which the outcomes of running calls still find room after the disk has filled up.
 *
 * Names carry the epoch and the first sequence, padded, so that their order is the log's order.
 */

import { join } from 'node:path'
import { type FileHandle, type FileSystem, syncDirectory, writeFully } from './file-system.ts'
import type { SegmentStart } from './scan.ts'

/** A segment as the journal tracks it while it exists. */
export type Segment = SegmentStart & {
  readonly path: string
  /** Flushed records in it were unreadable: it is set aside, not deleted. */
  readonly isDamaged: boolean
  outcomesUnacknowledged: number
  intentsOpen: number
}

/** A segment open for writing. */
export type WritableSegment = { readonly segment: Segment; readonly handle: FileHandle }

type Spare = { readonly path: string; readonly handle: FileHandle }

const SPARE_NAME = /^spare-\d+\.log$/
const SEGMENT_NAME = /^segment-(\d{10})-(\d{15})\.log$/
const ZERO_BLOCK_BYTES = 1024 * 1024

/** The epoch and first sequence in a segment's name; undefined for any other file. */
export function parseSegmentName(name: string): SegmentStart | undefined {
  const match = SEGMENT_NAME.exec(name)
  return match ? { epoch: Number(match[1]), sequence: Number(match[2]) } : undefined
}

export function segmentName(start: SegmentStart): string {
  const epoch = String(start.epoch).padStart(10, '0')
  return `segment-${epoch}-${String(start.sequence).padStart(15, '0')}.log`
}

export function newSegment(path: string, start: SegmentStart, isDamaged = false): Segment {
  return { ...start, path, isDamaged, outcomesUnacknowledged: 0, intentsOpen: 0 }
}

/** Prepares segments ahead, hands them out and removes those that are done with. */
export class SegmentFiles {
  readonly #fileSystem: FileSystem
  readonly #directory: string
  readonly #segmentBytes: number
  readonly #roomRetryMs: number
  #spare: Promise<Spare | undefined> | undefined
  #spareCount = 0
  #spareError: unknown
  #roomRetry: NodeJS.Timeout | undefined

  /** @param roomRetryMs after a spare could not be made, how long until the next attempt. */
  constructor(
    fileSystem: FileSystem,
    directory: string,
    segmentBytes: number,
    roomRetryMs: number,
  ) {
    this.#fileSystem = fileSystem
    this.#directory = directory
    this.#segmentBytes = segmentBytes
    this.#roomRetryMs = roomRetryMs
  }

  /** Why there is no next segment; undefined while there is one or the first attempt runs. */
  get spareError(): unknown {
    return this.#spareError
  }

  /** Removes the spare segments of an earlier life; nothing was ever written to them. */
  async removeSpares(): Promise<void> {
    for (const name of await this.#fileSystem.readdir(this.#directory)) {
      if (SPARE_NAME.test(name)) await this.#fileSystem.unlink(join(this.#directory, name))
    }
  }

  /**
   * Turns the spare into the segment that begins at `start` and begins the next spare.
   * @returns undefined when there is no spare and none can be made: nothing was changed.
   */
  async activate(start: SegmentStart): Promise<WritableSegment | undefined> {
    const spare = await this.#prepareSpare()
    if (!spare) return undefined
    this.#spare = undefined
    const path = join(this.#directory, segmentName(start))
    try {
      await this.#fileSystem.rename(spare.path, path)
      await syncDirectory(this.#fileSystem, this.#directory)
    } catch (error) {
      await spare.handle.close()
      throw error
    }
    void this.#prepareSpare()
    return { segment: newSegment(path, start), handle: spare.handle }
  }

  /** Deletes a segment durably; one with damage is renamed, so that it can be looked into. */
  async remove(segment: Segment): Promise<void> {
    if (segment.isDamaged) await this.#fileSystem.rename(segment.path, `${segment.path}.damaged`)
    else await this.#fileSystem.unlink(segment.path)
    await syncDirectory(this.#fileSystem, this.#directory)
  }

  async close(): Promise<void> {
    const spare = await this.#spare
    this.#spare = undefined
    clearTimeout(this.#roomRetry)
    if (!spare) return
    await spare.handle.close()
    await this.#fileSystem.unlink(spare.path)
  }

  /** The next segment, made now unless it exists; undefined (see `spareError`) without room. */
  #prepareSpare(): Promise<Spare | undefined> {
    this.#spare ??= this.#trySpare()
    return this.#spare
  }

  async #trySpare(): Promise<Spare | undefined> {
    clearTimeout(this.#roomRetry)
    try {
      const spare = await this.#makeSpare()
      this.#spareError = undefined
      return spare
    } catch (error) {
      this.#spareError = error
      this.#spare = undefined
      this.#roomRetry = setTimeout(() => this.#prepareSpare(), this.#roomRetryMs).unref()
      return undefined
    }
  }

  async #makeSpare(): Promise<Spare> {
    const path = join(this.#directory, `spare-${this.#spareCount++}.log`)
    const handle = await this.#fileSystem.open(path, 'wx', 0o600)
    try {
      const zeros = Buffer.alloc(Math.min(ZERO_BLOCK_BYTES, this.#segmentBytes))
      for (let offset = 0; offset < this.#segmentBytes; offset += zeros.length) {
        const length = Math.min(zeros.length, this.#segmentBytes - offset)
        await writeFully(handle, zeros.subarray(0, length), offset)
      }
      await handle.sync()
      return { path, handle }
    } catch (error) {
      await handle.close()
      // Whatever stays behind is removed by the next opening; the first error is the one to tell.
      await this.#fileSystem.unlink(path).catch(() => undefined)
      throw error
    }
  }
}
