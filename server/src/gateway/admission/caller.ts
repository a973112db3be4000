/**
 * From a token's text to who calls and in which account: all of it from memory. What the token says
 * about itself is never believed; the keyed hash of its whole text is looked up.
 */
import { type AccessFacts, isActive, type SpendScope } from '@commonhold/core'
import type { GatewayCall } from '../call/call.ts'
import { Failure } from '../call/failure.ts'
import type { PrincipalEntry, TokenEntry } from '../snapshot/entries.ts'
import type { SnapshotFeed } from '../snapshot/feed.ts'
import { isInRanges } from '../snapshot/ip-allowlist.ts'
import type { TenantSnapshot } from '../snapshot/tenant-snapshot.ts'
import type { ConnectionHashes } from './connection-hashes.ts'

export interface Caller {
  readonly snapshot: TenantSnapshot
  /** Of the snapshot when this was read from it: it changes in place. */
  readonly revision: number
  readonly token: TokenEntry
  readonly principal: PrincipalEntry
  readonly facts: AccessFacts
  /** The hash that was presented: what is asked again when the tenant changes. */
  readonly hash: string
  readonly teams: SpendScope['teams']
}

export interface AdmissionContext {
  readonly hashes: ConnectionHashes
  readonly feed: SnapshotFeed
  /** Past it nobody is admitted, in ms. */
  readonly stalenessMsMax: number
}

const staleRetryMs = 5_000

/** @throws Failure with the first of the conditions that does not hold */
export function authenticate(context: AdmissionContext, call: GatewayCall, nowMs: number): Caller {
  const text = call.credential
  if (text === null) {
    throw new Failure('invalid_api_key', 'Send your token: Authorization: Bearer ch_…')
  }
  const hash = context.hashes.hashOf(call.connection, text)
  if (hash === null) {
    throw new Failure('invalid_api_key', 'This is not a complete token. Was it cut when copied?')
  }
  return callerOf(context, hash, call.address, nowMs)
}

/**
 * The same for a hash that is known already: running calls are asked about again whenever their
 * tenant changes.
 * @throws Failure
 */
export function callerOf(
  { feed, stalenessMsMax }: AdmissionContext,
  hash: string,
  address: string,
  nowMs: number,
): Caller {
  const known = feed.book.find(hash)
  if (!known) {
    // Who has not heard of anything new for too long can't tell an unknown token from a new one.
    throw isGloballyStale(feed, stalenessMsMax, nowMs)
      ? staleFailure()
      : new Failure('invalid_api_key', 'Nobody has this token. It may have been deleted.')
  }
  const { snapshot, token, expiresAtMs } = known
  const { tenant } = snapshot
  if (feed.staleMs(tenant.id, nowMs) > stalenessMsMax) throw staleFailure()
  const principal = snapshot.principal(token.principalId)
  const facts = snapshot.factsOf(token, nowMs)
  if (!principal || !facts || !isActive(principal) || !isActive(token)) {
    throw new Failure('invalid_api_key', 'This token is not active any more.')
  }
  if (isPast(expiresAtMs, nowMs) || isPast(token.expiresAtMs, nowMs)) {
    throw new Failure('invalid_api_key', 'This token has expired. Rotate it or create another.')
  }
  if (token.ipRanges !== null && !isInRanges(address, token.ipRanges)) {
    throw new Failure('address_not_allowed', 'This token may not be used from this address.')
  }
  if (!isActive(tenant)) throw new Failure('tenant_not_active', 'The tenant is suspended.')
  if (!isActive(facts.account)) {
    throw new Failure('account_not_active', 'The account of this token is suspended.')
  }
  const teams = snapshot.teamsCounting(token.accountId, token.principalId)
  return { snapshot, revision: snapshot.revision, token, principal, facts, hash, teams }
}

function isPast(atMs: number | null, nowMs: number): boolean {
  return atMs !== null && atMs <= nowMs
}

function isGloballyStale(feed: SnapshotFeed, stalenessMsMax: number, nowMs: number): boolean {
  return nowMs - feed.stats.confirmedAtMs > stalenessMsMax
}

/** What whoever can't be looked up is told: come back, and not that he is unknown. */
export function staleFailure(): Failure {
  return new Failure(
    'snapshot_stale',
    'The gateway has not heard from its control plane for too long. Try again later.',
    { retryAfterMs: staleRetryMs },
  )
}
