/** All that a snapshot can be asked, as plain data in an order of its own, to be compared. */
import {
  type AccessFacts,
  type AccountId,
  decide,
  type Held,
  listPermissions,
  permissionBit,
  VerdictMemo,
} from '@commonhold/core'
import { expect } from 'vitest'
import type { Caller } from '../../../src/gateway/admission/caller.ts'
import { shareOf } from '../../../src/gateway/admission/target.ts'
import { limitsOf } from '../../../src/gateway/limits/applying.ts'
import { knownLimits } from '../../../src/gateway/serve/known-limits.ts'
import type { SnapshotBook } from '../../../src/gateway/snapshot/book.ts'
import type { CatalogueEntry, TokenEntry } from '../../../src/gateway/snapshot/entries.ts'
import type { TenantSnapshot } from '../../../src/gateway/snapshot/tenant-snapshot.ts'

/** @param accounts and other ids: all that there ever were, those that are gone included */
export function everythingAsked(
  book: SnapshotBook,
  snapshot: TenantSnapshot,
  accounts: readonly AccountId[],
  hashes: readonly string[],
  nowMs: number,
) {
  const tokens = [...snapshot.tokens.values()]
  return {
    revision: snapshot.revision,
    tenant: snapshot.tenant,
    tokens: byId(
      tokens.map((token) => ({
        ...token,
        scopes: token.scopes && listPermissions(token.scopes),
        principal: snapshot.principal(token.principalId),
        facts: facts(snapshot.factsOf(token, nowMs)),
        verdicts: verdicts(snapshot, snapshot.factsOf(token, nowMs), token.accountId),
        limits: limitsOfModels(snapshot, token, nowMs),
        teams: byId(snapshot.teamsIn(token.accountId, token.principalId)),
        counting: byId(snapshot.teamsCounting(token.accountId, token.principalId)),
      })),
    ),
    credentials: hashes.toSorted().map((hash) => {
      const known = book.find(hash)
      return known && { token: known.token.id, expiresAtMs: known.expiresAtMs }
    }),
    accounts: accounts.map((id) => ({
      account: snapshot.account(id),
      shares: sorted(snapshot.sharesTo(id), ([resource]) => resource),
      names: sorted(
        [...snapshot.catalogue.namesIn(id)].map(([name, entry]) => ({ name, ...model(entry) })),
        ({ name }) => name,
      ),
    })),
    budgets: limits(snapshot.budgets),
    usageLimits: limits(snapshot.usageLimits),
    limits: sorted(snapshot.limits, ([id]) => id),
  }
}

/** As of a process that has been asked about all that was compared before. */
const kept = new VerdictMemo(16)

/** @throws where what is kept is not what would be decided */
function verdicts(snapshot: TenantSnapshot, of: AccessFacts | null, accountId: AccountId) {
  const names = sorted(snapshot.catalogue.namesIn(accountId), ([name]) => name)
  return names.map(([name, { target, type }]) => {
    const bit = permissionBit(`${type}:use`)
    const [verdict, decided] = [of && kept.decide(of, bit, target), of && decide(of, bit, target)]
    if (verdict !== decided) throw new Error(`kept: ${verdict}, but decided: ${decided}`)
    return [name, verdict]
  })
}

/** @throws where the limits that are kept are not those that would be found */
function limitsOfModels(snapshot: TenantSnapshot, token: TokenEntry, nowMs: number) {
  const principal = snapshot.principal(token.principalId)
  const of = snapshot.factsOf(token, nowMs)
  if (!principal || !of) return null
  const teams = snapshot.teamsCounting(token.accountId, token.principalId)
  const { revision } = snapshot
  const caller: Caller = { snapshot, revision, token, principal, facts: of, hash: '', teams }
  const names = sorted(snapshot.catalogue.namesIn(token.accountId), ([name]) => name)
  return names.flatMap(([name, entry]) => {
    if (entry.type !== 'model') return []
    const { counted, share, ...known } = knownLimits(caller, entry, nowMs)
    expect(known).toEqual(limitsOf(caller, entry, nowMs))
    expect(share).toBe(shareOf(caller, entry))
    return [[name, counted]]
  })
}

function facts(of: AccessFacts | null) {
  if (of && of.serial === undefined) throw new Error('facts without a serial are slow')
  return (
    of && {
      ...of,
      serial: null,
      account: { ...of.account, boundary: listPermissions(of.account.boundary) },
      held: held(of.held),
      heldByInactiveTeams: held(of.heldByInactiveTeams),
      shares: sorted(of.shares, ([id]) => id).map(([id, set]) => [id, listPermissions(set)]),
      token: of.token && {
        ...of.token,
        scopes: of.token.scopes && listPermissions(of.token.scopes),
      },
    }
  )
}

function held({ everywhere, on }: Held) {
  return {
    everywhere: listPermissions(everywhere),
    on: sorted(on, ([id]) => id).map(([id, set]) => [id, listPermissions(set)]),
  }
}

/** Numbers of places are a snapshot's own: what they stand for is asked with the facts. */
function model(entry: CatalogueEntry) {
  const { target, ...rest } = entry
  const { place, serial, ...asked } = target
  if (!place || !serial) throw new Error('a target without a place or a serial is slow')
  const places = []
  for (let at: typeof place | null = place; at !== null; at = at.within) {
    places.push(at.codebook.resourceAt(at.number))
  }
  const key = 'provider' in entry ? entry.provider.apiKey() : null
  return { ...JSON.parse(JSON.stringify(rest, bigints)), target: asked, places, key }
}

const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

function limits(index: ReadonlyMap<string, readonly { readonly id: string }[]>) {
  return sorted(index, ([id]) => id).map(([id, list]) => [id, byId(list)])
}

function byId<T extends { readonly id: string }>(list: readonly T[]): T[] {
  return sorted(list, ({ id }) => id)
}

function sorted<T>(list: Iterable<T>, key: (one: T) => string): T[] {
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
