/**
 * Rows that no constraint would let in, forced in one by one: what a mistaken migration, a restored
 * half of a backup or a hand at the database's console could leave. None of them may give anybody
 * anything that is not there without them.
 */
import type { Random } from '../worlds/random.ts'
import { kindOf, type Row, type Rows, randomUuid, storedPermissionsAsked } from './rows.ts'

/** @returns what it adds or puts in place of a row; the rows it is given stay as they are */
type Fault = (rows: Rows, random: Random) => Partial<Rows>

export interface IllFormed {
  readonly name: string
  readonly make: Fault
}

const by = { created_by: 'test' }
const everything = [...storedPermissionsAsked]

const inTenant = (rows: Rows, row: Row) => {
  const of = (list: Row[]) => list.filter((one) => one.tenant_id === row.tenant_id)
  const accounts = of(rows.account)
  return {
    accounts,
    root: accounts.find((one) => one.is_root)!,
    principals: of(rows.principal),
    resources: of(rows.resource),
    teams: of(rows.team),
    roles: of(rows.role),
  }
}

/** A grant of everything on the object to the principal or team, whether it makes sense or not. */
function grantOf(random: Random, fields: Row): Partial<Rows> {
  const { tenant_id, account_id } = fields
  const role = { ...by, tenant_id, account_id, id: randomUuid(random), permissions: everything }
  const name = `role-${role.id.slice(-6)}`
  const whole = { object_type: 'account', object_kind: null, resource_id: null }
  return {
    role: [{ ...role, name, display_name: name }],
    grant: [
      {
        ...by,
        id: randomUuid(random),
        principal_id: null,
        team_id: null,
        via_resource_id: null,
        expires_at: null,
        role_id: role.id,
        ...whole,
        ...fields,
      },
    ],
  }
}

const on = (resource: Row) => ({
  object_type: 'resource',
  object_kind: resource.kind,
  resource_id: resource.id,
})

const sharing = (random: Random, resource: Row, to: unknown, root: unknown): Row => ({
  ...by,
  tenant_id: resource.tenant_id,
  root_account_id: root,
  id: randomUuid(random),
  resource_id: resource.id,
  to_account_id: to,
  permissions: everything,
})

/** Somebody's seat, and a thing that another account owns. */
function seatAndForeign(rows: Rows, random: Random, seats = rows.membership) {
  const seat = random.pick(seats)
  const { resources, root } = inTenant(rows, seat)
  const foreign = resources.filter(
    (one) => one.account_id !== seat.account_id && one.account_id !== root.id,
  )
  return { seat, foreign: random.pick(foreign.length > 0 ? foreign : resources), root }
}

const grantOnForeign: Fault = (rows, random) => {
  const { seat, foreign } = seatAndForeign(rows, random)
  const { tenant_id, account_id, principal_id } = seat
  return grantOf(random, { tenant_id, account_id, principal_id, ...on(foreign) })
}

/** Seats with a grant on the whole account: they have whatever is taken to be shared to it. */
function wideSeats(rows: Rows): Row[] {
  const wide = rows.membership.filter(({ account_id, principal_id }) =>
    rows.grant.some(
      (one) =>
        one.account_id === account_id &&
        one.principal_id === principal_id &&
        one.object_type === 'account',
    ),
  )
  return wide.length > 0 ? wide : rows.membership
}

const shareOfForeign: Fault = (rows, random) => {
  const { seat, foreign, root } = seatAndForeign(rows, random, wideSeats(rows))
  const by = random.chance(0.5) ? foreign.account_id : root.id
  return { share: [sharing(random, foreign, seat.account_id, by)] }
}

const shareByAnAccount: Fault = (rows, random) => {
  const { seat, root } = seatAndForeign(rows, random, wideSeats(rows))
  const ofRoot = inTenant(rows, seat).resources.filter((one) => one.account_id === root.id)
  if (seat.account_id === root.id) return {}
  return { share: [sharing(random, random.pick(ofRoot), seat.account_id, seat.account_id)] }
}

const grantToStranger: Fault = (rows, random) => {
  const account = random.pick(rows.account)
  const principal = random.pick(inTenant(rows, account).principals)
  const isMember = rows.membership.some(
    (one) => one.account_id === account.id && one.principal_id === principal.id,
  )
  if (isMember) return {}
  const { tenant_id, id: account_id } = account
  return grantOf(random, { tenant_id, account_id, principal_id: principal.id })
}

const teamOfAnotherAccount: Fault = (rows, random) => {
  const { tenant_id, account_id, principal_id } = random.pick(rows.membership)
  const teams = inTenant(rows, { tenant_id }).teams.filter((one) => one.account_id !== account_id)
  const team_id = random.pick(teams).id
  return {
    team_member: [{ ...by, tenant_id, account_id, team_id, principal_id }],
    ...grantOf(random, { tenant_id, account_id, team_id }),
  }
}

const roleOfAnotherAccount: Fault = (rows, random) => {
  const { tenant_id, account_id, principal_id } = random.pick(rows.membership)
  const { accounts } = inTenant(rows, { tenant_id })
  const other = accounts.find((one) => !one.is_root && one.id !== account_id)!
  const { role, grant } = grantOf(random, { tenant_id, account_id, principal_id })
  return { grant: grant!, role: role!.map((one) => ({ ...one, account_id: other.id })) }
}

const roleOfAnotherTenant: Fault = (rows, random) => {
  const { tenant_id, account_id, principal_id } = random.pick(rows.membership)
  const foreign = rows.account.find((one) => one.tenant_id !== tenant_id)!
  const { role, grant } = grantOf(random, { tenant_id, account_id, principal_id })
  const place = { tenant_id: foreign.tenant_id, account_id: foreign.id }
  return { grant: grant!, role: role!.map((one) => ({ ...one, ...place })) }
}

const secondHome: Fault = (rows, random) => {
  const robot = random.pick(rows.virtual_account)
  const { tenant_id, id: principal_id } = robot
  const { accounts } = inTenant(rows, robot)
  const account_id = random.pick(accounts.filter((one) => one.id !== robot.account_id)).id
  return {
    membership: [{ ...by, tenant_id, account_id, principal_id }],
    ...grantOf(random, { tenant_id, account_id, principal_id }),
  }
}

const memberFromAnotherTenant: Fault = (rows, random) => {
  const account = random.pick(rows.account)
  const stranger = random.pick(rows.principal.filter((p) => p.tenant_id !== account.tenant_id))
  const { tenant_id, id: account_id } = account
  const seat = { tenant_id, account_id, principal_id: stranger.id }
  return { membership: [{ ...by, ...seat }], ...grantOf(random, seat) }
}

const tokenElsewhere: Fault = (rows, random) => {
  const { tenant_id, principal_id } = random.pick(rows.membership)
  const account_id = random.pick(inTenant(rows, { tenant_id }).accounts).id
  const id = randomUuid(random)
  const name = `token-${id.slice(-6)}`
  return {
    token: [
      {
        ...by,
        tenant_id,
        account_id,
        principal_id,
        id,
        name,
        display_name: name,
        state: 'active',
        expires_at: null,
        scopes: null,
      },
    ],
  }
}

const inACircle: Fault = (rows, random) => {
  const resource = random.pick(rows.resource)
  return { resource: [{ ...resource, parent_id: resource.id }] }
}

const inEachOther: Fault = (rows, random) => {
  const inner = random.pick(rows.resource.filter((one) => one.parent_id !== null))
  const outer = rows.resource.find((one) => one.id === inner.parent_id)
  return outer ? { resource: [{ ...outer, parent_id: inner.id }] } : {}
}

const inNothing: Fault = (rows, random) => ({
  resource: [{ ...random.pick(rows.resource), parent_id: randomUuid(random) }],
})

const inAnotherTenant: Fault = (rows, random) => {
  const inner = random.pick(rows.resource.filter((one) => one.parent_id !== null))
  const outer = rows.resource.find(
    (one) => one.tenant_id !== inner.tenant_id && one.kind === kindOf(rows, inner.parent_id),
  )
  return outer ? { resource: [{ ...inner, parent_id: outer.id }] } : {}
}

const wordsThatMeanNothing: Fault = (rows, random) => {
  const words = ['*', 'model:*', 'admin', '', 'model:fly', 'unicorn:use', ' model:use', 'MODEL:USE']
  const add = (row: Row): Row => ({
    ...row,
    permissions: [...(row.permissions as string[]), ...words, null],
  })
  const account = random.pick(rows.account)
  return {
    role: rows.role.map(add),
    share: rows.share.map(add),
    account: [{ ...account, boundary: [...(account.boundary as string[]), ...words, null] }],
  }
}

const states = ['Active', 'ACTIVE', ' active', 'zombie', '', null]

const strangeState: Fault = (rows, random) => {
  const strange = (list: Row[]): Row[] => [{ ...random.pick(list), state: random.pick(states) }]
  return {
    account: strange(rows.account.filter((one) => !one.is_root)),
    user: strange(rows.user),
    virtual_account: strange(rows.virtual_account),
    team: strange(rows.team),
  }
}

const nobody: Fault = (rows, random) => {
  const account = random.pick(rows.account)
  const { tenant_id, id: account_id } = account
  const id = randomUuid(random)
  return {
    principal: [{ tenant_id, id, kind: 'user' }],
    membership: [{ ...by, tenant_id, account_id, principal_id: id }],
    ...grantOf(random, { tenant_id, account_id, principal_id: id }),
  }
}

const secondRoot: Fault = (rows, random) => {
  const account = random.pick(rows.account.filter((one) => !one.is_root))
  return { account: [{ ...account, is_root: true }] }
}

const sameTwice: Fault = (rows, random) => ({
  grant: rows.grant.map((one) => ({ ...one, id: randomUuid(random) })),
  share: rows.share.map((one) => ({ ...one, id: randomUuid(random) })),
})

const grantOfAnUnknownKind: Fault = (rows, random) => {
  const { tenant_id, account_id, principal_id } = random.pick(rows.membership)
  const object = { object_type: 'kind', object_kind: 'unicorn' }
  return grantOf(random, { tenant_id, account_id, principal_id, ...object })
}

export const illFormed: readonly IllFormed[] = [
  { name: 'a grant on what another account owns', make: grantOnForeign },
  { name: 'a share of what is not root’s', make: shareOfForeign },
  { name: 'a share by an account', make: shareByAnAccount },
  { name: 'a grant to who is no member', make: grantToStranger },
  { name: 'a place in another account’s team', make: teamOfAnotherAccount },
  { name: 'a grant of another account’s role', make: roleOfAnotherAccount },
  { name: 'a grant of another tenant’s role', make: roleOfAnotherTenant },
  { name: 'a second home of a virtual account', make: secondHome },
  { name: 'a member from another tenant', make: memberFromAnotherTenant },
  { name: 'a token where its holder is not', make: tokenElsewhere },
  { name: 'a resource in itself', make: inACircle },
  { name: 'two resources in each other', make: inEachOther },
  { name: 'a resource in nothing', make: inNothing },
  { name: 'a resource in another tenant’s', make: inAnotherTenant },
  { name: 'permissions that do not exist', make: wordsThatMeanNothing },
  { name: 'states that do not exist', make: strangeState },
  { name: 'a principal that is nobody', make: nobody },
  { name: 'a second root account', make: secondRoot },
  { name: 'everything twice', make: sameTwice },
  { name: 'a grant on an unknown kind', make: grantOfAnUnknownKind },
]

/** The world with these faults in it: a row that is there already is put in its place. */
export function spoil(rows: Rows, faults: readonly IllFormed[], random: Random): Rows {
  const spoilt = structuredClone(rows) as Rows
  for (const fault of faults) {
    for (const [table, added] of Object.entries(fault.make(spoilt, random))) {
      const list = spoilt[table as keyof Rows]
      for (const row of added) {
        const place = list.findIndex((one) => 'id' in row && one.id === row.id)
        if (place === -1) list.push(row)
        else list[place] = row
      }
    }
  }
  return spoilt
}
