/** An address that a tenant names, through the one guard (outgoing/ssrf-guard.ts). */
import { Refusal } from '@commonhold/contract'
import { checkUpstreamUrl } from '../outgoing/ssrf-guard.ts'
import type { Context } from './context.ts'

/**
 * @param field the field of the body that holds the address
 * @throws unsafe_url
 */
export function assertSafeUrl(c: Pick<Context, 'services'>, field: string, url: unknown): void {
  if (url === undefined) return
  const problem = checkUpstreamUrl(String(url), { allowPrivate: c.services.allowPrivateUpstreams })
  if (problem === null) return
  throw new Refusal('unsafe_url', problem, {
    errors: [{ pointer: `/${field}`, rule: 'safe_url', message: problem }],
  })
}
