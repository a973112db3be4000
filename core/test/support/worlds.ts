/**
 * Random worlds: two tenants, a few accounts, and everything that can be granted, shared, suspended
 * or narrowed in them drawn at random, also what the database would never store, such as a grant on
 * another account's workspace. And the facts of a world, as the server would load them.
 */
import fc from 'fast-check'
import {
  type AccessFacts,
  type AccessTarget,
  type AccountId,
  type LifecycleState,
  type ObjectKey,
  type Permission,
  type PrincipalId,
  permissionSet,
  type ResourceId,
  type TenantId,
  uniteGrants,
} from '../../src/index.ts'
import { type NaiveQuestion, pathOf, type World } from './naive-access.ts'

/** A handful, so that grants, boundaries and questions meet often. */
export const asked: Permission[] = [
  'cluster:read',
  'workspace:read',
  'workspace:use',
  'workspace:create',
  'team:create',
]

const accounts = ['root1', 'a1', 'b1', 'root2']
const principals = ['p1', 'p2', 'q1']
const teams = ['team1', 'team2']
const resources = ['cluster1', 'cluster2', 'workspace1', 'workspace2', 'foreign']
const tenantOf = (account: string) => (account === 'root2' ? 't2' : 't1')

const mostly = <T>(usual: T, other: T) =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 9 },
    { arbitrary: fc.constant(other), weight: 1 },
  )
const state = mostly('active', 'suspended')
const some = fc.subarray(asked)
const most = fc.subarray(asked, { minLength: 3 })

const resource = (id: string, owners: string[], parent: string | null) =>
  fc.constantFrom(...owners).map((owner) => ({
    id,
    kind: id.startsWith('cluster') ? 'cluster' : 'workspace',
    tenant: tenantOf(owner),
    owner,
    parent,
  }))

export const world: fc.Arbitrary<World> = fc.record({
  tenants: fc.tuple(state, state).map(([one, two]) => [
    { id: 't1', state: one, root: 'root1' },
    { id: 't2', state: two, root: 'root2' },
  ]),
  accounts: fc.tuple(
    ...accounts.map((id) =>
      fc.record({
        id: fc.constant(id),
        tenant: fc.constant(tenantOf(id)),
        state,
        boundary: id.startsWith('root') ? fc.constant(asked) : most,
      }),
    ),
  ),
  principals: fc.tuple(
    ...principals.map((id) =>
      fc.record({ id: fc.constant(id), tenant: fc.constant(id === 'q1' ? 't2' : 't1'), state }),
    ),
  ),
  memberships: fc.subarray(
    principals.flatMap((principal) => accounts.map((account) => ({ principal, account }))),
    { minLength: 10 },
  ),
  teams: fc.tuple(
    ...teams.map((id) =>
      fc.record({
        id: fc.constant(id),
        account: fc.constantFrom('root1', 'a1', 'a1'),
        state: fc.constantFrom('active', 'suspended'),
        members: fc.subarray(principals, { minLength: 1 }),
      }),
    ),
  ),
  resources: fc.tuple(
    resource('cluster1', ['root1', 'root1', 'a1'], null),
    resource('cluster2', ['a1', 'b1'], null),
    resource('workspace1', ['root1', 'root1', 'a1'], 'cluster1'),
    resource('workspace2', ['a1', 'b1'], 'cluster2'),
    resource('foreign', ['root2'], null),
  ),
  shares: fc.array(
    fc.record({
      resource: fc.constantFrom(...resources),
      to: fc.constantFrom('a1', 'a1', 'b1'),
      most: some,
    }),
    { minLength: 2, maxLength: 6 },
  ),
  grants: fc.array(
    fc.record({
      account: fc.constantFrom('root1', 'a1', 'a1', 'b1'),
      subject: fc.constantFrom(...principals, 'p1', ...teams),
      object: fc.constantFrom('account', 'kind:workspace', 'kind:cluster', ...resources),
      role: some,
    }),
    { minLength: 4, maxLength: 12 },
  ),
})

export const question: fc.Arbitrary<NaiveQuestion> = fc.record({
  principal: fc.constantFrom('p1', 'p1', 'p1', 'p1', 'p2', 'p2', 'q1'),
  token: fc.option(
    fc.record({
      account: mostly('a1', 'b1'),
      state,
      scopes: fc.option(some),
    }),
    { freq: 2 },
  ),
  account: fc.constantFrom('a1', 'a1', 'a1', 'a1', 'root1', 'b1'),
  permission: fc.constantFrom(...asked),
  resource: fc.option(fc.constantFrom(...resources, 'cluster1', 'workspace1', 'workspace1'), {
    freq: 4,
  }),
})

const of = (state: string) => state as LifecycleState

/** What the server would load for the question's principal in its account. */
export function factsOf(world: World, { principal: id, account: at, token }: NaiveQuestion) {
  const account = world.accounts.find((one) => one.id === at)!
  const tenant = world.tenants.find((one) => one.id === account.tenant)!
  const principal = world.principals.find((one) => one.id === id)!
  const shares = new Map<ResourceId, ReturnType<typeof permissionSet>>()
  for (const share of world.shares.filter((one) => one.to === at)) {
    const before = world.shares.filter((one) => one.to === at && one.resource === share.resource)
    shares.set(share.resource as ResourceId, permissionSet(before.flatMap((one) => one.most)))
  }
  const grantsTo = (subject: string) =>
    world.grants
      .filter((grant) => grant.account === at && grant.subject === subject)
      .map((grant) => ({
        object: grant.object as ObjectKey,
        permissions: permissionSet(grant.role),
      }))
  const teamsHere = world.teams.filter((team) => team.account === at && team.members.includes(id))
  const teamsThat = (active: boolean) =>
    teamsHere.filter(({ state }) => (state === 'active') === active).map((team) => team.id)
  return {
    tenant: { id: tenant.id as TenantId, state: of(tenant.state) },
    account: {
      id: at as AccountId,
      tenantId: account.tenant as TenantId,
      rootAccountId: tenant.root as AccountId,
      state: of(account.state),
      boundary: permissionSet(account.boundary),
    },
    principal: {
      id: id as PrincipalId,
      tenantId: principal.tenant as TenantId,
      state: of(principal.state),
      isMember: world.memberships.some((m) => m.principal === id && m.account === at),
    },
    held: uniteGrants([id, ...teamsThat(true)].flatMap(grantsTo)),
    heldByInactiveTeams: uniteGrants(teamsThat(false).flatMap(grantsTo)),
    shares,
    token: token && {
      accountId: token.account as AccountId,
      state: of(token.state),
      scopes: token.scopes && permissionSet(token.scopes),
    },
  } satisfies AccessFacts
}

export function targetOf(world: World, question: NaiveQuestion): AccessTarget {
  const account = world.accounts.find((one) => one.id === question.account)!
  const resource = world.resources.find((one) => one.id === question.resource)
  return {
    tenantId: (resource?.tenant ?? account.tenant) as TenantId,
    ownerId: (resource?.owner ?? account.id) as AccountId,
    path: pathOf(world, question.resource) as ResourceId[],
  }
}
