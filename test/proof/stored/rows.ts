/**
 * A world as rows: what the tables hold, by column. Made as the control plane would leave it; every
 * row passes all constraints, because it is written with them in force.
 */
import { builtInRoles, listPermissions, type Permission } from '@commonhold/core'
import type { Random } from '../worlds/random.ts'

export type Row = Readonly<Record<string, unknown>>
export type Rows = { [table in Table]: Row[] }

/** In the order in which they can be written. */
export const tables = [
  'tenant',
  'tenant_revision',
  'account',
  'principal',
  'membership',
  'user',
  'virtual_account',
  'team',
  'team_member',
  'role',
  'token',
  'resource',
  'share',
  'grant',
] as const
export type Table = (typeof tables)[number]

/** Of each kind something that is asked for, and something of what an account consists of. */
export const storedPermissionsAsked: readonly Permission[] = [
  'cluster:use',
  'workspace:read',
  'provider-account:read',
  'model:read',
  'model:use',
  'virtual-model:use',
  'team:create',
]

/** In version 7's form, with a time that says 2024. */
export function randomUuid(random: Random): string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.below(16).toString(16)).join('')
  return `01900000-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`
}

const by = { created_by: 'test' }
const named = (name: string) => ({ name, display_name: name })
const past = '2025-01-01T00:00:00Z'
const future = '2999-01-01T00:00:00Z'

/** Two tenants of the same shape, with the same names. */
export function storedWorld(random: Random): Rows {
  const rows = Object.fromEntries(tables.map((table) => [table, []])) as unknown as Rows
  for (const name of ['one', 'two']) addTenant(rows, random, name)
  return rows
}

function addTenant(rows: Rows, random: Random, name: string): void {
  const { pick, some, chance } = random
  const uuid = () => randomUuid(random)
  const id = uuid()
  const tenant = { tenant_id: id }
  const root = uuid()
  const state = (other: string, active = 0.94) => (chance(active) ? 'active' : other)
  rows.tenant.push({
    id,
    ...named(`${name}-${id.slice(-8)}`),
    root_account_id: root,
    state: state('suspended', 0.97),
  })
  rows.tenant_revision.push(tenant)
  const accounts = [root, uuid(), uuid()]
  for (const [index, account] of accounts.entries()) {
    rows.account.push({
      ...tenant,
      ...by,
      ...named(['root', 'alpha', 'beta'][index]!),
      id: account,
      is_root: index === 0,
      state: index === 0 ? 'active' : state('suspended'),
      boundary: index === 0 ? storedPermissionsAsked : some(storedPermissionsAsked, 0.85),
    })
  }
  const members = addPeople(rows, random, tenant, accounts)
  addResources(rows, random, tenant, accounts)
  addGrants(rows, random, tenant, accounts, members)
  for (const [index, { account, principal }] of members.entries()) {
    if (!chance(0.5)) continue
    rows.token.push({
      ...tenant,
      ...by,
      ...named(`token-${index}`),
      id: uuid(),
      account_id: account,
      principal_id: principal,
      state: state('deleted'),
      scopes: chance(0.5) ? null : some(storedPermissionsAsked, 0.8),
      expires_at: pick([null, future]),
    })
  }
}

export interface Member {
  readonly account: string
  readonly principal: string
}

function addPeople(
  rows: Rows,
  random: Random,
  tenant: { tenant_id: string },
  accounts: readonly string[],
): Member[] {
  const { pick, some, chance } = random
  const members: Member[] = []
  const join = (account: string, principal: string) => {
    rows.membership.push({ ...tenant, ...by, account_id: account, principal_id: principal })
    members.push({ account, principal })
  }
  for (const name of ['ana', 'bob', 'cyd']) {
    const id = randomUuid(random)
    const state = chance(0.9) ? 'active' : pick(['invited', 'deactivated', 'deleted'])
    rows.principal.push({ ...tenant, id, kind: 'user' })
    rows.user.push({ ...tenant, ...by, id, email: `${name}@x.example`, display_name: name, state })
    for (const account of some(accounts, 0.75)) join(account, id)
  }
  for (const name of ['robot', 'agent']) {
    const id = randomUuid(random)
    const account = pick(accounts)
    rows.principal.push({ ...tenant, id, kind: 'virtual-account' })
    const state = chance(0.9) ? 'active' : 'suspended'
    rows.virtual_account.push({ ...tenant, ...by, ...named(name), id, account_id: account, state })
    join(account, id)
  }
  for (const account of [...accounts, accounts[1]!]) {
    const id = randomUuid(random)
    const state = chance(0.75) ? 'active' : 'suspended'
    const name = `team-${id.slice(-6)}`
    rows.team.push({ ...tenant, ...by, ...named(name), id, account_id: account, state })
    for (const member of some(members, 0.7).filter((one) => one.account === account)) {
      rows.team_member.push({
        ...tenant,
        ...by,
        account_id: account,
        team_id: id,
        principal_id: member.principal,
      })
    }
  }
  return members
}

function addResources(
  rows: Rows,
  random: Random,
  tenant: { tenant_id: string },
  accounts: readonly string[],
): void {
  const { some, chance } = random
  const [root] = accounts
  const add = (kind: string, account: string, parent: string | null) => {
    const id = randomUuid(random)
    const name = `${kind}-${id.slice(-6)}`
    const row = { ...tenant, ...by, ...named(name), id, kind, account_id: account }
    rows.resource.push({ ...row, parent_id: parent })
    return id
  }
  const share = (resource: string, to: string) =>
    rows.share.push({
      ...tenant,
      ...by,
      root_account_id: root,
      id: randomUuid(random),
      resource_id: resource,
      to_account_id: to,
      permissions: some(storedPermissionsAsked, 0.75),
    })
  for (const account of [root!, root!, accounts[1]!, accounts[2]!]) {
    for (const [parent, child] of [
      ['cluster', 'workspace'],
      ['provider-account', 'model'],
    ] as const) {
      const outer = add(parent, account, null)
      const inner = chance(0.8) ? [add(child, account, outer)] : []
      if (account !== root) continue
      for (const to of some(accounts.slice(1), 0.6)) share(outer, to)
      for (const one of inner) for (const to of some(accounts.slice(1), 0.3)) share(one, to)
    }
    if (chance(0.6)) add('virtual-model', account, null)
  }
  // The one thing that may stand in what is another account's (1-domain.md).
  const shared = rows.share.find(
    (one) => one.tenant_id === tenant.tenant_id && kindOf(rows, one.resource_id) === 'cluster',
  )
  if (shared) add('workspace', shared.to_account_id as string, shared.resource_id as string)
}

export const kindOf = (rows: Rows, resource: unknown) =>
  rows.resource.find(({ id }) => id === resource)?.kind

function addGrants(
  rows: Rows,
  random: Random,
  tenant: { tenant_id: string },
  accounts: readonly string[],
  members: readonly Member[],
): void {
  const { pick, some, chance, below } = random
  const [root] = accounts
  const roles = [root!, root!, root!, accounts[1]!, accounts[2]!].map((account, index) => {
    const id = randomUuid(random)
    const permissions =
      index === 0 ? listPermissions(builtInRoles.user) : some(storedPermissionsAsked, 0.5)
    const name = `role-${id.slice(-6)}`
    rows.role.push({ ...tenant, ...by, ...named(name), id, account_id: account, permissions })
    return { id, account }
  })
  const own = rows.resource.filter((one) => one.tenant_id === tenant.tenant_id)
  const count = 6 + below(12)
  for (let made = 0; made < count; made++) {
    const account = chance(0.6) ? accounts[1]! : pick(accounts)
    const people = members.filter((one) => one.account === account)
    const teams = rows.team.filter((one) => one.account_id === account)
    if (people.length === 0) continue
    const isTeam = chance(0.4)
    const role = pick(roles.filter((one) => one.account === account || one.account === root))
    const object = objectFor(rows, random, own, account)
    rows.grant.push({
      ...tenant,
      ...by,
      id: randomUuid(random),
      account_id: account,
      principal_id: isTeam ? null : pick(people).principal,
      team_id: isTeam ? pick(teams).id : null,
      ...object,
      role_id: role.id,
      expires_at: chance(0.85) ? null : pick([past, future]),
    })
  }
  rows.grant = uniqueGrants(rows.grant)
}

/** The account, a kind, what it owns, or what is shared to it (itself or its parent). */
function objectFor(rows: Rows, random: Random, own: readonly Row[], account: string): Row {
  const whole = { object_kind: null, resource_id: null, via_resource_id: null }
  const { pick, chance } = random
  if (chance(0.15)) return { ...whole, object_type: 'account' }
  if (chance(0.2)) {
    return { ...whole, object_type: 'kind', object_kind: pick(['workspace', 'model', 'cluster']) }
  }
  const isSharedHere = (resource: unknown) =>
    rows.share.some((one) => one.resource_id === resource && one.to_account_id === account)
  const reachable = own.flatMap((one) => {
    const on = { object_type: 'resource', object_kind: one.kind, resource_id: one.id }
    if (one.account_id === account) return [{ ...on, via_resource_id: null }]
    return [one.id, one.parent_id]
      .filter((via) => via !== null && isSharedHere(via) && ownerOf(own, via) === one.account_id)
      .slice(0, 1)
      .map((via) => ({ ...on, via_resource_id: via }))
  })
  return reachable.length > 0 ? pick(reachable) : { ...whole, object_type: 'account' }
}

const ownerOf = (own: readonly Row[], resource: unknown) =>
  own.find(({ id }) => id === resource)?.account_id

/** The same role to the same subject on the same object is one grant. */
function uniqueGrants(grants: readonly Row[]): Row[] {
  const keyOf = ({ account_id, principal_id, team_id, object_kind, resource_id, role_id }: Row) =>
    [account_id, principal_id, team_id, object_kind, resource_id, role_id].join()
  return [...new Map(grants.map((one) => [keyOf(one), one])).values()]
}
