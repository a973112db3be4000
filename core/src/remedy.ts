/**
 * What would turn a refusal into a yes: the smallest sets of changes, each of which makes `decide`
 * allow, and no part of which does. They follow from the rule alone: for each condition that fails,
 * what can mend it; then every way to choose one for each, without what is more than needed.
 *
 * One way is left out on purpose: to resume a suspended team and join it as well. That would hand
 * power back to everybody in it to help one, where a grant to that one does.
 *
 * Where nothing can mend it (another tenant's, another account's) there is no remedy, so that a
 * foreign thing is answered like a missing one.
 */
import { type AccessFacts, type AccessTarget, decide } from './access.ts'
import { type Held, holds } from './held.ts'
import type { ResourceId, TeamId } from './ids.ts'
import { has, type PermissionBit } from './permission.ts'
import { isActive } from './tenancy.ts'

/** One change, named after what is done. Whoever asked about a token gets changes of that token. */
export type Change =
  | { readonly change: 'resume-tenant' }
  | { readonly change: 'resume-account' }
  | { readonly change: 'resume-principal' }
  | { readonly change: 'add-member' }
  | { readonly change: 'share'; readonly resource: ResourceId }
  | { readonly change: 'widen-share'; readonly resource: ResourceId }
  | { readonly change: 'widen-boundary' }
  | { readonly change: 'grant' }
  | { readonly change: 'join-team'; readonly team: TeamId }
  | { readonly change: 'resume-team'; readonly team: TeamId }
  | { readonly change: 'renew-token' }
  | { readonly change: 'widen-scopes' }
  | { readonly change: 'new-token' }

/** A team of the acting account, as far as it may help. */
export interface HelpfulTeam {
  readonly id: TeamId
  readonly isActive: boolean
  /** Whether the principal is in it. */
  readonly isIn: boolean
  /** By grants of the acting account to it. */
  readonly held: Held
}

export interface Surroundings {
  /** Those that hold nothing of use are passed over. */
  readonly teams: readonly HelpfulTeam[]
  /** What of the path root may share. */
  readonly shareable: ReadonlySet<ResourceId>
}

/** What has to be mended, each with the changes that do it, the most fitting first. */
type Broken = readonly (readonly Change[])[]

/**
 * @returns the minimal sets, smallest first; each in the order in which it can be carried out. Empty
 * when it is allowed already, and when nothing helps.
 */
export function remediesFor(
  facts: AccessFacts,
  permission: PermissionBit,
  target: AccessTarget,
  surroundings: Surroundings,
): readonly (readonly Change[])[] {
  if (decide(facts, permission, target) === 'allowed' || isForeign(facts, target)) return []
  const broken: Broken = [
    ...brokenLifecycle(facts),
    ...(facts.principal.isMember ? [] : [[{ change: 'add-member' } as const]]),
    ...brokenShare(facts, permission, target, surroundings),
    ...(has(facts.account.boundary, permission) ? [] : [[{ change: 'widen-boundary' } as const]]),
    ...brokenGrant(facts, permission, target, surroundings),
    ...brokenToken(facts, permission),
  ]
  return withoutSupersets(choices(broken)).sort((a, b) => a.length - b.length)
}

/** Of another tenant, or of an account that is neither the acting one nor root. */
function isForeign({ tenant, account, principal }: AccessFacts, target: AccessTarget): boolean {
  const isElsewhere = [principal, account, target].some((one) => one.tenantId !== tenant.id)
  return isElsewhere || ![account.id, account.rootAccountId].includes(target.ownerId)
}

function brokenLifecycle({ tenant, account, principal }: AccessFacts): Broken {
  return [
    ...(isActive(tenant) ? [] : [[{ change: 'resume-tenant' } as const]]),
    ...(isActive(account) ? [] : [[{ change: 'resume-account' } as const]]),
    ...(isActive(principal) ? [] : [[{ change: 'resume-principal' } as const]]),
  ]
}

/** Eligibility and share maximum at once: what is shared anew is shared with the permission. */
function brokenShare(
  { account, shares }: AccessFacts,
  permission: PermissionBit,
  { ownerId, path }: AccessTarget,
  { shareable }: Surroundings,
): Broken {
  if (ownerId === account.id) return []
  const allows = (resource: ResourceId) => {
    const most = shares.get(resource)
    return most !== undefined && has(most, permission)
  }
  if (path.some(allows)) return []
  return [
    path
      .filter((resource) => shares.has(resource) || shareable.has(resource))
      .map((resource) => ({ change: shares.has(resource) ? 'widen-share' : 'share', resource })),
  ]
}

function brokenGrant(
  { held }: AccessFacts,
  permission: PermissionBit,
  { path }: AccessTarget,
  { teams }: Surroundings,
): Broken {
  if (holds(held, permission, path)) return []
  const helpful = teams.filter((team) => holds(team.held, permission, path))
  const suspended = helpful.filter((team) => team.isIn && !team.isActive)
  const joinable = helpful.filter((team) => !team.isIn && team.isActive)
  return [
    [
      ...suspended.map(({ id }) => ({ change: 'resume-team', team: id }) as const),
      { change: 'grant' } as const,
      ...joinable.map(({ id }) => ({ change: 'join-team', team: id }) as const),
    ],
  ]
}

function brokenToken({ account, token }: AccessFacts, permission: PermissionBit): Broken {
  if (token === null) return []
  const anew = { change: 'new-token' } as const
  const isNarrow = token.scopes !== null && !has(token.scopes, permission)
  return [
    ...(token.accountId === account.id ? [] : [[anew]]),
    ...(isActive(token) ? [] : [[{ change: 'renew-token' } as const, anew]]),
    ...(isNarrow ? [[{ change: 'widen-scopes' } as const, anew]] : []),
  ]
}

/** Every way to take one change for each thing that is broken. One change may mend several. */
function choices(broken: Broken): Change[][] {
  let sets: Change[][] = [[]]
  for (const mending of broken) {
    sets = sets.flatMap((set) =>
      mending.map((change) => (set.some((one) => isSame(one, change)) ? set : [...set, change])),
    )
  }
  return sets
}

function isSame(a: Change, b: Change): boolean {
  return keyOf(a) === keyOf(b)
}

/** One text for each change that is another. */
export function keyOf(change: Change): string {
  const of = 'team' in change ? change.team : 'resource' in change ? change.resource : ''
  return `${change.change} ${of}`
}

function withoutSupersets(sets: readonly Change[][]): Change[][] {
  const keyed = sets.map((set) => ({ set, keys: new Set(set.map(keyOf)) }))
  return keyed
    .filter(
      (one, index) =>
        !keyed.some(
          (other, place) =>
            other.keys.isSubsetOf(one.keys) &&
            (other.keys.size < one.keys.size ||
              (other.keys.size === one.keys.size && place < index)),
        ),
    )
    .map(({ set }) => set)
}
