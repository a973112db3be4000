/** Ids are UUIDs of version 7 (RFC 9562): made here, sorted by time, never chosen by a caller. */
import { randomFillSync } from 'node:crypto'
import { formatId, type Id, type IdPrefix } from '@commonhold/core'

let lastMs = 0
let sequence = 0

/** Random bytes are drawn for many ids at once: each draw is a call into the kernel. */
const pool = Buffer.alloc(4_096)
let drawn = pool.length

function randomSlice(bytes: number): Buffer {
  if (drawn + bytes > pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += bytes
  return pool.subarray(drawn - bytes, drawn)
}

/**
 * @returns a UUID of version 7 with 12 counter bits after the milliseconds, so that ids made by one
 * process sort in the order of their making (RFC 9562, method 1)
 */
export function newUuid(): string {
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    sequence = randomSlice(2).readUInt16BE() & 0x7ff
  } else if (++sequence > 0xfff) {
    lastMs++
    sequence = 0
  }
  const bytes = Buffer.from(randomSlice(16))
  bytes.writeUIntBE(lastMs, 0, 6)
  bytes.writeUInt16BE(0x7000 | sequence, 6)
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export function newId<P extends IdPrefix>(prefix: P): Id<P> {
  return formatId(prefix, newUuid())
}
