/**
 * When a session or token was last used: for its owner to see, and to end a session once it is
 * idle. Written at most once a minute each, beside the request and not in its way.
 */
import type { Caller } from '../store/caller.ts'
import { touchSession } from '../store/session.ts'
import { noteTokenUse } from '../store/token-use.ts'
import type { Services } from './services.ts'

export const seenEverySeconds = 60

export function noteCredentialSeen(
  { database, log }: Services,
  { session, token, tenant }: Caller,
  now: Date,
): void {
  const before = new Date(now.getTime() - seenEverySeconds * 1_000)
  const seen = (session ?? token)?.lastSeenAt ?? null
  if (seen !== null && seen > before) return
  database
    .withTenant(tenant.id, async (tx) => {
      if (session !== null) await touchSession(tx, session.id, now, before)
      if (token !== null) await noteTokenUse(tx, [{ tokenId: token.id, at: now }])
    })
    .catch((error: Error) => log.warn({ error: error.message }, 'last use not noted'))
}
