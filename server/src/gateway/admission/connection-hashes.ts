/**
 * A client sends the same token with each request of a connection. It is parsed and hashed once: what
 * was presented last is kept with the connection and is gone with it. This only saves the hash, which
 * is looked up as ever, so that a token which was withdrawn is refused at its next request.
 */
import { timingSafeEqual } from 'node:crypto'
import { parseToken } from '@commonhold/core'
import type { CredentialHasher } from '../../crypto/credential-hash.ts'

interface Presented {
  readonly text: Buffer
  readonly hash: string
}

export class ConnectionHashes {
  readonly #hasher: CredentialHasher
  readonly #last = new WeakMap<object, Presented>()

  constructor(hasher: CredentialHasher) {
    this.#hasher = hasher
  }

  /**
   * @param connection whatever lives as long as the connection
   * @param presented the token, as it came
   * @returns its keyed hash in hexadecimal, or null where it is not a complete token
   */
  hashOf(connection: object, presented: string): string | null {
    const text = Buffer.from(presented)
    const last = this.#last.get(connection)
    // Many clients may share the connection of a proxy: none may learn of another's by the time it takes.
    if (last?.text.length === text.length && timingSafeEqual(last.text, text)) return last.hash
    if (parseToken(presented) === null) return null
    const hash = this.#hasher.hash(presented).toString('hex')
    this.#last.set(connection, { text, hash })
    return hash
  }
}
