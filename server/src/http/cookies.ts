/**
 * Session cookies. Over https they have the `__Host-` prefix, which a sibling domain can't set; over
 * plain http (localhost, a test) browsers refuse that prefix, so the name says which it is.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionCookie } from '../control/call.ts'

function cookieName(realm: SessionCookie['realm'], secure: boolean): string {
  return `${secure ? '__Host-' : ''}commonhold-${realm}`
}

export function readCookie(
  request: FastifyRequest,
  realm: SessionCookie['realm'],
  secure: boolean,
): string | null {
  return request.cookies[cookieName(realm, secure)] ?? null
}

/** @param cookie null clears the cookie of the realm that the path belongs to */
export function writeCookie(
  reply: FastifyReply,
  realm: SessionCookie['realm'],
  cookie: SessionCookie | null,
  secure: boolean,
): void {
  const name = cookieName(realm, secure)
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  if (cookie === null) reply.clearCookie(name, options)
  else reply.setCookie(name, cookie.text, { ...options, expires: cookie.expiresAt })
}
