/**
 * The access rule, in one place: pure, total, and the only code that says yes. 1-domain.md gives
 * the eight conditions; they stand below in that order, and a refusal names the first that failed.
 *
 * Rights only add up: there is no deny rule, no order among grants and no condition on them, so
 * that "why" always has a short answer. Boundary, share and scopes are applied here, at the time
 * of the question, and not when a grant is written: narrowing one acts on the very next request.
 */
import type { Place } from './codebook.ts'
import { type Held, holds } from './held.ts'
import type { AccountId, PrincipalId, ResourceId, TenantId } from './ids.ts'
import { has, type PermissionBit, type PermissionSet } from './permission.ts'
import { isActive, type LifecycleState } from './tenancy.ts'

/** Everything the rule reads about who asks and where. Built from rows or from a snapshot. */
export interface AccessFacts {
  readonly tenant: { readonly id: TenantId; readonly state: LifecycleState }
  readonly account: {
    readonly id: AccountId
    readonly tenantId: TenantId
    readonly rootAccountId: AccountId
    readonly state: LifecycleState
    readonly boundary: PermissionSet
  }
  readonly principal: {
    readonly id: PrincipalId
    readonly tenantId: TenantId
    readonly state: LifecycleState
    readonly isMember: boolean
  }
  /** By grants of the acting account to the principal and to its active teams there. */
  readonly held: Held
  /** By grants to its other teams. It allows nothing; a refusal names it (`team_not_active`). */
  readonly heldByInactiveTeams: Held
  /** What is shared to the acting account, with the most that it may do there. */
  readonly shares: ReadonlyMap<ResourceId, PermissionSet>
  /** Null for a console session. */
  readonly token: {
    readonly accountId: AccountId
    readonly state: LifecycleState
    readonly scopes: PermissionSet | null
  } | null
  /** Where they never change: `newSerial()`, under which verdicts may be kept (verdict-memo.ts). */
  readonly serial?: number
}

/** What is asked about: a resource, or (with an empty path) the owning account itself. */
export interface AccessTarget {
  readonly tenantId: TenantId
  readonly ownerId: AccountId
  /** The resource, then its ancestors outwards. */
  readonly path: readonly ResourceId[]
  /** The path once more, by number: only a way to look it up faster. Absent, the ids are looked up. */
  readonly place?: Place
  /** As that of the facts. */
  readonly serial?: number
}

/** Why not, by precedence: the conditions 1 to 8 of the rule, read as sentences. */
export const refusalReasons = [
  'other_tenant',
  'tenant_not_active',
  'account_not_active',
  'principal_not_active',
  'token_not_active',
  'team_not_active',
  'not_a_member',
  'not_eligible',
  'no_grant',
  'outside_boundary',
  'outside_share',
  'outside_token_scopes',
  'error_while_deciding',
] as const
export type RefusalReason = (typeof refusalReasons)[number]
export type Verdict = 'allowed' | RefusalReason

/**
 * @returns 'allowed', or the first condition that failed. Never throws: a fault in the facts is a
 * refusal (`error_while_deciding`).
 */
export function decide(
  facts: AccessFacts,
  permission: PermissionBit,
  target: AccessTarget,
): Verdict {
  try {
    return firstFailure(facts, permission, target) ?? 'allowed'
  } catch {
    return 'error_while_deciding'
  }
}

function firstFailure(
  facts: AccessFacts,
  permission: PermissionBit,
  target: AccessTarget,
): RefusalReason | null {
  const { tenant, account, principal, token } = facts
  if (
    principal.tenantId !== tenant.id ||
    account.tenantId !== tenant.id ||
    target.tenantId !== tenant.id
  ) {
    return 'other_tenant'
  }
  if (!isActive(tenant)) return 'tenant_not_active'
  if (!isActive(account)) return 'account_not_active'
  if (!isActive(principal)) return 'principal_not_active'
  if (token !== null && !isActive(token)) return 'token_not_active'

  // The team's lifecycle belongs to condition 2, but only matters when nothing else grants.
  const granted = grantState(facts, permission, target)
  if (granted === 'team_not_active') return granted

  if (!principal.isMember) return 'not_a_member'
  if (token !== null && token.accountId !== account.id) return 'not_a_member'
  if (!isEligible(facts, target)) return 'not_eligible'
  if (granted !== 'granted') return 'no_grant'
  if (!has(account.boundary, permission)) return 'outside_boundary'
  if (target.ownerId !== account.id && !shareAllows(facts, permission, target)) {
    return 'outside_share'
  }
  if (token !== null && token.scopes !== null && !has(token.scopes, permission)) {
    return 'outside_token_scopes'
  }
  return null
}

/** Condition 4: owned by the acting account, or root's and shared to it (itself or an ancestor). */
export function isEligible(facts: AccessFacts, target: AccessTarget): boolean {
  if (target.ownerId === facts.account.id) return true
  if (target.ownerId !== facts.account.rootAccountId) return false
  return target.path.some((resource) => facts.shares.has(resource))
}

/** Condition 5, with what condition 2 says of the team that carries the grant. */
function grantState(
  { held, heldByInactiveTeams }: AccessFacts,
  permission: PermissionBit,
  { path, place }: AccessTarget,
): 'granted' | 'team_not_active' | 'none' {
  if (holds(held, permission, path, place)) return 'granted'
  return holds(heldByInactiveTeams, permission, path, place) ? 'team_not_active' : 'none'
}

/** Condition 7. Shared twice (the resource and its parent): either is enough, rights add up. */
function shareAllows(facts: AccessFacts, permission: PermissionBit, target: AccessTarget): boolean {
  return target.path.some((resource) => {
    const most = facts.shares.get(resource)
    return most !== undefined && has(most, permission)
  })
}

/** The account itself, as the thing asked about: creating in it, listing it, its settings. */
export function accountTarget(account: { tenantId: TenantId; id: AccountId }): AccessTarget {
  return { tenantId: account.tenantId, ownerId: account.id, path: [] }
}

/** One condition of the rule, answered. */
export interface ExplainedCondition {
  readonly condition:
    | 'tenant_wall'
    | 'lifecycle'
    | 'membership'
    | 'eligibility'
    | 'grant'
    | 'boundary'
    | 'share'
    | 'token_scopes'
  readonly holds: boolean
}

/** All eight conditions, each on its own: where `decide` stops at the first, this goes on. */
export function explain(
  facts: AccessFacts,
  permission: PermissionBit,
  target: AccessTarget,
): ExplainedCondition[] {
  const { tenant, account, principal, token } = facts
  const granted = grantState(facts, permission, target)
  const sameTenant = [principal.tenantId, account.tenantId, target.tenantId].every(
    (id) => id === tenant.id,
  )
  return [
    { condition: 'tenant_wall', holds: sameTenant },
    {
      condition: 'lifecycle',
      holds:
        [tenant, account, principal, ...(token ? [token] : [])].every(isActive) &&
        granted !== 'team_not_active',
    },
    {
      condition: 'membership',
      holds: principal.isMember && (token === null || token.accountId === account.id),
    },
    { condition: 'eligibility', holds: isEligible(facts, target) },
    { condition: 'grant', holds: granted === 'granted' },
    { condition: 'boundary', holds: has(account.boundary, permission) },
    {
      condition: 'share',
      holds: target.ownerId === account.id || shareAllows(facts, permission, target),
    },
    {
      condition: 'token_scopes',
      holds: token === null || token.scopes === null || has(token.scopes, permission),
    },
  ]
}
