/**
 * Amazon's binary frames, written by the letter of its description and by nothing that the gateway reads them
 * with: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html
 */
import { crc32 } from 'node:zlib'

const stringType = 7

/** A frame of these headers and this payload, with both of its checksums. */
export function frame(headers: Readonly<Record<string, string>>, payload: object | string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)))
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const prelude = Buffer.alloc(12)
  prelude.writeUInt32BE(head.length + body.length + 16, 0)
  prelude.writeUInt32BE(head.length, 4)
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
  const unsigned = Buffer.concat([prelude, head, body])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(unsigned))
  return Buffer.concat([unsigned, checksum])
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value)
  const length = Buffer.alloc(3)
  length.writeUInt8(stringType, 0)
  length.writeUInt16BE(text.length, 1)
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), length, text])
}

export const eventFrame = (type: string, payload: object) =>
  frame(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    payload,
  )

export const exceptionFrame = (type: string, message: string) =>
  frame(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    { message },
  )
