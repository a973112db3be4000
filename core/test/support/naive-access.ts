/**
 * The access rule a second time, written for reading: straight from 1-domain.md, over plain rows, with
 * arrays and strings, slowly. It exists to disagree with core/src/access.ts if one of them is wrong.
 */
import type { Permission, RefusalReason } from '../../src/index.ts'

export interface World {
  tenants: { id: string; state: string; root: string }[]
  accounts: { id: string; tenant: string; state: string; boundary: Permission[] }[]
  /** `home`: of a virtual account, the one account that it is in. */
  principals: { id: string; tenant: string; state: string; home?: string | null }[]
  memberships: { principal: string; account: string }[]
  teams: { id: string; account: string; state: string; members: string[] }[]
  resources: { id: string; kind: string; tenant: string; owner: string; parent: string | null }[]
  shares: { resource: string; to: string; most: Permission[] }[]
  grants: { account: string; subject: string; object: NaiveObject; role: Permission[] }[]
}

/** 'account', 'kind:<kind>', or the id of a resource. */
export type NaiveObject = string

export interface NaiveQuestion {
  principal: string
  token: { account: string; state: string; scopes: Permission[] | null } | null
  account: string
  permission: Permission
  /** The id of a resource, or null for the account itself. */
  resource: string | null
}

const byId = <T extends { id: string }>(rows: T[], id: string) => rows.find((r) => r.id === id)!

/** The resource and everything that it is in, from the inside out; each once, and only what is there. */
export function pathOf(world: World, resource: string | null, inside: string[] = []): string[] {
  const row = world.resources.find(({ id }) => id === resource)
  if (!row || inside.includes(row.id)) return []
  return [row.id, ...pathOf(world, row.parent, [...inside, row.id])]
}

/** @returns the first condition of the rule that does not hold, or 'allowed' */
export function decideNaively(world: World, question: NaiveQuestion): 'allowed' | RefusalReason {
  return conditionsOf(world, question).find(([, holds]) => !holds)?.[0] ?? 'allowed'
}

/** Each condition of the rule, in its order, and whether it holds. */
export function conditionsOf(world: World, question: NaiveQuestion): [RefusalReason, boolean][] {
  const principal = byId(world.principals, question.principal)
  const account = byId(world.accounts, question.account)
  const tenant = byId(world.tenants, account.tenant)
  const resource = question.resource === null ? null : byId(world.resources, question.resource)
  const { token, permission } = question
  const path = pathOf(world, question.resource)
  const kind = permission.split(':')[0]

  const isOwn = resource === null || resource.owner === account.id
  const shares = world.shares.filter(
    (share) => share.to === account.id && path.includes(share.resource),
  )
  const teams = world.teams.filter(
    (team) => team.account === account.id && team.members.includes(principal.id),
  )
  const carrying = world.grants.filter(
    (grant) =>
      grant.account === account.id &&
      grant.role.includes(permission) &&
      ['account', `kind:${kind}`, ...path].includes(grant.object),
  )
  const toPrincipal = carrying.filter((grant) => grant.subject === principal.id)
  const toTeams = teams.filter((team) => carrying.some((grant) => grant.subject === team.id))
  const isGranted = toPrincipal.length > 0 || toTeams.some((team) => team.state === 'active')

  return [
    // 1. Principal, account and resource belong to one tenant.
    [
      'other_tenant',
      principal.tenant === tenant.id && (resource === null || resource.tenant === tenant.id),
    ],
    // 2. Tenant, account, principal, token, and the team that carries the grant are all active.
    ['tenant_not_active', tenant.state === 'active'],
    ['account_not_active', account.state === 'active'],
    ['principal_not_active', principal.state === 'active'],
    ['token_not_active', token === null || token.state === 'active'],
    ['team_not_active', isGranted || toTeams.length === 0],
    // 3. The principal is a member of the acting account (a virtual account: it is its home); a token
    // acts only in its own.
    [
      'not_a_member',
      world.memberships.some((m) => m.principal === principal.id && m.account === account.id) &&
        (principal.home ?? account.id) === account.id &&
        (token === null || token.account === account.id),
    ],
    // 4. Owned by the acting account, or owned by root and shared (itself or an ancestor) to it.
    ['not_eligible', isOwn || (resource.owner === tenant.root && shares.length > 0)],
    // 5. Some grant of the acting account has a role with the permission.
    ['no_grant', isGranted],
    // 6. The permission boundary of the acting account contains it.
    ['outside_boundary', account.boundary.includes(permission)],
    // 7. The share maximum contains it, when the resource came by a share.
    ['outside_share', isOwn || shares.some((share) => share.most.includes(permission))],
    // 8. The token's scopes contain it, when the token is narrowed.
    [
      'outside_token_scopes',
      token === null || token.scopes === null || token.scopes.includes(permission),
    ],
  ]
}
