/**
 * Reads what earlier lives left in a journal directory. The records are replayed in the order in
 * which they were written: an intent opens, an outcome of the same id closes, and what was
 * acknowledged is dropped. A record that was copied forward is the same record, by its first
 * position.
 */

import { join } from 'node:path'
import { JournalError } from './errors.ts'
import type { FileSystem } from './file-system.ts'
import { type Frame, FrameType } from './frame.ts'
import {
  comparePositions,
  type JournalLog,
  type JournalRecord,
  POSITION_ZERO,
  type Position,
  type StoredRecord,
} from './record.ts'
import { type Damage, type Scan, type SegmentStart, scanSegment } from './scan.ts'
import { newSegment, parseSegmentName, type Segment } from './segment.ts'

/** The payload of a segment's first frame. */
export type SegmentOpening = {
  readonly sourceId: string
  readonly segmentBytes: number
  readonly acknowledged: Position
}

export type DamageReport = Damage & { readonly path: string }

export type Recovery = {
  readonly segments: Segment[]
  readonly epochMax: number
  readonly acknowledged: Position
  readonly outcomesUnacknowledged: StoredRecord[]
  readonly intentsOpen: StoredRecord[]
  readonly damage: readonly DamageReport[]
}

/**
 * @throws JournalError `damaged` when a segment was written by another source, for then the
 *   records of two gateways are mixed and can't be told apart.
 */
export async function recoverDirectory(
  fileSystem: FileSystem,
  directory: string,
  sourceId: string,
  log: JournalLog,
): Promise<Recovery> {
  const replay = new Replay(sourceId, directory)
  const segments: Segment[] = []
  const damage: DamageReport[] = []
  const starts = await listSegments(fileSystem, directory)
  for (const [index, { path, ...start }] of starts.entries()) {
    const bytes = await fileSystem.readFile(path)
    const scan = scanSegment(bytes, start)
    const opening = replay.apply(scan.frames)
    const found = judgeSegment(scan, bytes.length, opening, start, starts[index + 1])
    damage.push(...found.map((one) => ({ ...one, path })))
    const isDamaged = found.some((one) => one.kind === 'corrupt')
    segments.push(newSegment(path, start, isDamaged))
  }
  report(damage, log)
  return { segments, epochMax: starts.at(-1)?.epoch ?? 0, damage, ...replay.result() }
}

async function listSegments(fileSystem: FileSystem, directory: string) {
  const starts: (SegmentStart & { path: string })[] = []
  for (const name of await fileSystem.readdir(directory)) {
    const start = parseSegmentName(name)
    if (start) starts.push({ ...start, path: join(directory, name) })
  }
  return starts.sort(comparePositions)
}

/**
 * Adds to the scan what only the neighbours can tell: the next segment of an epoch is begun after
 * every record of this one was flushed, so here nothing may be torn and no sequence missing; and a
 * file shorter than it was made has lost its end, even if what is left reads well.
 */
function judgeSegment(
  scan: Scan,
  bytes: number,
  opening: SegmentOpening | undefined,
  start: SegmentStart,
  next: SegmentStart | undefined,
): Damage[] {
  const tail = { offset: bytes, sequenceFrom: scan.sequenceNext, sequenceTo: undefined }
  if (next?.epoch === start.epoch) {
    const found: Damage[] = scan.damage.map((one) => ({ ...one, kind: 'corrupt' }))
    const isEndMissing = scan.sequenceNext !== next.sequence
    if (isEndMissing && !found.some((one) => one.sequenceTo === undefined)) {
      found.push({ ...tail, kind: 'corrupt', sequenceTo: next.sequence })
    }
    return found
  }
  const isShort = opening !== undefined && bytes < opening.segmentBytes
  if (isShort && scan.damage.length === 0) return [{ ...tail, kind: 'torn' }]
  return [...scan.damage]
}

function report(damage: readonly DamageReport[], log: JournalLog): void {
  for (const one of damage) {
    if (one.kind === 'torn') {
      log.warn(one, 'The journal ended in the middle of a write; the unfinished tail was cut.')
    } else {
      log.error(
        one,
        'The journal is damaged: durable records are unreadable and their usage may be unbilled. ' +
          'Every readable record was kept; the damaged file is set aside. Check the disk.',
      )
    }
  }
}

/** Applies frames in log order. */
class Replay {
  readonly #sourceId: string
  readonly #directory: string
  readonly #intents = new Map<string, StoredRecord>()
  readonly #outcomes = new Map<string, StoredRecord>()
  #acknowledged: Position = POSITION_ZERO

  constructor(sourceId: string, directory: string) {
    this.#sourceId = sourceId
    this.#directory = directory
  }

  /** @returns the opening of the segment, if that frame survived. */
  apply(frames: readonly Frame[]): SegmentOpening | undefined {
    let opening: SegmentOpening | undefined
    for (const frame of frames) {
      const payload: unknown = JSON.parse(frame.payload)
      if (frame.type === FrameType.segment) {
        opening = payload as SegmentOpening
        this.#checkSource(opening)
        this.#acknowledge(opening.acknowledged)
      } else if (frame.type === FrameType.acknowledged) {
        this.#acknowledge(payload as Position)
      } else if (frame.type === FrameType.carried) {
        this.#add(payload as StoredRecord)
      } else {
        const { epoch, sequence } = frame
        const stored = { epoch, sequence, record: payload as JournalRecord }
        this.#intents.delete(stored.record.id)
        this.#add(stored)
      }
    }
    return opening
  }

  result() {
    const isWaiting = (one: StoredRecord) => comparePositions(one, this.#acknowledged) > 0
    return {
      acknowledged: this.#acknowledged,
      outcomesUnacknowledged: [...this.#outcomes.values()].filter(isWaiting).sort(comparePositions),
      intentsOpen: [...this.#intents.values()].sort(comparePositions),
    }
  }

  /** A copied outcome gets here directly: it closed its intent where it was first written. */
  #add(stored: StoredRecord): void {
    const { kind, id } = stored.record
    if (kind === 'intent') this.#intents.set(id, stored)
    else this.#outcomes.set(`${stored.epoch}:${stored.sequence}`, stored)
  }

  #acknowledge(position: Position): void {
    if (comparePositions(position, this.#acknowledged) > 0) this.#acknowledged = position
  }

  #checkSource(opening: SegmentOpening): void {
    if (opening.sourceId === this.#sourceId) return
    throw new JournalError(
      'damaged',
      `${this.#directory} holds segments of source ${opening.sourceId}, but its identity is ` +
        `${this.#sourceId}. Restore identity.json of that source, or move the segments away.`,
    )
  }
}
