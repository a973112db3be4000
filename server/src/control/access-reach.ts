/**
 * The access rule asked the other way round: who can do something, and what somebody can reach. SQL
 * says who and what (store/access-reach.ts), `decide` and `powerOn` confirm each that is answered.
 *
 * An account learns of its own people alone. Root, which owns what is shared, is told which accounts
 * reach it by a share and how far, and nothing of who in them does.
 */
import { accountsToldMax, access as contract, waysToldMax } from '@commonhold/contract'
import {
  type AccessFacts,
  type AccessTarget,
  acts,
  allPermissions,
  ceilingOf,
  decide,
  has,
  intersection,
  isEmpty,
  isResourceKind,
  kindsWithin,
  listPermissions,
  type PermissionBit,
  type PermissionSet,
  permissionBit,
  permissionSet,
  powerOn,
  type RefusalReason,
  type ResourceKind,
  resourceKind,
  resourceKinds,
  restrictedTo,
  type TeamId,
} from '@commonhold/core'
import {
  accountsReaching,
  activePlacesOf,
  type Deed,
  type Holder,
  listHolders,
  listReached,
  type ReachedRow,
  type ReachOfKind,
} from '../store/access-reach.ts'
import { systemActor } from '../store/built-in-role.ts'
import { loadFactsOfMany } from '../store/facts-of-many.ts'
import { carryingGrants, type GrantRow } from '../store/grant.ts'
import { principalNames } from '../store/principal-name.ts'
import { type Context, implement } from './context.ts'
import { objectName } from './grant.ts'
import { invalidInput } from './invalid-input.ts'
import { listAnswer, pageRequest } from './list.ts'
import { readAsked, readTarget } from './question.ts'

/** A cursor is bound to what was asked, which here is in the body. */
const listing = <C extends Pick<Context, 'params' | 'body'>>(c: C): C => ({
  ...c,
  params: { ...(c.params as object), asked: c.body },
})

const whoCan = implement(contract.whoCan, async (c) => {
  const permission = permissionBit(c.body.permission)
  const { resource, target } = await readTarget(c, permission)
  const deed = { accountId: c.account.id, permission, path: target.path, now: c.now }
  const request = pageRequest(listing(c))
  const barrier = barrierTo(c.facts, permission, target)
  const page =
    barrier === null
      ? await listHolders(c.tx, deed, request)
      : { rows: [], next: null, total: 0 as number | null }
  const ids = page.rows.map(({ id }) => id)
  const facts = await loadFactsOfMany(c.tx, c.caller.tenant, c.account, ids, c.now)
  const can = ({ id }: Holder) => decide(facts.get(id)!, permission, target) === 'allowed'
  const rows = page.rows.filter(can)
  const ways = await waysOf(c, deed, rows)
  const present = ({ id, kind, name, displayName }: Holder) => {
    const all = ways.get(id)!
    return { id, kind, name, displayName, ways: all.slice(0, waysToldMax), waysTotal: all.length }
  }
  const isOwner = c.account.isRoot && resource !== null && c.can('share:read')
  return {
    ...listAnswer(listing(c), { ...page, rows }, present),
    barrier,
    sharedWith: isOwner ? await sharedWith(c, deed) : null,
  }
})

/** What would stop anybody, whatever is granted: asked of the rule for a member who has everything. */
function barrierTo(
  facts: AccessFacts,
  permission: PermissionBit,
  target: AccessTarget,
): RefusalReason | null {
  const anybody: AccessFacts = {
    ...facts,
    principal: { ...facts.principal, state: 'active', isMember: true },
    held: { everywhere: allPermissions, on: new Map() },
    token: null,
  }
  const verdict = decide(anybody, permission, target)
  return verdict === 'allowed' ? null : verdict
}

/** The grants through which each of them has it, own ones first. */
async function waysOf(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  { accountId, permission, path, now }: Deed,
  holders: readonly Holder[],
) {
  const ids = holders.map(({ id }) => id)
  const places = await activePlacesOf(tx, accountId, ids)
  const subjects = [...ids, ...new Set(places.map(({ team }) => team.id))]
  const grants = await carryingGrants(tx, accountId, subjects, permission, path, now)
  const authors = await principalNames(tx, [...new Set(grants.map((grant) => grant.createdBy))])
  const nameOf = (id: string) => authors.get(id) ?? (id === systemActor ? 'Commonhold' : id)
  const to = Map.groupBy(grants, ({ subject }) => subject.id as string)
  const way = (grant: GrantRow) => ({
    grant: grant.id,
    role: grant.role.name,
    object: objectName(account, grant),
    team: teamOf(grant),
    createdBy: { id: grant.createdBy, name: nameOf(grant.createdBy) },
    createdAt: grant.createdAt.toISOString(),
    expiresAt: grant.expiresAt?.toISOString() ?? null,
  })
  const teamsOf = Map.groupBy(places, ({ principal }) => principal)
  return new Map(
    ids.map((id) => {
      const teams = teamsOf.get(id) ?? []
      const through = [id, ...teams.map(({ team }) => team.id)]
      return [id, through.flatMap((subject) => to.get(subject) ?? []).map(way)] as const
    }),
  )
}

function teamOf({ subject: { type, id, name } }: GrantRow) {
  return type === 'team' ? { id: id as TeamId, name } : null
}

async function sharedWith({ tx }: Pick<Context, 'tx'>, deed: Deed) {
  const { rows, total } = await accountsReaching(tx, deed, accountsToldMax)
  const items = rows.map((row) => ({ ...row, permissions: listPermissions(row.permissions) }))
  return { items, total }
}

const whatCan = implement(contract.whatCan, async (c) => {
  const asked = kindsAsked(c.body)
  const { principal, token, facts } = await readAsked(c)
  const reach = asked.map(([kind, permissions]) => reachOf(facts, kind, permissions))
  const page = await listReached(c.tx, c.account.id, reach, pageRequest(listing(c)))
  const wanted = new Map(asked)
  const powerOnRow = (row: ReachedRow) => {
    const path = row.parentId === null ? [row.id] : [row.id, row.parentId]
    const target = { tenantId: facts.tenant.id, ownerId: row.accountId, path }
    return restrictedTo(powerOn(facts, target), kindsWithin(row.kind))
  }
  const isReached = (row: ReachedRow) =>
    !isEmpty(intersection(powerOnRow(row), wanted.get(row.kind)!))
  const rows = page.rows.filter(isReached)
  const here = { tenantId: facts.tenant.id, ownerId: facts.account.id, path: [] }
  return {
    ...listAnswer(listing(c), { ...page, rows }, (row) => ({
      id: row.id,
      kind: row.kind,
      name: row.name,
      displayName: row.displayName,
      shared: row.accountId !== c.account.id,
      permissions: listPermissions(powerOnRow(row)),
    })),
    principal: { id: principal.id, kind: principal.kind, name: principal.name },
    token: token && { id: token.id, name: token.name },
    accountWide: listPermissions(powerOn(facts, here)),
  }
})

/**
 * Of which kinds, and by which permissions there: what means something on a thing of the kind.
 * @throws invalid_input for a permission that means nothing on any, or not on the kind that is named
 */
function kindsAsked({
  permission,
  kind,
}: Context<typeof contract.whatCan>['body']): [ResourceKind, PermissionSet][] {
  const within = (one: ResourceKind) => restrictedTo(allPermissions, kindsWithin(one))
  if (permission === undefined) {
    const kinds = kind ? [kind] : resourceKinds.map((one) => one.kind)
    return kinds.map((one) => [one, within(one)])
  }
  const on = kind ?? kindOfThing(permissionBit(permission))
  if (on === null || !has(within(on), permissionBit(permission))) {
    const of = on === null ? 'resource; accountWide tells of the account' : on.replace('-', ' ')
    throw invalidInput('/permission', 'fits_kind', `means nothing on a ${of}`)
  }
  return [[on, permissionSet([permission])]]
}

/** A model is created in a provider account; what has no parent is created in the account itself. */
function kindOfThing({ kind, action }: PermissionBit): ResourceKind | null {
  if (!isResourceKind(kind)) return null
  return action === 'create' ? (resourceKind(kind).parent as ResourceKind | null) : kind
}

/** What is held of these permissions, inside boundary and scopes: what lists of the kind follow from. */
function reachOf(facts: AccessFacts, kind: ResourceKind, permissions: PermissionSet): ReachOfKind {
  if (!acts(facts)) return { kind, everywhere: [], on: [] }
  const counting = (set: PermissionSet) =>
    intersection(intersection(set, permissions), ceilingOf(facts))
  const on = [...facts.held.on]
    .map(([id, set]) => ({ id, permissions: listPermissions(counting(set)) }))
    .filter((one) => one.permissions.length > 0)
  return { kind, everywhere: listPermissions(counting(facts.held.everywhere)), on }
}

export const accessReachImplementations = [whoCan, whatCan]
