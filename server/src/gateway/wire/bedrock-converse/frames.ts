/**
 * The binary frames in which Amazon streams: a length, headers, a payload, and two checksums. Taking one
 * apart, and proving its checksums, is the library of Amazon's own SDK; which bytes are one is decided
 * here. The library takes its time to load, so it is loaded for the first stream and not at the start.
 * https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html
 */
import type { EventStreamCodec } from '@smithy/eventstream-codec'

export const framesType = 'application/vnd.amazon.eventstream'

/** A frame larger than this is none. Amazon's own limit is 16 MiB; a model's events are far smaller. */
export const frameBytesMax = 4 * 1024 * 1024
/** Two lengths, the checksum of both, and the checksum of all. */
const frameBytesMin = 16

export interface Frame {
  /** `event`, `exception` or `error`. */
  readonly messageType: string
  /** Of an event or an exception. */
  readonly type: string
  /** Of an error, which has no payload. */
  readonly errorMessage: string | null
  readonly payload: string
}

let codec: EventStreamCodec | undefined
let loading: Promise<void> | undefined

/** To be awaited before the first stream is read. */
export function loadFrames(): Promise<void> {
  loading ??= import('@smithy/eventstream-codec').then(({ EventStreamCodec: Codec }) => {
    codec = new Codec(
      (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
      (text) => Buffer.from(text, 'utf8'),
    )
  })
  return loading
}

/** Puts chunks together until they are whole frames. */
export class FrameSplitter {
  #pending: Buffer | null = null

  /** @returns the frames that are complete now, and null behind them where the bytes are no frame */
  push(chunk: Buffer): (Frame | null)[] {
    let all = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk])
    const frames: (Frame | null)[] = []
    while (all.length >= 4) {
      const length = all.readUInt32BE(0)
      if (length < frameBytesMin || length > frameBytesMax) return [...frames, null]
      if (all.length < length) break
      const frame = frameOf(all.subarray(0, length))
      frames.push(frame)
      if (frame === null) return frames
      all = all.subarray(length)
    }
    this.#pending = all.length === 0 ? null : all
    return frames
  }
}

/** @returns null where a checksum is wrong, or a header can't be read */
function frameOf(bytes: Buffer): Frame | null {
  if (codec === undefined) throw new Error('loadFrames was not awaited.')
  try {
    const { headers, body } = codec.decode(bytes)
    const text = (name: string) => {
      const value = headers[name]?.value
      return typeof value === 'string' ? value : null
    }
    return {
      messageType: text(':message-type') ?? 'event',
      type: text(':event-type') ?? text(':exception-type') ?? text(':error-code') ?? '',
      errorMessage: text(':error-message'),
      payload: Buffer.from(body).toString('utf8'),
    }
  } catch {
    return null
  }
}
