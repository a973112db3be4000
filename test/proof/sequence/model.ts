/**
 * A tenant as it ought to be after what has happened to it: what 1-domain.md says of each act, written
 * down once more. The API's answers say which acts have happened; the model says what follows, and
 * the rule written for reading says who may do what then.
 */
import type { Permission } from '@commonhold/core'
import type { Person } from '@commonhold/isolation'
import type { World } from '../../../core/test/support/naive-access.ts'

export interface ModelGrant {
  readonly id: string
  readonly account: string
  readonly subject: string
  /** As in the rule: 'account', 'kind:<kind>' or the id of a resource. */
  readonly object: string
  readonly role: string
  /** What was shared, for a grant on what came by a share. */
  readonly via: string | null
}

export interface ModelToken {
  readonly id: string
  readonly account: string
  readonly principal: string
  scopes: Permission[] | null
  secret: string
}

interface Named {
  readonly id: string
  readonly name: string
}

export interface ModelTeam extends Named {
  readonly account: string
  state: string
  readonly members: Set<string>
}

export interface ModelResource extends Named {
  readonly kind: string
  owner: string
  readonly parent: string | null
}

export class Model {
  readonly tenant: { readonly id: string; state: string }
  readonly root: string
  readonly accounts = new Map<string, Named & { state: string; boundary: Permission[] }>()
  readonly users = new Map<string, { id: string; email: string; state: string }>()
  readonly robots = new Map<string, Named & { account: string; state: string }>()
  readonly memberships: { principal: string; account: string }[] = []
  readonly teams = new Map<string, ModelTeam>()
  readonly roles = new Map<string, Named & { account: string; permissions: Permission[] }>()
  readonly grants = new Map<string, ModelGrant>()
  readonly shares = new Map<
    string,
    { id: string; resource: string; to: string; most: Permission[] }
  >()
  readonly resources = new Map<string, ModelResource>()
  readonly tokens = new Map<string, ModelToken>()
  readonly transfers = new Map<string, { id: string; resource: string; from: string; to: string }>()
  /** Who is signed in. */
  readonly sessions = new Map<string, Person>()
  /** Links that were given out, by whom they are for. */
  readonly invitations = new Map<string, { id: string; account: string; link: string }>()

  constructor(tenant: string, root: string) {
    this.tenant = { id: tenant, state: 'active' }
    this.root = root
  }

  isMember(principal: string, account: string): boolean {
    return this.memberships.some((m) => m.principal === principal && m.account === account)
  }

  join(principal: string, account: string): void {
    if (!this.isMember(principal, account)) this.memberships.push({ principal, account })
  }

  /** A role on the whole account, as comes with an invitation; the same one twice is one. */
  grantRole(account: string, subject: string, role: string): void {
    const same = [...this.grants.values()].some(
      (one) =>
        one.account === account &&
        one.subject === subject &&
        one.role === role &&
        one.object === 'account',
    )
    if (same) return
    const id = `with ${subject} in ${account}, ${role}`
    this.grants.set(id, { id, account, subject, object: 'account', role, via: null })
  }

  /** Leaving deletes the grants, team memberships and tokens there. */
  leave(principal: string, account: string): void {
    removeWhere(this.memberships, (m) => m.principal === principal && m.account === account)
    for (const team of this.teams.values()) {
      if (team.account === account) team.members.delete(principal)
    }
    deleteWhere(this.grants, (one) => one.account === account && one.subject === principal)
    deleteWhere(this.tokens, (one) => one.account === account && one.principal === principal)
    if (this.invitations.get(principal)?.account === account) this.invitations.delete(principal)
  }

  /** Deactivating ends sessions, tokens and invitations at once. */
  endCredentials(user: string): void {
    this.sessions.delete(user)
    this.invitations.delete(user)
    deleteWhere(this.tokens, (one) => one.principal === user)
  }

  /** Somebody who never came and is in no account leaves nothing behind. */
  forgetIfNobody(user: string): void {
    const isIn = this.memberships.some(({ principal }) => principal === user)
    if (!isIn && this.users.get(user)?.state === 'invited') this.users.delete(user)
  }

  removeTeam(team: string): void {
    this.teams.delete(team)
    deleteWhere(this.grants, (one) => one.subject === team)
  }

  removeRobot(robot: string): void {
    const account = this.robots.get(robot)?.account
    if (account !== undefined) this.leave(robot, account)
    this.robots.delete(robot)
  }

  /** Un-sharing deletes the grants made under the share. */
  unshare(share: string): void {
    const one = this.shares.get(share)
    if (!one) return
    this.shares.delete(share)
    deleteWhere(this.grants, ({ account, via }) => account === one.to && via === one.resource)
  }

  childrenOf(resource: string): ModelResource[] {
    return [...this.resources.values()].filter(({ parent }) => parent === resource)
  }

  removeResource(resource: string): void {
    for (const { id } of this.childrenOf(resource)) this.removeResource(id)
    this.#loosen(resource)
    this.resources.delete(resource)
  }

  /** What changes hands comes without grants and shares. */
  moveResource(resource: string, to: string): void {
    const one = this.resources.get(resource)
    if (!one) return
    const along = this.childrenOf(resource).filter(({ owner }) => owner === one.owner)
    for (const each of [one, ...along]) {
      this.#loosen(each.id)
      each.owner = to
    }
  }

  #loosen(resource: string): void {
    for (const share of [...this.shares.values()]) {
      if (share.resource === resource) this.unshare(share.id)
    }
    deleteWhere(this.grants, ({ object }) => object === resource)
    deleteWhere(this.transfers, (one) => one.resource === resource)
  }

  /** Everything in the account goes with it. */
  removeAccount(account: string): void {
    for (const robot of [...this.robots.values()]) {
      if (robot.account === account) this.removeRobot(robot.id)
    }
    for (const share of [...this.shares.values()]) if (share.to === account) this.unshare(share.id)
    const members = this.memberships.filter((one) => one.account === account)
    for (const { principal } of members) {
      this.leave(principal, account)
      this.forgetIfNobody(principal)
    }
    for (const team of [...this.teams.values()]) {
      if (team.account === account) this.removeTeam(team.id)
    }
    for (const one of [...this.resources.values()]) {
      if (one.owner === account) this.removeResource(one.id)
    }
    deleteWhere(this.roles, (role) => role.account === account)
    deleteWhere(this.transfers, ({ from, to }) => from === account || to === account)
    this.accounts.delete(account)
  }

  /** The rule's view of it. */
  world(): World {
    const tenant = this.tenant.id
    return {
      tenants: [{ id: tenant, state: this.tenant.state, root: this.root }],
      accounts: [...this.accounts.values()].map((one) => ({ ...one, tenant })),
      principals: [
        ...[...this.users.values()].map((one) => ({ ...one, tenant })),
        ...[...this.robots.values()].map((one) => ({ ...one, tenant, home: one.account })),
      ],
      memberships: this.memberships,
      teams: [...this.teams.values()].map((one) => ({ ...one, members: [...one.members] })),
      resources: [...this.resources.values()].map((one) => ({ ...one, tenant })),
      shares: [...this.shares.values()],
      grants: [...this.grants.values()].map((one) => ({
        ...one,
        role: this.roles.get(one.role)!.permissions,
      })),
    }
  }
}

export function deleteWhere<T>(map: Map<string, T>, goes: (one: T) => boolean): void {
  for (const [key, one] of map) if (goes(one)) map.delete(key)
}

function removeWhere<T>(list: T[], goes: (one: T) => boolean): void {
  for (let index = list.length - 1; index >= 0; index--) {
    if (goes(list[index]!)) list.splice(index, 1)
  }
}
