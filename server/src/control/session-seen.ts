/**
 * When a session was last used: for its owner to see, and to end it once it is idle. Written at most
 * once a minute, beside the request and not in its way.
 */
import type { Caller } from '../store/caller.ts'
import { touchSession } from '../store/session.ts'
import type { Services } from './services.ts'

export const sessionSeenEverySeconds = 60

export function noteSessionSeen(
  { database, log }: Services,
  { session, tenant }: Caller,
  now: Date,
): void {
  const before = new Date(now.getTime() - sessionSeenEverySeconds * 1_000)
  if (session === null || session.lastSeenAt > before) return
  database
    .withTenant(tenant.id, (tx) => touchSession(tx, session.id, now, before))
    .catch((error: Error) => log.warn({ error: error.message }, 'last use not noted'))
}
