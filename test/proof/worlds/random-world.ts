/**
 * Random worlds for comparing opinions about access: two tenants, five accounts, people, teams, things
 * within things, shares and grants. Most of it is as the database would store it; the rest is not
 * (a grant on what another account owns, a share of what is not root's, a team of another account),
 * because the rule has to hold there as well.
 */
import type { Permission } from '@commonhold/core'
import type { NaiveQuestion, World } from '../../../core/test/support/naive-access.ts'
import type { Random } from './random.ts'

/** A handful, so that grants, boundaries and questions meet often. */
export const askedPermissions: readonly Permission[] = [
  'cluster:read',
  'cluster:use',
  'workspace:read',
  'workspace:use',
  'workspace:create',
  'model:use',
  'team:create',
  'grant:create',
]

const accounts = { root1: 't1', a1: 't1', b1: 't1', root2: 't2', a2: 't2' } as const
const accountIds = Object.keys(accounts) as (keyof typeof accounts)[]
const principals = { p1: 't1', p2: 't1', p3: 't1', q1: 't2' } as const
const principalIds = Object.keys(principals) as (keyof typeof principals)[]
const teamIds = ['team1', 'team2', 'team3', 'team4']
const kinds = ['cluster', 'workspace', 'model']
/** Deeper than what is stored today, because the rule speaks of any ancestor. */
const resourceIds = ['c1', 'c2', 'c3', 'w1', 'w2', 'w3', 'w4', 'm1', 'm2', 'deep']

export function randomWorld(random: Random): World {
  const { pick, some, chance } = random
  const state = (active = 0.93) => (chance(active) ? 'active' : pick(['suspended', 'deactivated']))
  const likelyAccount = () => (chance(0.75) ? 'a1' : pick(accountIds))
  const resources: World['resources'] = []
  for (const id of resourceIds) {
    const owner = chance(0.88) ? pick(['root1', 'root1', 'a1'] as const) : pick(accountIds)
    const likely = resources.filter((one) => one.owner === owner || one.owner === 'root1')
    const hasParent = likely.length > 0 && chance(id.startsWith('c') ? 0.1 : 0.7)
    const parent = hasParent ? pick(likely).id : null
    resources.push({ id, kind: pick(kinds), tenant: accounts[owner], owner, parent })
  }
  const objects = ['account', 'kind:cluster', 'kind:workspace', 'kind:model', ...resourceIds]
  return {
    tenants: [
      { id: 't1', state: state(0.97), root: 'root1' },
      { id: 't2', state: state(), root: 'root2' },
    ],
    accounts: accountIds.map((id) => {
      const boundary = some(askedPermissions, id.startsWith('root') ? 1 : 0.8)
      return { id, tenant: accounts[id], state: state(0.96), boundary }
    }),
    principals: principalIds.map((id) => ({ id, tenant: principals[id], state: state() })),
    memberships: principalIds
      .flatMap((principal) => accountIds.map((account) => ({ principal, account })))
      .filter(({ principal, account }) =>
        chance(accounts[account] === principals[principal] ? 0.9 : 0.15),
      ),
    teams: teamIds.map((id) => ({
      id,
      account: likelyAccount(),
      state: state(0.75),
      members: some(principalIds, 0.6),
    })),
    resources,
    shares: Array.from({ length: 3 + random.below(9) }, () => ({
      resource: pick(resourceIds),
      to: likelyAccount(),
      most: some(askedPermissions, 0.7),
    })),
    grants: Array.from({ length: 5 + random.below(12) }, () => ({
      account: likelyAccount(),
      subject: chance(0.5) ? pick(principalIds) : pick(teamIds),
      object: chance(0.5) ? pick(resourceIds) : pick(objects),
      role: some(askedPermissions, 0.6),
    })),
  }
}

/** Who asks, where, with what and about what; not yet for which permission. */
export type Seat = Omit<NaiveQuestion, 'permission'>

/** Mostly about what somebody may do where most of it is; the rest about anybody, anywhere. */
export function randomSeat(random: Random): Seat {
  const { pick, chance } = random
  const account = chance(0.85) ? 'a1' : pick(accountIds)
  const token = chance(0.5)
    ? null
    : {
        account: chance(0.95) ? account : pick(accountIds),
        state: chance(0.93) ? 'active' : 'deleted',
        scopes: chance(0.5) ? null : random.some(askedPermissions, 0.75),
      }
  return {
    principal: chance(0.95) ? pick(['p1', 'p1', 'p2', 'p3'] as const) : pick(principalIds),
    token,
    account,
    resource: chance(0.15) ? null : pick(resourceIds),
  }
}

export function randomQuestion(random: Random): NaiveQuestion {
  return { ...randomSeat(random), permission: random.pick(askedPermissions) }
}
