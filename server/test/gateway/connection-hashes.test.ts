/** What a connection presented before saves the hash of the same token, and answers for no other. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newTokenText } from '../../src/crypto/credential-hash.ts'
import { newUuid } from '../../src/crypto/new-id.ts'
import { ConnectionHashes } from '../../src/gateway/admission/connection-hashes.ts'
import { hasher } from './support/world.ts'

const tokens = Array.from({ length: 4 }, () => newTokenText('va', newUuid()))
const presented = [...tokens, tokens[0]!.slice(0, -1), 'ch_va_', '', 'ü']
const plainly = (text: string) => (tokens.includes(text) ? hasher.hash(text).toString('hex') : null)

test('each text has its own hash, whatever its connection and others presented before', () => {
  const asked = fc.record({
    connection: fc.nat({ max: 2 }),
    text: fc.constantFrom(...presented),
  })
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 30 }), (all) => {
      const hashes = new ConnectionHashes(hasher)
      const connections = [{}, {}, {}]
      for (const { connection, text } of all) {
        expect(hashes.hashOf(connections[connection]!, text)).toBe(plainly(text))
      }
    }),
  )
})
