/**
 * What narrows a token (scopes, expiry, addresses), and the rule that a credential begets only
 * weaker ones (5-trust.md; cases A47 and A49): whoever acts by a token can't make, widen, rotate or
 * delete a token that could do more, last longer or come from elsewhere than his own.
 */
import { Refusal } from '@commonhold/contract'
import {
  allPermissions,
  difference,
  listPermissions,
  type Permission,
  type PrincipalId,
  permissionSet,
} from '@commonhold/core'
import { canonicalRange, isRangeWithin } from '../outgoing/address-list.ts'
import { findToken, type TokenRestrictions, type TokenRow } from '../store/token.ts'
import type { Context } from './context.ts'
import { futureTime, invalidInput } from './invalid-input.ts'

interface RestrictionsInput {
  readonly expiresAt?: string | null | undefined
  readonly scopes?: readonly Permission[] | null | undefined
  readonly ipAllowlist?: readonly string[] | null | undefined
}

export function restrictionsOf(row: TokenRow): TokenRestrictions {
  const { ipAllowlist, expiresAt } = row
  return { scopes: row.scopes && listPermissions(row.scopes), ipAllowlist, expiresAt }
}

/**
 * @param before what holds where the input says nothing
 * @throws invalid_input for a time that has passed, or a range whose host bits are set
 */
export function readRestrictions(
  input: RestrictionsInput,
  before: TokenRestrictions,
  now: Date,
): TokenRestrictions {
  const { scopes, ipAllowlist } = input
  const expiresAt = futureTime('/expiresAt', input.expiresAt, now)
  return {
    expiresAt: expiresAt === undefined ? before.expiresAt : expiresAt,
    scopes: scopes === undefined ? before.scopes : scopes,
    ipAllowlist: ipAllowlist === undefined ? before.ipAllowlist : readAllowlist(ipAllowlist),
  }
}

/**
 * One way to write each range, and no range twice. Host bits that are set (`10.0.0.1/8`) are refused
 * rather than dropped: which of the two was meant can't be known, and the wrong guess opens a door.
 */
function readAllowlist(list: readonly string[] | null): readonly string[] | null {
  if (list === null) return null
  const ranges = list.map((entry, index) => {
    const { range, isExact } = canonicalRange(entry)
    if (isExact) return range
    const address = entry.slice(0, entry.indexOf('/'))
    const message = `has bits of a host set: write ${range} for the range, or ${address} for the host`
    throw invalidInput(`/ipAllowlist/${index}`, 'no_host_bits', message)
  })
  return [...new Set(ranges)]
}

/** As they stand in the audit log. */
export function restrictionFields({ scopes, ipAllowlist, expiresAt }: TokenRestrictions) {
  return { scopes, ipAllowlist, expiresAt: expiresAt?.toISOString() ?? null }
}

/**
 * Scopes bind whatever token is made or touched. Expiry and addresses bind where it is a token of
 * the caller himself, so that a narrow credential can't grow into a wide one; a token that sets up
 * another principal's tokens may well end before them.
 *
 * @param owner whose token it is
 * @param token how the token is, or is to be
 * @throws hands_out_more_than_held or refused_by_rule
 */
export async function requireNarrower(
  c: Pick<Context, 'tx' | 'account' | 'caller' | 'now'>,
  owner: PrincipalId,
  token: TokenRestrictions,
): Promise<void> {
  const { caller } = c
  if (caller.token === null) return
  requireWithinScopes(caller.token.scopes, token.scopes)
  if (owner !== caller.principal.id) return
  const acting = await findToken(c.tx, c.account.id, owner, caller.token.id, c.now)
  if (acting === null) throw new Refusal('credential_expired', 'The token has been deleted.')
  if (acting.expiresAt && (token.expiresAt === null || token.expiresAt > acting.expiresAt)) {
    throw new Refusal(
      'refused_by_rule',
      `The token that you act with ends at ${acting.expiresAt.toISOString()}, so it can’t hand out one that lasts longer. Sign in to do that, or name an earlier expiresAt.`,
    )
  }
  const { ipAllowlist } = acting
  if (ipAllowlist && !token.ipAllowlist?.every((range) => isRangeWithin(range, ipAllowlist))) {
    throw new Refusal(
      'refused_by_rule',
      'The token that you act with is bound to some addresses, so it can’t hand out one for others. Sign in to do that, or name an ipAllowlist inside its own.',
    )
  }
}

function requireWithinScopes(
  own: ReturnType<typeof permissionSet> | null,
  scopes: readonly Permission[] | null,
): void {
  if (own === null) return
  const wider = listPermissions(
    difference(scopes === null ? allPermissions : permissionSet(scopes), own),
  )
  if (wider.length === 0) return
  throw new Refusal(
    'hands_out_more_than_held',
    scopes === null
      ? 'The token that you act with has narrower scopes than a token without any. Name scopes that it has.'
      : `The token that you act with lacks the scopes ${wider.join(', ')}, so it can’t hand them out or take them away.`,
    { missingPermissions: scopes === null ? [] : wider },
  )
}
