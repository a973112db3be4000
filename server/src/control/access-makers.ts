/**
 * Who could make a change now: asked of the write rule itself, for everybody whom a grant lets come
 * near it. That is bounded work: `makersWeighedMax` people and programs for each change, and past
 * that the answer says that there may be more (`exact: false`).
 */
import { type AccessRemedyChange, makersNamedMax, makersWeighedMax } from '@commonhold/contract'
import {
  type AccessFacts,
  type AccessTarget,
  type AccountId,
  accountTarget,
  decide,
  missingByGrant,
  missingPermissions,
  noPermissions,
  type Permission,
  type PermissionSet,
  type PrincipalId,
  permissionBit,
  type ResourceId,
  union,
  uuidOf,
} from '@commonhold/core'
import { firstHolders, type Holder } from '../store/access-reach.ts'
import { membersAmong } from '../store/access-remedy.ts'
import { type AccountRow, findAccount } from '../store/account.ts'
import { loadFacts } from '../store/facts.ts'
import { loadFactsOfMany } from '../store/facts-of-many.ts'
import type { Context } from './context.ts'

/** A permission on something: what lets one come near a change. */
export interface Gate {
  readonly permission: Permission
  readonly target: AccessTarget
}

/** What a change hands out, or takes away: its author has to hold it. */
export interface Carried {
  readonly permissions: PermissionSet
  readonly target: AccessTarget
  /** By his grants alone, boundary and share set aside (docs/decisions/0003). */
  readonly byGrant: boolean
}

/** What the author of a change needs, in the account where it is made. */
export interface Demand {
  readonly place: 'here' | 'root'
  /** One of them is enough. */
  readonly gates: readonly Gate[]
  readonly carries: readonly Carried[]
  /** For a share: the account has to be known to him, as a member or as one who reads accounts. */
  readonly knows?: AccountId
}

/** What changes made before this one will have widened: who could make it then, is asked. */
export interface Assumed {
  readonly boundary: PermissionSet
  readonly shares: ReadonlyMap<ResourceId, PermissionSet>
}

export type Makers = AccessRemedyChange['who'] & { readonly byCaller: boolean }

type Asking = Pick<Context, 'tx' | 'account' | 'caller' | 'facts' | 'now' | 'can'>

/** Weighs demands one after the other; what two of them need is read once. */
export async function createScales(c: Asking) {
  const inRoot = await placeInRoot(c)
  const candidates = new Map<string, Promise<Candidates>>()
  return async (demand: Demand, assumed: Assumed): Promise<Makers> => {
    const place = demand.place === 'here' ? c : inRoot
    const key = JSON.stringify([demand.place, demand.gates])
    const near = candidates.get(key) ?? gather(c, place.account, demand.gates)
    candidates.set(key, near)
    const { holders, factsOf, isExact } = await near
    const known = await whoKnows(c, demand, holders)
    const makers = holders.filter(({ id }) => {
      const theirs = factsOf.get(id)
      if (theirs === undefined) return false
      const then = demand.place === 'here' ? assuming(theirs, assumed) : theirs
      return mayMake(then, demand, known.has(uuidOf(id)))
    })
    const { facts } = place
    const byCaller = facts !== null && mayMake(facts, demand, known.has(uuidOf(facts.principal.id)))
    return { ...told(c, demand, makers, isExact), byCaller }
  }
}

function assuming(facts: AccessFacts, { boundary, shares }: Assumed): AccessFacts {
  const widened = [...shares].map(([id, most]): [ResourceId, PermissionSet] => [
    id,
    union(facts.shares.get(id) ?? noPermissions, most),
  ])
  return {
    ...facts,
    account: { ...facts.account, boundary: union(facts.account.boundary, boundary) },
    shares: new Map([...facts.shares, ...widened]),
  }
}

/** Root, and the caller's facts there. A token acts in one account: elsewhere it does nothing. */
async function placeInRoot(c: Asking) {
  const { tx, account, caller, facts, now } = c
  if (account.isRoot) return { account, facts }
  const root = (await findAccount(tx, caller.tenant.rootAccountId))!
  const own = () => loadFacts(tx, caller.tenant, root, caller.principal, null, now)
  return { account: root, facts: caller.token === null ? await own() : null }
}

interface Candidates {
  readonly holders: readonly Holder[]
  readonly factsOf: ReadonlyMap<PrincipalId, AccessFacts>
  readonly isExact: boolean
}

async function gather(
  { tx, caller, now }: Asking,
  account: AccountRow,
  gates: readonly Gate[],
): Promise<Candidates> {
  const found = new Map<PrincipalId, Holder>()
  let isExact = true
  for (const { permission, target } of gates) {
    const deed = {
      accountId: account.id,
      permission: permissionBit(permission),
      path: target.path,
      now,
    }
    const some = await firstHolders(tx, deed, makersWeighedMax + 1)
    if (some.length > makersWeighedMax) isExact = false
    for (const holder of some.slice(0, makersWeighedMax)) found.set(holder.id, holder)
  }
  const holders = [...found.values()].sort(
    (a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name),
  )
  const ids = holders.map(({ id }) => id)
  const factsOf = await loadFactsOfMany(tx, caller.tenant, account, ids, now)
  return { holders, factsOf, isExact }
}

async function whoKnows(
  { tx, caller }: Asking,
  { knows }: Demand,
  holders: readonly Holder[],
): Promise<ReadonlySet<string>> {
  if (knows === undefined) return new Set()
  return membersAmong(tx, knows, [...holders.map(({ id }) => id), caller.principal.id])
}

function mayMake(facts: AccessFacts, demand: Demand, isMemberThere: boolean): boolean {
  const may = ({ permission, target }: Gate) =>
    decide(facts, permissionBit(permission), target) === 'allowed'
  const { id, tenantId } = facts.account
  const target = accountTarget({ id, tenantId })
  if (demand.knows && !isMemberThere && !may({ permission: 'account:read', target })) return false
  return (
    demand.gates.some(may) &&
    demand.carries.every(({ permissions, target, byGrant }) => {
      const missing = (byGrant ? missingByGrant : missingPermissions)(facts, permissions, target)
      return missing.length === 0
    })
  )
}

/**
 * Whoever is refused may know whom to ask in his own account. A program gets the number alone, and
 * so does anybody about the tenant's admins, unless he may read the account's grants or users.
 */
function told(
  { account, caller, can }: Asking,
  { place }: Demand,
  makers: readonly Holder[],
  isExact: boolean,
): AccessRemedyChange['who'] {
  const readsPeople = can('grant:read') || can('user:read')
  const isNear = place === 'here' || account.isRoot
  const named = readsPeople || (isNear && caller.token === null)
  const shown = named ? makers.slice(0, makersNamedMax) : []
  return {
    people: shown.map(({ id, kind, name }) => ({ id, kind, name })),
    total: makers.length,
    exact: isExact,
    sentence: whoSentence(shown, makers.length, isExact, isNear ? account.name : null),
  }
}

/** "ana@example.com and 2 more", "3 admins of the tenant", "Nobody in research at present" */
function whoSentence(
  shown: readonly { name: string }[],
  total: number,
  isExact: boolean,
  place: string | null,
): string {
  const where = place === null ? 'of the tenant' : `in ${place}`
  if (total === 0) {
    return isExact
      ? `Nobody ${where} at present.`
      : `Nobody of the first ${makersWeighedMax} ${where}.`
  }
  const about = isExact ? '' : ' or more'
  if (shown.length === 0) return `${total}${about} ${where}.`
  const names = shown.map(({ name }) => name)
  const more = total - shown.length
  if (more > 0 || !isExact) return `${names.join(', ')} and ${more || 'perhaps'} more.`
  const last = names.at(-1)!
  return names.length === 1 ? `${last}.` : `${names.slice(0, -1).join(', ')} and ${last}.`
}

/** Not a change that anybody of the tenant makes: the operator's, or the person's own. */
export function byOther(sentence: string): Makers {
  return { people: [], total: null, exact: true, sentence, byCaller: false }
}

/** A change that the principal makes for himself. */
export function bySelf(principal: Holder, byCaller: boolean): Makers {
  const { id, kind, name } = principal
  return { people: [{ id, kind, name }], total: 1, exact: true, sentence: `${name}.`, byCaller }
}
