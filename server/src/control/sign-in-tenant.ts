/**
 * Which tenant somebody signs in to: the one that the host names, where there is a base domain; else
 * the one that the body names; else the only one. A tenant's name is no secret.
 */
import { Refusal } from '@commonhold/contract'
import { namePattern } from '@commonhold/core'
import type { TenantFacts } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import { findOnlyTenant, findSignInTenant } from '../store/tenant.ts'
import type { Call } from './call.ts'
import type { Services } from './services.ts'

/** `acme` of `acme.ai.example.com`, where the base domain is `ai.example.com`. */
export function tenantNameOfHost(baseDomain: string | null, host: string | null): string | null {
  if (baseDomain === null || host === null) return null
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  const suffix = `.${baseDomain}`
  const label = name.endsWith(suffix) ? name.slice(0, -suffix.length) : ''
  return namePattern.test(label) ? label : null
}

/**
 * @param named what the request itself says
 * @returns null when no tenant has that name
 * @throws invalid_input when nothing says which and there are several
 */
export async function signInTenant(
  tx: Tx,
  { baseDomain }: Services,
  { host }: Pick<Call, 'host'>,
  named: string | undefined,
): Promise<TenantFacts | null> {
  const name = tenantNameOfHost(baseDomain, host) ?? named
  if (name !== undefined) return findSignInTenant(tx, name)
  const only = await findOnlyTenant(tx)
  if (only !== null) return only
  throw new Refusal('invalid_input', 'Say which tenant you sign in to.', {
    errors: [{ pointer: '/tenant', rule: 'required', message: 'is needed: there are several' }],
  })
}
