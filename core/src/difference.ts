/**
 * What a change takes from somebody and what it gives: his power before and after, told apart.
 *
 * Power is the same on all that no grant and no share names, so it is compared in few places: the
 * account itself, which stands for everything that it owns and nobody named; each resource that is
 * named, which stands for what is in it; and the few whose own place is needed (`standsFor`). What is
 * told of those places says it of every resource, exactly.
 */
import type { AccessFacts, AccessTarget } from './access.ts'
import type { AccountId, ResourceId } from './ids.ts'
import {
  difference,
  intersection,
  isEmpty,
  noPermissions,
  type PermissionSet,
  union,
} from './permission.ts'
import { powerOn } from './power.ts'

export type PlaceId = 'account' | ResourceId

/** Where power is compared. Null: it does not exist then. */
export interface ComparedPlace {
  readonly id: PlaceId
  readonly before: AccessTarget | null
  readonly after: AccessTarget | null
}

/** The resources that the facts say something of by name. */
export function isNamed(facts: readonly (AccessFacts | null)[], id: ResourceId): boolean {
  return facts.some((one) => one !== null && (one.held.on.has(id) || one.shares.has(id)))
}

/**
 * @param place a resource, or the account itself
 * @param named whether the facts, before or after, name a resource
 * @returns the place whose power is this one's, before and after; null where nobody acting in the
 * account has any
 */
export function standsFor(
  place: ComparedPlace,
  named: (id: ResourceId) => boolean,
  accountId: AccountId,
): PlaceId | null {
  if (place.id === 'account') return 'account'
  const { before, after } = place
  const known = before ?? after
  if (known === null) return null
  const isMoved = before === null || after === null || !isSameTarget(before, after)
  if (isMoved || named(place.id)) return place.id
  const over = known.path.find(named)
  if (over === undefined) return known.ownerId === accountId ? 'account' : null
  // Its own in what is shared, such as a workspace in the tenant's cluster: no share cuts that.
  return place.id
}

function isSameTarget(a: AccessTarget, b: AccessTarget): boolean {
  return (
    a.tenantId === b.tenantId &&
    a.ownerId === b.ownerId &&
    a.path.length === b.path.length &&
    a.path.every((id, i) => id === b.path[i])
  )
}

/** What somebody has in one place, and what of it goes. */
export interface Loss {
  readonly id: PlaceId
  /** What it is in, outwards; the account is around everything. */
  readonly within: readonly ResourceId[]
  readonly had: PermissionSet
  readonly lost: PermissionSet
}

/**
 * What is lost in a place. What is gained there is what is lost the other way round.
 * @param meant what can mean anything there
 */
export function lossIn(
  place: ComparedPlace,
  before: AccessFacts | null,
  after: AccessFacts | null,
  meant: PermissionSet,
): Loss {
  const power = (facts: AccessFacts | null, target: AccessTarget | null) =>
    facts === null || target === null ? noPermissions : intersection(powerOn(facts, target), meant)
  const had = power(before, place.before)
  const path = (place.before ?? place.after)?.path ?? []
  return {
    id: place.id,
    within: path.slice(1),
    had,
    lost: difference(had, power(after, place.after)),
  }
}

/** What is lost in a place and wherever one had it in what is in it, but for the exceptions. */
export interface ToldLoss {
  readonly on: PlaceId
  readonly permissions: PermissionSet
  readonly except: readonly { readonly on: PlaceId; readonly permissions: PermissionSet }[]
}

/**
 * The same losses in as few words as can be: what is lost in the whole account is not said again of
 * each thing in it, and what is kept somewhere is said as an exception. `lostAsTold` reads it back.
 */
export function tellLosses(losses: readonly Loss[]): ToldLoss[] {
  const said = new Map<PlaceId, PermissionSet>()
  const kept = new Map<PlaceId, PermissionSet>()
  for (const { id, within, had, lost } of inwards(losses)) {
    const covered = intersection(told(id, within, said, kept), had)
    said.set(id, difference(lost, covered))
    kept.set(id, difference(covered, lost))
  }
  const around = new Map(losses.map(({ id, within }) => [id, within]))
  return inwards(losses)
    .filter(({ id }) => !isEmpty(said.get(id)!))
    .map(({ id: on }) => {
      const permissions = said.get(on)!
      const except = [...kept]
        .filter(([id]) => id !== on && (on === 'account' || around.get(id)!.includes(on)))
        .map(([id, set]) => ({ on: id, permissions: intersection(set, permissions) }))
        .filter((one) => !isEmpty(one.permissions))
      return { on, permissions, except }
    })
}

/** What the words say is lost in a place, given what one had there. */
export function lostAsTold(
  words: readonly ToldLoss[],
  { id, within, had }: Pick<Loss, 'id' | 'within' | 'had'>,
): PermissionSet {
  const said = new Map(words.map(({ on, permissions }) => [on, permissions]))
  const kept = new Map<PlaceId, PermissionSet>()
  for (const { on, permissions } of words.flatMap(({ except }) => except)) {
    kept.set(on, union(kept.get(on) ?? noPermissions, permissions))
  }
  return intersection(told(id, within, said, kept), had)
}

/** From the account inwards: what was said so far, less what was excepted, and what is said here. */
function told(
  id: PlaceId,
  within: readonly ResourceId[],
  said: ReadonlyMap<PlaceId, PermissionSet>,
  kept: ReadonlyMap<PlaceId, PermissionSet>,
): PermissionSet {
  const inward: PlaceId[] = id === 'account' ? [id] : ['account', ...[...within].reverse(), id]
  return inward.reduce(
    (all, place) =>
      union(difference(all, kept.get(place) ?? noPermissions), said.get(place) ?? noPermissions),
    noPermissions,
  )
}

function inwards(losses: readonly Loss[]): Loss[] {
  const depth = ({ id, within }: Loss) => (id === 'account' ? 0 : within.length + 1)
  return [...losses].sort((a, b) => depth(a) - depth(b))
}
