/** Keys for one purpose each, derived from the master key (HKDF-SHA-256, RFC 5869). */
import { createHash, hkdfSync } from 'node:crypto'

export const keyBytes = 32

export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `commonhold/${purpose}`, keyBytes))
}

/** Names a key without telling it: what it was encrypted or hashed with is stored beside each value. */
export function keyId(key: Buffer): string {
  return createHash('sha256').update('key id').update(key).digest('hex').slice(0, 16)
}
