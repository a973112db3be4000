/** Who is the operator: whoever has the operator key, or a session begun with it. */
import { timingSafeEqual } from 'node:crypto'
import { isMutation, Refusal } from '@commonhold/contract'
import { findOperatorSession } from '../store/operator-session.ts'
import type { Call } from './call.ts'
import type { Services } from './services.ts'

export function isOperatorKey(services: Services, text: string): boolean {
  return timingSafeEqual(services.hasher.hash(text), services.operatorKeyHash)
}

/** What a session's CSRF token is derived from: its hash, which only the server knows. */
export function operatorCsrfToken(services: Services, hash: Buffer): string {
  return services.hasher.csrfToken(`operator/${hash.toString('hex')}`)
}

/** @throws not_signed_in, credential_expired, operator_only or csrf_token_missing */
export async function assertOperator(services: Services, call: Call, now: Date): Promise<void> {
  if (call.credential === null) {
    throw new Refusal(
      'not_signed_in',
      'Send the operator key as a bearer token, or sign in with it.',
    )
  }
  const { text, from } = call.credential
  if (isOperatorKey(services, text)) return
  if (from === 'header') {
    throw new Refusal('operator_only', 'This is not the operator key of this deployment.')
  }
  const hash = services.hasher.hash(text)
  const session = await services.database.withControlPlane((tx) => findOperatorSession(tx, hash))
  if (session === null || session.expiresAt <= now) {
    throw new Refusal('credential_expired', 'Sign in with the operator key.')
  }
  if (isMutation(call.operation) && call.csrfToken !== operatorCsrfToken(services, hash)) {
    throw new Refusal('csrf_token_missing', 'Send the session’s csrfToken as X-CSRF-Token.')
  }
}
