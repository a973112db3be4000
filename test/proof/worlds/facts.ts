/**
 * What the server would load of a world, as core wants it. Core is a parameter, because the same
 * worlds are put to mutants of it.
 */
import type * as Core from '@commonhold/core'
import { type NaiveQuestion, pathOf, type World } from '../../../core/test/support/naive-access.ts'

export type CoreModule = Pick<
  typeof Core,
  | 'accountTarget'
  | 'carriedBy'
  | 'decide'
  | 'explain'
  | 'isEligible'
  | 'missingByGrant'
  | 'missingPermissions'
  | 'permissionSet'
  | 'powerOn'
  | 'reach'
  | 'uniteGrants'
>

const state = (of: { state: string }) => of.state as Core.LifecycleState

export function factsOf(
  core: CoreModule,
  world: World,
  { principal: id, account: at, token }: Omit<NaiveQuestion, 'permission' | 'resource'>,
): Core.AccessFacts {
  const account = world.accounts.find((one) => one.id === at)!
  const tenant = world.tenants.find((one) => one.id === account.tenant)!
  const principal = world.principals.find((one) => one.id === id)!
  const grantsTo = (subjects: readonly string[]) =>
    world.grants
      .filter((grant) => grant.account === at && subjects.includes(grant.subject))
      .map(({ object, role }) => ({
        object: object as Core.ObjectKey,
        permissions: core.permissionSet(role),
      }))
  const teams = world.teams.filter((team) => team.account === at && team.members.includes(id))
  const idsOf = (isActive: boolean) =>
    teams.filter((team) => (team.state === 'active') === isActive).map((team) => team.id)
  return {
    tenant: { id: tenant.id as Core.TenantId, state: state(tenant) },
    account: {
      id: at as Core.AccountId,
      tenantId: account.tenant as Core.TenantId,
      rootAccountId: tenant.root as Core.AccountId,
      state: state(account),
      boundary: core.permissionSet(account.boundary),
    },
    principal: {
      id: id as Core.PrincipalId,
      tenantId: principal.tenant as Core.TenantId,
      state: state(principal),
      isMember: world.memberships.some((m) => m.principal === id && m.account === at),
    },
    held: core.uniteGrants(grantsTo([id, ...idsOf(true)])),
    heldByInactiveTeams: core.uniteGrants(grantsTo(idsOf(false))),
    shares: sharesTo(core, world, at),
    token: token && {
      accountId: token.account as Core.AccountId,
      state: state(token),
      scopes: token.scopes && core.permissionSet(token.scopes),
    },
  }
}

function sharesTo(core: CoreModule, world: World, account: string): Core.AccessFacts['shares'] {
  const shares = world.shares.filter((share) => share.to === account)
  const ids = [...new Set(shares.map((share) => share.resource))]
  return new Map(
    ids.map((id) => [
      id as Core.ResourceId,
      core.permissionSet(shares.filter((one) => one.resource === id).flatMap(({ most }) => most)),
    ]),
  )
}

export function targetOf(
  world: World,
  { account: at, resource: id }: Pick<NaiveQuestion, 'account' | 'resource'>,
): Core.AccessTarget {
  const account = world.accounts.find((one) => one.id === at)!
  const resource = world.resources.find((one) => one.id === id)
  return {
    tenantId: (resource?.tenant ?? account.tenant) as Core.TenantId,
    ownerId: (resource?.owner ?? at) as Core.AccountId,
    path: pathOf(world, id) as Core.ResourceId[],
  }
}
