/**
 * Each change that could turn a refusal, described: in a sentence, as the call that makes it, and by
 * what its author needs, which is what that very operation asks of him.
 */
import type { AccessRemedyChange } from '@commonhold/contract'
import { accountTarget, type Change, listPermissions, permissionSet } from '@commonhold/core'
import type { CarryingTeam } from '../store/access-remedy.ts'
import { accountsOf } from '../store/membership.ts'
import { sharesCovering } from '../store/share.ts'
import { byOther, bySelf, type Demand, type Makers } from './access-makers.ts'
import { breadth, narrowestGrant, powerOfPrincipal, powerOfSubject } from './access-power.ts'
import type { Context } from './context.ts'
import type { Answered } from './explain-sentences.ts'
import { fullName, words } from './explain-sentences.ts'
import { describeTokenChange } from './token-changes.ts'

export interface Plan {
  readonly c: Pick<Context, 'tx' | 'account' | 'caller' | 'facts' | 'now' | 'can'>
  readonly answered: Answered
  readonly teams: readonly CarryingTeam[]
}

export interface Described {
  /** A role that has to be made before, where none is narrow enough to be handed out. */
  readonly first?: Pick<Described, 'sentence' | 'operation' | 'demand'>
  readonly sentence: string
  readonly operation: AccessRemedyChange['operation']
  readonly demand: Demand | Makers
  /** How much it hands out besides what was asked for, roughly: to compare ways that are as short. */
  readonly weight: number
}

type Describer<K extends Change['change']> = (
  plan: Plan,
  change: Extract<Change, { readonly change: K }>,
) => Promise<Described> | Described

export async function describe(plan: Plan, change: Change): Promise<Described> {
  return (describers[change.change] as Describer<Change['change']>)(plan, change)
}

const describers: { readonly [K in Change['change']]: Describer<K> } = {
  'resume-tenant': ({ c }) => ({
    sentence: `Resume the tenant ${c.caller.tenant.name}.`,
    operation: null,
    demand: byOther('The operator of this deployment.'),
    weight: 0,
  }),
  'resume-account': ({ c: { account, facts } }) => ({
    sentence: `Resume the account ${account.name}.`,
    operation: { id: 'account.resume', params: { account: account.id } },
    demand: inRoot(facts, 'account:update'),
    weight: 0,
  }),
  'resume-principal': resumePrincipal,
  'add-member': ({ c: { account }, answered: { principal } }) => ({
    sentence: `Bring ${principal.name} into the account ${account.name}.`,
    operation: {
      id: 'user.invite',
      params: { account: account.name },
      body: { email: principal.name },
    },
    demand: here(account, 'user:create'),
    weight: 0,
  }),
  share: shareAnew,
  'widen-share': widenShare,
  'widen-boundary': ({ c: { account, facts }, answered: { permission } }) => ({
    sentence: `Widen the permission boundary of ${account.name} by ${permission.permission}.`,
    operation: {
      id: 'account.update',
      params: { account: account.id },
      body: { boundary: [...listPermissions(account.boundary), permission.permission] },
    },
    demand: inRoot(facts, 'account:update', permissionSet([permission.permission])),
    weight: 100,
  }),
  grant: grantAnew,
  'join-team': async (plan, { team: id }) => {
    const { c, answered } = plan
    const name = teamName(plan, id)
    const carries = await powerOfSubject(c, id)
    return {
      sentence: `Put ${answered.principal.name} into the team ${name}, which has it.`,
      operation: {
        id: 'team-member.add',
        params: { account: c.account.name, team: id },
        body: { member: answered.principal.id },
      },
      demand: { ...here(c.account, 'team:update'), carries },
      weight: carries.reduce((sum, one) => sum + breadth(one), 0),
    }
  },
  'resume-team': async (plan, { team: id }) => ({
    sentence: `Resume the team ${teamName(plan, id)}.`,
    operation: {
      id: 'team.update',
      params: { account: plan.c.account.name, team: id },
      body: { state: 'active' },
    },
    demand: { ...here(plan.c.account, 'team:update'), carries: await powerOfSubject(plan.c, id) },
    weight: 0,
  }),
  'renew-token': describeTokenChange,
  'widen-scopes': describeTokenChange,
  'new-token': describeTokenChange,
}

const teamName = ({ teams }: Plan, id: string) => teams.find((team) => team.id === id)!.name

/** Needs a permission in the acting account. */
export function here(
  account: Plan['c']['account'],
  permission: Demand['gates'][number]['permission'],
): Demand {
  return { place: 'here', gates: [{ permission, target: accountTarget(account) }], carries: [] }
}

/** Needs a permission in root, and to hold there what is handed out. */
function inRoot(
  { tenant, account }: Plan['c']['facts'],
  permission: Demand['gates'][number]['permission'],
  handsOut = permissionSet([]),
): Demand {
  const target = accountTarget({ tenantId: tenant.id, id: account.rootAccountId })
  return {
    place: 'root',
    gates: [{ permission, target }],
    carries: [{ permissions: handsOut, target, byGrant: false }],
  }
}

async function resumePrincipal({ c, answered }: Plan): Promise<Described> {
  const { principal } = answered
  const { account } = c
  if (principal.state === 'invited') {
    const sentence = `${principal.name} accepts the invitation.`
    return { sentence, operation: null, demand: bySelf(principal, false), weight: 0 }
  }
  const carries = await powerOfPrincipal(c, principal.id)
  if (principal.kind === 'virtual-account') {
    return {
      sentence: `Resume the virtual account ${principal.name}.`,
      operation: {
        id: 'virtual-account.update',
        params: { account: account.name, 'virtual-account': principal.id },
        body: { state: 'active' },
      },
      demand: { ...here(account, 'virtual-account:update'), carries },
      weight: 0,
    }
  }
  // Who is elsewhere too is for the tenant's admins (control/user.ts).
  const others = (await accountsOf(c.tx, principal.id)).filter((id) => id !== account.id)
  const place = others.length > 0 && !account.isRoot ? c.facts.account.rootAccountId : account.id
  return {
    sentence: `Reactivate ${principal.name}.`,
    operation: { id: 'user.reactivate', params: { account: place, user: principal.id } },
    demand:
      others.length > 0
        ? inRoot(c.facts, 'account:manage')
        : { ...here(account, 'user:update'), carries },
    weight: 0,
  }
}

async function shareAnew(
  { c, answered }: Plan,
  { resource: id }: Extract<Change, { change: 'share' }>,
): Promise<Described> {
  const { account, facts } = c
  const { target, permission } = answered
  const resource = answered.resource!
  const { kind } = resource
  const most = permissionSet([permission.permission, `${kind}:read`])
  return {
    sentence: `Share the ${words(kind)} ${fullName(resource)} with ${account.name}, up to ${permission.permission}.`,
    operation: {
      id: 'share.create',
      params: { account: 'root' },
      body: { kind, resource: id, to: account.id, permissions: listPermissions(most) },
    },
    demand: {
      place: 'root',
      gates: [
        { permission: 'share:create', target: rootTarget(facts) },
        { permission: `${kind}:manage`, target },
      ],
      carries: [{ permissions: most, target, byGrant: false }],
      knows: account.id,
    },
    weight: 1,
  }
}

const rootTarget = ({ tenant, account }: Plan['c']['facts']) =>
  accountTarget({ tenantId: tenant.id, id: account.rootAccountId })

async function widenShare(
  { c, answered }: Plan,
  { resource: id }: Extract<Change, { change: 'widen-share' }>,
): Promise<Described> {
  const { account, facts, tx } = c
  const { permission, target } = answered
  const share = (await sharesCovering(tx, account.id, [id]))[0]!
  const { kind, name } = share.resource
  const { tenantId, ownerId } = target
  const on = target.path[0] === id ? target : { tenantId, ownerId, path: [id] }
  return {
    sentence: `Widen the share of the ${words(kind)} ${name} with ${account.name} by ${permission.permission}.`,
    operation: {
      id: 'share.update',
      params: { account: 'root', share: share.id },
      body: { permissions: [...listPermissions(share.permissions), permission.permission] },
    },
    demand: {
      place: 'root',
      gates: [
        { permission: 'share:update', target: rootTarget(facts) },
        { permission: `${kind}:manage`, target: on },
      ],
      carries: [
        { permissions: permissionSet([permission.permission]), target: on, byGrant: false },
      ],
    },
    // What it is in has more in it than what was asked about.
    weight: target.path[0] === id ? 2 : 20,
  }
}

async function grantAnew({ c, answered }: Plan): Promise<Described> {
  const { account } = c
  const { principal, permission, target } = answered
  const { role, object, objectName, carried } = await narrowestGrant(c, answered)
  const roleName = role ?? `${permission.kind}-${permission.action}`
  const subject: Record<string, string> =
    principal.kind === 'user'
      ? { type: 'user', user: principal.id }
      : { type: 'virtual-account', virtualAccount: principal.id }
  const gates: Demand['gates'] = [
    { permission: 'grant:create', target: accountTarget(account) },
    ...(object.type === 'account'
      ? []
      : [{ permission: `${object.kind}:manage` as const, target }]),
  ]
  return {
    ...(role === null ? { first: makeRole(c.account, roleName, permission.permission) } : {}),
    sentence: `Grant ${principal.name} the role ${roleName} on ${objectName}.`,
    operation: {
      id: 'grant.create',
      params: { account: account.name },
      body: { subject, object, role: roleName },
    },
    demand: { place: 'here', gates, carries: [carried] },
    weight: breadth(carried),
  }
}

/** Every role that has it has more than the account may hand out, so one of its own is made. */
function makeRole(
  account: Plan['c']['account'],
  name: string,
  permission: Demand['gates'][number]['permission'],
): Pick<Described, 'sentence' | 'operation' | 'demand'> {
  const permissions = permissionSet([permission])
  const target = accountTarget(account)
  return {
    sentence: `Make a role ${name} that has ${permission} and nothing else.`,
    operation: {
      id: 'role.create',
      params: { account: account.name },
      body: { name, permissions: [permission] },
    },
    demand: {
      ...here(account, 'role:create'),
      carries: [{ permissions, target, byGrant: false }],
    },
  }
}
