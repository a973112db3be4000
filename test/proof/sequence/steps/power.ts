/** What may be done: roles, grants, shares, and the account's own bounds. */
import { builtInRoles, listPermissions, shareUpTo } from '@commonhold/core'
import type { ModelResource } from '../model.ts'
import {
  accountIds,
  actor,
  permissionsGranted,
  pickOf,
  roleNamed,
  type Setting,
  type Step,
  someAccount,
} from '../step.ts'

const createRole: Step = {
  operation: 'role.create',
  make: (setting) => {
    const { model, random, name } = setting
    const account = someAccount(setting)
    return {
      operation: 'role.create',
      who: actor(setting, account),
      params: { account },
      body: { name: name(), permissions: random.some(permissionsGranted, 0.4) },
      apply: ({ id, name: called, permissions }) => {
        model.roles.set(id, { id, name: called, account, permissions })
      },
    }
  },
}

const custom = ({ model }: Setting) =>
  [...model.roles.values()].filter(({ name }) => !(name in builtInRoles))

const updateRole: Step = {
  operation: 'role.update',
  weight: 2,
  make: (setting) => {
    const { random } = setting
    const role = pickOf(setting, custom(setting))
    if (!role) return null
    return {
      operation: 'role.update',
      who: actor(setting, role.account),
      params: { account: role.account, role: role.id },
      body: { permissions: random.some(permissionsGranted, 0.5) },
      apply: ({ permissions }) => {
        role.permissions = permissions
      },
    }
  },
}

const deleteRole: Step = {
  operation: 'role.delete',
  make: (setting) => {
    const { model } = setting
    const role = pickOf(setting, custom(setting))
    return (
      role && {
        operation: 'role.delete',
        who: actor(setting, role.account),
        params: { account: role.account, role: role.id },
        apply: () => {
          model.roles.delete(role.id)
        },
      }
    )
  },
}

/** The resource itself, else what it is in: whatever of it is shared to the account. */
function viaOf({ model }: Setting, account: string, { id, owner, parent }: ModelResource) {
  if (owner === account) return null
  const shares = [...model.shares.values()].filter((one) => one.to === account)
  return shares.some(({ resource }) => resource === id) ? id : parent
}

function isReachable(setting: Setting, account: string, resource: ModelResource): boolean {
  const via = viaOf(setting, account, resource)
  const { model } = setting
  return (
    via === null ||
    [...model.shares.values()].some((one) => one.to === account && one.resource === via)
  )
}

const createGrant: Step = {
  operation: 'grant.create',
  weight: 8,
  make: (setting) => {
    const { model, random } = setting
    const account = someAccount(setting)
    const team = pickOf(
      setting,
      [...model.teams.values()].filter((t) => t.account === account),
    )
    const people = model.memberships.filter((one) => one.account === account)
    const person = pickOf(setting, people)?.principal
    const subject = team && random.chance(0.4) ? team.id : person
    const roles = [...model.roles.values()].filter((r) => [account, model.root].includes(r.account))
    const role = pickOf(setting, roles)
    if (!subject || !role) return null
    const all = [...model.resources.values()]
    const near = all.filter((one) => isReachable(setting, account, one))
    const resource = pickOf(setting, random.chance(0.9) ? near : all)
    const kind = random.pick(['cluster', 'workspace', 'model', 'prompt'])
    const object =
      resource && random.chance(0.75)
        ? { type: 'resource', kind: resource.kind, resource: resource.id }
        : random.chance(0.5)
          ? { type: 'kind', kind }
          : { type: 'account' }
    return {
      operation: 'grant.create',
      who: actor(setting, account),
      params: { account },
      body: { subject: subjectOf(setting, subject), object, role: role.id },
      apply: ({ id, object: on }) => {
        const key =
          on.type === 'resource' ? on.id : on.type === 'kind' ? `kind:${on.kind}` : 'account'
        const granted = model.resources.get(key)
        const via = granted ? viaOf(setting, account, granted) : null
        model.grants.set(id, { id, account, subject, object: key, role: role.id, via })
      },
    }
  },
}

function subjectOf({ model }: Setting, id: string) {
  if (model.teams.has(id)) return { type: 'team', team: id }
  return model.robots.has(id)
    ? { type: 'virtual-account', virtualAccount: id }
    : { type: 'user', user: id }
}

/** Those that came with an invitation have no id that anybody was told. */
const named = ({ model }: Setting) =>
  [...model.grants.values()].filter(({ id }) => id.startsWith('grant_'))

const deleteGrant: Step = {
  operation: 'grant.delete',
  weight: 3,
  make: (setting) => {
    const { model } = setting
    const grant = pickOf(setting, named(setting))
    return (
      grant && {
        operation: 'grant.delete',
        who: actor(setting, grant.account),
        params: { account: grant.account, grant: grant.id },
        apply: () => {
          model.grants.delete(grant.id)
        },
      }
    )
  },
}

const revokeGrants: Step = {
  operation: 'access-review.revoke-grants',
  make: (setting) => {
    const { model, random } = setting
    const account = someAccount(setting)
    const grants = random
      .some(named(setting), 0.2)
      .filter((one) => one.account === account)
      .map(({ id }) => id)
    if (grants.length === 0) return null
    return {
      operation: 'access-review.revoke-grants',
      who: actor(setting, account),
      params: { account },
      body: { grants },
      apply: () => {
        for (const id of grants) model.grants.delete(id)
      },
    }
  },
}

const roleNames = ['viewer', 'user', 'editor', 'admin'] as const

const createShare: Step = {
  operation: 'share.create',
  weight: 6,
  make: (setting) => {
    const { model, random } = setting
    const resource = pickOf(
      setting,
      [...model.resources.values()].filter(
        (one) => one.owner === model.root || random.chance(0.05),
      ),
    )
    const to = pickOf(
      setting,
      accountIds(setting).filter((id) => id !== model.root),
    )
    if (!resource || !to) return null
    return {
      operation: 'share.create',
      who: actor(setting, model.root),
      params: { account: model.root },
      body: { kind: resource.kind, resource: resource.id, to, upTo: random.pick(roleNames) },
      apply: ({ id, permissions }) => {
        model.shares.set(id, { id, resource: resource.id, to, most: permissions })
      },
    }
  },
}

const updateShare: Step = {
  operation: 'share.update',
  weight: 2,
  make: (setting) => {
    const { model, random } = setting
    const share = pickOf(setting, model.shares.values())
    if (!share) return null
    const { kind } = model.resources.get(share.resource)!
    const most = listPermissions(shareUpTo(random.pick(roleNames), kind as 'cluster'))
    return {
      operation: 'share.update',
      who: actor(setting, model.root),
      params: { account: model.root, share: share.id },
      body: { permissions: random.some(most, 0.8) },
      apply: ({ permissions }) => {
        share.most = permissions
      },
    }
  },
}

const deleteShare: Step = {
  operation: 'share.delete',
  make: (setting) => {
    const { model } = setting
    const share = pickOf(setting, model.shares.values())
    return (
      share && {
        operation: 'share.delete',
        who: actor(setting, model.root),
        params: { account: model.root, share: share.id },
        apply: () => model.unshare(share.id),
      }
    )
  },
}

const revokeShares: Step = {
  operation: 'access-review.revoke-shares',
  make: (setting) => {
    const { model, random } = setting
    const shares = random.some([...model.shares.keys()], 0.2)
    if (shares.length === 0) return null
    return {
      operation: 'access-review.revoke-shares',
      who: actor(setting, model.root),
      params: { account: model.root },
      body: { shares },
      apply: () => {
        for (const share of shares) model.unshare(share)
      },
    }
  },
}

const createAccount: Step = {
  operation: 'account.create',
  make: (setting) => {
    const { model, random, name } = setting
    if (model.accounts.size > 4) return null
    const email = `${name()}@acme.example`
    return {
      operation: 'account.create',
      who: actor(setting, model.root),
      body: { name: name(), boundary: random.pick(['everything', 'standard']), admin: { email } },
      apply: ({ id, name: called, state, boundary, invitation }) => {
        model.accounts.set(id, { id, name: called, state, boundary })
        const user = invitation.user
        model.users.set(user, { id: user, email, state: 'invited' })
        model.invitations.set(user, { ...invitation, account: id })
        model.join(user, id)
        model.grantRole(id, user, roleNamed(setting, 'admin').id)
      },
    }
  },
}

/** Something that is done to an account besides root by those who administer the tenant. */
function toAccount(
  operation: string,
  apply: (setting: Setting, account: string, answer: { state: string; boundary: never }) => void,
  body: (setting: Setting) => unknown = () => undefined,
  weight = 1,
): Step {
  return {
    operation,
    weight,
    make: (setting) => {
      const { model } = setting
      const account = pickOf(
        setting,
        accountIds(setting).filter((id) => id !== model.root),
      )
      return account === null
        ? null
        : {
            operation,
            who: actor(setting, model.root),
            params: { account },
            body: body(setting),
            apply: (answer) => apply(setting, account, answer),
          }
    },
  }
}

const state = ({ model }: Setting, account: string, answer: { state: string }) => {
  model.accounts.get(account)!.state = answer.state
}

const join: Step = {
  operation: 'account.join',
  make: (setting) => {
    const { model } = setting
    const account = pickOf(
      setting,
      accountIds(setting).filter((id) => id !== model.root),
    )
    const found = pickOf(setting, model.sessions)
    if (account === null || !found) return null
    const [user, who] = found
    return {
      operation: 'account.join',
      who,
      params: { account },
      apply: () => {
        model.join(user, account)
        model.grantRole(account, user, roleNamed(setting, 'admin').id)
      },
    }
  },
}

/** A tenant that is suspended does nothing else until it is resumed: see the runner. */
function toTenant(operation: 'operator-tenant.suspend' | 'operator-tenant.resume'): Step {
  return {
    operation,
    make: (setting) => ({
      operation,
      who: setting.operator,
      params: { tenant: setting.model.tenant.id },
      apply: (answer) => {
        setting.model.tenant.state = answer.state
      },
    }),
  }
}

export const tenantSteps = {
  suspend: toTenant('operator-tenant.suspend'),
  resume: toTenant('operator-tenant.resume'),
}

export const powerSteps: readonly Step[] = [
  createRole,
  updateRole,
  deleteRole,
  createGrant,
  deleteGrant,
  revokeGrants,
  createShare,
  updateShare,
  deleteShare,
  revokeShares,
  createAccount,
  toAccount(
    'account.update',
    ({ model }, account, { boundary }) => {
      model.accounts.get(account)!.boundary = boundary
    },
    ({ random }) => ({
      boundary: random.chance(0.6)
        ? random.pick(['everything', 'standard', 'models-only'])
        : random.some([...permissionsGranted, 'share:read', 'cluster:create'], 0.8),
    }),
    3,
  ),
  toAccount('account.suspend', state),
  toAccount('account.resume', state, undefined, 3),
  {
    ...toAccount('account.delete', ({ model }, account) => model.removeAccount(account)),
    weight: 0.3,
  },
  join,
]
