/**
 * Reads every sound frame out of the bytes of one segment, whatever else happened to them.
 *
 * Where a frame is broken, the scan looks for the next sound one byte by byte and goes on: a
 * record that can be read is never given up because its neighbour can't. What is missing is
 * reported as *torn* when only the last group commit can be touched (nobody was told that it is
 * durable, unless the disk lied) and as *corrupt* when flushed records are gone.
 */

import { FRAME_HEADER_BYTES, type Frame, type FrameExpectation, readFrame } from './frame.ts'

export type Damage = {
  readonly kind: 'torn' | 'corrupt'
  readonly offset: number
  /** First sequence that is missing, and the one after the last where that is known. */
  readonly sequenceFrom: number
  readonly sequenceTo: number | undefined
}

export type Scan = {
  readonly frames: readonly Frame[]
  readonly damage: readonly Damage[]
  /** The sequence that would have come next. */
  readonly sequenceNext: number
}

/** What the name of a segment says about it. */
export type SegmentStart = { readonly epoch: number; readonly sequence: number }

type Hole = { offset: number; sequenceFrom: number; sequenceTo: number | undefined }

/** @param bytes the whole segment. @param start the epoch and first sequence from its name. */
export function scanSegment(bytes: Buffer, start: SegmentStart): Scan {
  const frames: Frame[] = []
  const holes: Hole[] = []
  let offset = 0
  let sequence = start.sequence
  for (;;) {
    const frame = readFrame(bytes, offset, expect(start.epoch, sequence, sequence))
    if (frame) {
      frames.push(frame)
      offset = frame.end
      sequence = frame.sequence + 1
      continue
    }
    const broken = firstNonZero(bytes, offset)
    if (broken === undefined) break
    const found = findFrame(bytes, offset, start.epoch, sequence)
    holes.push({ offset, sequenceFrom: sequence, sequenceTo: found?.sequence })
    if (!found) break
    offset = found.offset
    sequence = found.sequence
  }
  return { frames, damage: judge(holes, frames), sequenceNext: sequence }
}

/** A hole is innocent only if all that is missing may belong to the last group. */
function judge(holes: readonly Hole[], frames: readonly Frame[]): Damage[] {
  const last = frames.at(-1)
  const lastGroupFrom = last ? last.sequence - last.placeInGroup : 0
  return holes.map((hole) => {
    const isTorn = hole.sequenceTo === undefined || hole.sequenceFrom >= lastGroupFrom
    return { kind: isTorn ? 'torn' : 'corrupt', ...hole }
  })
}

function expect(epoch: number, sequenceMin: number, sequenceMax: number): FrameExpectation {
  return { epoch, sequenceMin, sequenceMax }
}

function findFrame(bytes: Buffer, from: number, epoch: number, sequenceMin: number) {
  const sequenceMax = sequenceMin + Math.ceil(bytes.length / FRAME_HEADER_BYTES)
  const expected = expect(epoch, sequenceMin, sequenceMax)
  for (let offset = from; offset + FRAME_HEADER_BYTES <= bytes.length; offset++) {
    const frame = readFrame(bytes, offset, expected)
    if (frame) return { offset, sequence: frame.sequence }
  }
  return undefined
}

const ZERO_BLOCK = Buffer.alloc(64 * 1024)

/** Preallocated space is zero; the first byte that is not means that something was written. */
function firstNonZero(bytes: Buffer, from: number): number | undefined {
  for (let offset = from; offset < bytes.length; offset += ZERO_BLOCK.length) {
    const block = bytes.subarray(offset, offset + ZERO_BLOCK.length)
    if (block.equals(ZERO_BLOCK.subarray(0, block.length))) continue
    return offset + block.findIndex((byte) => byte !== 0)
  }
  return undefined
}
