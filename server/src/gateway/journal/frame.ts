/**
 * One record on disk: a header of 24 bytes, little-endian, and a JSON payload.
 *
 *     0  u32  CRC-32 of everything after this field, payload included
 *     4  u32  payload length in bytes
 *     8  u32  epoch
 *    12  u32  place in its group: 0 for the first record of a group commit
 *    16  u48  sequence
 *    22  u8   type
 *    23  u8   format version
 *
 * The place in the group is what tells a torn tail from damage: a group is written only after the
 * one before it was flushed, so a hole is innocent only inside the last group.
 *
 * The checksum is zlib's CRC-32, because Node has it in native code and CRC-32C only in ours; both
 * find every burst of up to 32 bits. A payload can't imitate a header: JSON text never holds a raw
 * NUL byte, and a header always has one in the high byte of its length.
 */

import { crc32 } from 'node:zlib'

export const FRAME_HEADER_BYTES = 24
export const FORMAT_VERSION = 1

export const FrameType = {
  /** First frame of a segment: source, size and what was acknowledged when it began. */
  segment: 1,
  /** A record of a caller. */
  record: 2,
  /** A record copied out of an older segment, with its first position. */
  carried: 3,
  /** Everything up to a position has been applied elsewhere. */
  acknowledged: 4,
} as const

export type FrameType = (typeof FrameType)[keyof typeof FrameType]
const FRAME_TYPE_MAX = 4

export type FrameHeader = {
  readonly type: FrameType
  readonly epoch: number
  readonly sequence: number
  readonly placeInGroup: number
}

export type Frame = FrameHeader & { readonly payload: string; readonly end: number }

/**
 * Writes one frame at `offset` and returns the offset behind it. The buffer must have room for the
 * header and for the payload in UTF-8.
 */
export function writeFrame(
  buffer: Buffer,
  offset: number,
  header: FrameHeader,
  payload: string,
): number {
  const payloadBytes = buffer.write(payload, offset + FRAME_HEADER_BYTES, 'utf8')
  const end = offset + FRAME_HEADER_BYTES + payloadBytes
  buffer.writeUInt32LE(payloadBytes, offset + 4)
  buffer.writeUInt32LE(header.epoch, offset + 8)
  buffer.writeUInt32LE(header.placeInGroup, offset + 12)
  buffer.writeUIntLE(header.sequence, offset + 16, 6)
  buffer.writeUInt8(header.type, offset + 22)
  buffer.writeUInt8(FORMAT_VERSION, offset + 23)
  buffer.writeUInt32LE(crc32(buffer.subarray(offset + 4, end)), offset)
  return end
}

/** Which frames may stand at a place: those of this epoch within this range of sequences. */
export type FrameExpectation = {
  readonly epoch: number
  readonly sequenceMin: number
  readonly sequenceMax: number
}

/**
 * Reads the frame at `offset`, or returns undefined when there is no whole, sound and expected
 * frame. The cheap comparisons come first, since a search tries every byte; the checksum decides.
 */
export function readFrame(
  buffer: Buffer,
  offset: number,
  expected: FrameExpectation,
): Frame | undefined {
  if (offset + FRAME_HEADER_BYTES > buffer.length) return undefined
  const epoch = buffer.readUInt32LE(offset + 8)
  if (epoch !== expected.epoch) return undefined
  const sequence = buffer.readUIntLE(offset + 16, 6)
  if (sequence < expected.sequenceMin || sequence > expected.sequenceMax) return undefined
  const type = buffer.readUInt8(offset + 22)
  if (type < 1 || type > FRAME_TYPE_MAX) return undefined
  if (buffer.readUInt8(offset + 23) !== FORMAT_VERSION) return undefined
  const payloadStart = offset + FRAME_HEADER_BYTES
  const end = payloadStart + buffer.readUInt32LE(offset + 4)
  if (end === payloadStart || end > buffer.length) return undefined
  if (crc32(buffer.subarray(offset + 4, end)) !== buffer.readUInt32LE(offset)) return undefined
  return {
    type: type as FrameType,
    epoch,
    sequence,
    placeInGroup: buffer.readUInt32LE(offset + 12),
    payload: buffer.toString('utf8', payloadStart, end),
    end,
  }
}
