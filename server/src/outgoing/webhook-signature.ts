/**
 * Signatures of the Standard Webhooks specification (version 1, symmetric): HMAC-SHA-256 over id,
 * timestamp and body, so that a receiver knows who sent it, that nobody changed it, and when.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto'

export const signingSecretBytes = 32
const prefix = 'whsec_'

/** @param randomBytes of a cryptographic source */
export function newSigningSecret(randomBytes: (count: number) => Buffer): string {
  return prefix + randomBytes(signingSecretBytes).toString('base64')
}

/**
 * @param secrets `whsec_` and base64; while a rotation overlaps, two
 * @param atSeconds epoch seconds of this attempt
 * @returns the headers of the message
 */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  atSeconds: number,
  body: string,
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(atSeconds),
    'webhook-signature': signatures.join(' '),
  }
}
