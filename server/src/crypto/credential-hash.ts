/**
 * What proves somebody (token, session, invitation) is stored as an HMAC with a pepper that is not
 * in the database: a copy of the tables opens nothing. The texts are 256 random bits, so a slow
 * hash would only cost time. Lookups are by the whole hash, which leaves nothing to compare.
 */
import { createHmac, createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { formatToken, type TokenType } from '@commonhold/core'
import { deriveKey, keyId } from './key-derivation.ts'

export interface CredentialHasher {
  readonly pepperId: string
  /** @returns 32 bytes */
  hash(text: string): Buffer
  /** A CSRF token follows from its session: nothing to store, nothing to guess. */
  csrfToken(sessionId: string): string
  /** Signs what a client carries for us and must not edit: list cursors. */
  sign(text: string): string
}

export function createHasher(masterKey: Buffer): CredentialHasher {
  const pepperBytes = deriveKey(masterKey, 'credential-pepper')
  // Key objects, because a key given as bytes is imported anew for every call of the gateway.
  const pepper = createSecretKey(pepperBytes)
  const signing = createSecretKey(deriveKey(masterKey, 'signing'))
  return {
    pepperId: keyId(pepperBytes),
    hash: (text) => createHmac('sha256', pepper).update(text).digest(),
    csrfToken: (sessionId) =>
      createHmac('sha256', signing).update(`csrf/${sessionId}`).digest('base64url'),
    sign: (text) => createHmac('sha256', signing).update(`sign/${text}`).digest('base64url'),
  }
}

/** A new token's text, made of its id and 256 random bits. */
export function newTokenText(type: TokenType, tokenUuid: string): string {
  return formatToken(type, tokenUuid.replaceAll('-', ''), randomBytes(32).toString('hex'))
}

/** A new secret for a session or an invitation: 256 random bits behind a findable prefix. */
export function newSecretText(kind: 'sess' | 'inv'): string {
  return `ch_${kind}_${randomBytes(32).toString('base64url')}`
}

/** An operator key has no row, so its id is as random as its secret. */
export function newOperatorKey(): string {
  return newTokenText('op', randomUUID())
}
