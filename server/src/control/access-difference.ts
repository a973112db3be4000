/**
 * Who loses and who gains what by a change, from the powers before and after it: exact for every seat,
 * every resource and every permission (core/src/difference.ts), and put together where it is the same
 * for many.
 */
import {
  type AccessFacts,
  type AccountId,
  allPermissions,
  type ComparedPlace,
  difference,
  intersection,
  isEmpty,
  isNamed,
  isSubset,
  kindsWithin,
  type Loss,
  listPermissions,
  lossIn,
  noPermissions,
  type PermissionSet,
  type PlaceId,
  type ResourceId,
  restrictedTo,
  standsFor,
  type ToldLoss,
  tellLosses,
} from '@commonhold/core'
import type { PowerToken } from '../store/power-rows.ts'
import type { Seat } from '../store/power-seats.ts'
import type { Powers } from './powers.ts'

export interface Bearer {
  readonly seat: Seat
  /** Where it is this token's doing alone: he himself keeps it. */
  readonly token: PowerToken | null
}

/** The same loss, or gain, of one or many. */
export interface SameDifference extends ToldLoss {
  readonly accountId: AccountId
  /** They are left with nothing in the account (or, gaining, had nothing). */
  readonly isAll: boolean
  readonly bearers: readonly Bearer[]
}

export interface AccessDifference {
  readonly lost: readonly SameDifference[]
  readonly gained: readonly SameDifference[]
}

/** The two sides of a change, and what of it is known beforehand to move. */
export interface Sides {
  readonly from: Powers
  readonly to: Powers
}

/**
 * @param seats whom the change can touch
 * @param moved resources that it makes, deletes or moves
 */
export function differenceOf(
  before: Powers,
  after: Powers,
  seats: readonly Seat[],
  moved: readonly ResourceId[],
): AccessDifference {
  return {
    lost: lostBetween({ from: before, to: after }, seats, moved),
    gained: lostBetween({ from: after, to: before }, seats, moved),
  }
}

/** What a seat, or a token, of one kind loses: weighed once, whoever they are. */
type Told = readonly (Omit<SameDifference, 'bearers'> & { readonly key: string })[]

function lostBetween(
  sides: Sides,
  seats: readonly Seat[],
  moved: readonly ResourceId[],
): SameDifference[] {
  const known = new Map<string, Told>()
  const groups = new Map<string, SameDifference & { bearers: Bearer[] }>()
  const add = (kind: string, weigh: () => Told, bearer: Bearer) => {
    const told = known.get(kind) ?? weigh()
    known.set(kind, told)
    for (const { key, ...one } of told) {
      const group = groups.get(key)
      if (group) group.bearers.push(bearer)
      else groups.set(key, { ...one, bearers: [bearer] })
    }
  }
  for (const seat of seats) {
    const kind = `${sides.from.kindOf(seat)} → ${sides.to.kindOf(seat)}`
    add(kind, () => lostBy(sides, seat, moved), { seat, token: null })
    for (const token of sides.from.tokensOf(seat)) {
      if (!isTouched(sides, token)) continue
      const ofToken = `${kind} ${scopesText(token)} → ${scopesText(sides.to.tokens.get(token.id))}`
      add(ofToken, () => lostByToken(sides, seat, token, moved), { seat, token })
    }
  }
  return [...groups.values()].sort(byWeight)
}

function scopesText(token: PowerToken | undefined): string {
  return token === undefined ? 'gone' : (token.scopes?.join('.') ?? 'all')
}

/** What concerns the whole account comes first, then what concerns the most people. */
function byWeight(a: SameDifference, b: SameDifference): number {
  const inAccount = Number(b.on === 'account') - Number(a.on === 'account')
  return inAccount || b.bearers.length - a.bearers.length || (a.on < b.on ? -1 : 1)
}

function toldOf(seat: Seat, isToken: boolean, words: readonly ToldLoss[], isAll: boolean): Told {
  const { accountId } = seat
  return words.map((one) => {
    const except = one.except.map(({ on, permissions }) => `${on} ${permissions.join('.')}`).sort()
    const key = [accountId, isToken, isAll, one.on, one.permissions.join('.'), ...except].join()
    return { ...one, accountId, isAll, key }
  })
}

function isTouched({ to }: Sides, { id, scopes }: PowerToken): boolean {
  const now = to.tokens.get(id)
  if (!now) return true
  if (scopes === null || now.scopes === null) return scopes !== now.scopes
  return !isSubset(scopes, now.scopes) || !isSubset(now.scopes, scopes)
}

function lostBy(sides: Sides, seat: Seat, moved: readonly ResourceId[]): Told {
  const from = sides.from.factsOf(seat)
  const to = sides.to.factsOf(seat)
  const losses = lossesOf(sides, seat.accountId, moved, from, to)
  return toldOf(seat, false, tellLosses(losses.filter(hadAny)), losses.every(keepsNone))
}

/** What only the token loses: narrowed or deleted, while whose it is keeps the power. */
function lostByToken(
  sides: Sides,
  seat: Seat,
  token: PowerToken,
  moved: readonly ResourceId[],
): Told {
  const now = sides.to.tokens.get(token.id) ?? null
  const own = { from: sides.from.factsOf(seat), to: sides.to.factsOf(seat) }
  const from = sides.from.factsOf(seat, token)
  const to = now && sides.to.factsOf(seat, now)
  const ownLost = new Map(
    lossesOf(sides, seat.accountId, moved, own.from, own.to).map(({ id, lost }) => [id, lost]),
  )
  const losses = lossesOf(sides, seat.accountId, moved, from, to)
  const alone = losses.map((loss) => ({
    ...loss,
    lost: difference(loss.lost, ownLost.get(loss.id) ?? noPermissions),
  }))
  return toldOf(seat, true, tellLosses(alone.filter(hadAny)), losses.every(keepsNone))
}

/** What is had there afterwards, too. */
interface Weighed extends Loss {
  readonly has: PermissionSet
}

function lossesOf(
  sides: Sides,
  accountId: AccountId,
  moved: readonly ResourceId[],
  from: AccessFacts | null,
  to: AccessFacts | null,
): Weighed[] {
  return placesOf(sides, accountId, moved, [from, to]).map((place) => {
    const meant = meantOn(sides, place.id)
    const { had: has } = lossIn({ ...place, before: place.after }, to, null, meant)
    return { ...lossIn(place, from, to, meant), has }
  })
}

const hadAny = ({ had }: Weighed) => !isEmpty(had)
const keepsNone = ({ has }: Weighed) => isEmpty(has)

/** Everywhere that what is lost has to be looked at: core/src/difference.ts says why that is enough. */
export function placesOf(
  { from, to }: Sides,
  accountId: AccountId,
  moved: readonly ResourceId[],
  facts: readonly (AccessFacts | null)[],
): ComparedPlace[] {
  const named = (id: ResourceId) => moved.includes(id) || isNamed(facts, id)
  const ids = new Set<ResourceId>(moved)
  for (const one of facts) {
    for (const id of one?.held.on.keys() ?? []) ids.add(id)
    for (const id of one?.shares.keys() ?? []) ids.add(id)
  }
  for (const { id, ownerId, parentId } of [...from.resources.values(), ...to.resources.values()]) {
    if (ownerId === accountId && parentId !== null && named(parentId)) ids.add(id)
  }
  const whole = { tenantId: from.tenant.id, ownerId: accountId, path: [] }
  const places = [...ids].map((id) => ({
    id,
    before: from.targetOf(id),
    after: to.targetOf(id),
  }))
  return [
    { id: 'account', before: whole, after: whole },
    ...places.filter((place) => standsFor(place, named, accountId) === place.id),
  ]
}

/** A permission on secrets means nothing on a cluster. */
function meantOn({ from, to }: Sides, id: PlaceId): PermissionSet {
  if (id === 'account') return allPermissions
  const kind = (from.resources.get(id) ?? to.resources.get(id))?.kind
  return kind === undefined ? noPermissions : restrictedTo(allPermissions, kindsWithin(kind))
}

/** The grants that carried (some of) what is lost, on that place. */
export function carriersOf(powers: Powers, seat: Seat, { on, permissions }: ToldLoss) {
  const path = on === 'account' ? [] : (powers.targetOf(on)?.path ?? [on])
  return powers.grantsOf(seat).filter(({ object, role }) => {
    if (object === 'account') return !isEmpty(intersection(role.permissions, permissions))
    const isKind = object.startsWith('kind:')
    if (!isKind) {
      const isOn = path.includes(object as ResourceId)
      return isOn && !isEmpty(intersection(role.permissions, permissions))
    }
    const kind = object.slice('kind:'.length)
    return listPermissions(intersection(role.permissions, permissions)).some((permission) =>
      permission.startsWith(`${kind}:`),
    )
  })
}
