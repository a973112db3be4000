/**
 * Two tenants with two accounts each, in which everything has the same names. Whatever an operation
 * can be asked about exists in all of them, so that "found the wrong one" can't hide.
 */
import type { Client } from '@commonhold/sdk'
import { buildObjects, type Objects } from './objects.ts'
import { accept, type Person, program } from './person.ts'

export interface Place {
  readonly accountId: string
  readonly objects: Objects
  readonly admin: Person
}

export interface World {
  readonly url: string
  readonly account1: Place
  readonly account2: Place
  readonly otherTenant: Place
  readonly tenantAdmin: Person
  readonly otherTenantAdmin: Person
  readonly operator: Person
  /** Members of account1, by what they may do. */
  readonly viewer: Person
  readonly teamOnly: Person
  readonly narrowed: Person
  readonly deactivated: Person
  /** A token of account2's admin, bound to account2, with all that he may. */
  readonly otherToken: Person
  readonly exMember: Person
}

export interface WorldOptions {
  readonly url: string
  readonly operatorKey: string
  /** The one-time link of the first admin. */
  readonly adminLink: string
}

export async function buildWorld({ url, operatorKey, adminLink }: WorldOptions): Promise<World> {
  const operator = program(url, operatorKey)
  const tenantAdmin = await accept(url, adminLink, 'admin@example.com')
  await operator.client.operatorSettings.update({}, { multiTenancy: true })
  const made = await operator.client.operatorTenant.create(
    {},
    { name: 'other', admin: { email: 'admin@example.com' } },
  )
  const otherTenantAdmin = await accept(url, made.adminLink)
  const account1 = await buildPlace(url, tenantAdmin, 'account1')
  const account2 = await buildPlace(url, tenantAdmin, 'account2')
  const otherTenant = await buildPlace(url, otherTenantAdmin, 'account1')
  const here = { account: 'account1' }
  const admin = account1.admin.client

  const viewer = await join(url, admin, 'viewer@example.com', 'viewer')
  const teamOnly = await join(url, admin, 'team@example.com')
  await admin.teamMember.add({ ...here, team: 'thing' }, { member: 'team@example.com' })
  const deactivated = await join(url, admin, 'gone@example.com', 'admin')
  await admin.user.deactivate({ ...here, user: 'gone@example.com' })
  const exMember = await join(url, admin, 'left@example.com', 'admin')
  await admin.user.remove({ ...here, user: 'left@example.com' })
  const { secret } = await admin.personalAccessToken.create(here, { name: 'narrow', scopes: [] })
  const unbounded = { name: 'unbounded' }
  const at2 = { account: 'account2' }
  const other = await account2.admin.client.personalAccessToken.create(at2, unbounded)
  return {
    url,
    account1,
    account2,
    otherTenant,
    tenantAdmin,
    otherTenantAdmin,
    operator,
    viewer,
    teamOnly,
    narrowed: program(url, secret),
    deactivated,
    otherToken: program(url, other.secret),
    exMember,
  }
}

async function join(url: string, admin: Client, email: string, role?: string): Promise<Person> {
  const invited = await admin.user.invite({ account: 'account1' }, { email, role })
  return accept(url, invited.invitation!.link)
}

/** An account with one object of each kind, all of them called `thing`. */
async function buildPlace(url: string, tenantAdmin: Person, name: string): Promise<Place> {
  const made = await tenantAdmin.client.account.create(
    {},
    { name, boundary: 'everything', admin: { email: `admin-${name}@example.com` } },
  )
  const admin = await accept(url, made.invitation!.link)
  const objects = await buildObjects(admin.client, { account: name })
  const common = `common-${name}`
  await tenantAdmin.client.cluster.create({ account: 'root' }, { name: common })
  const share = await tenantAdmin.client.share.create(
    { account: 'root' },
    { kind: 'cluster', resource: common, to: name, upTo: 'user' },
  )
  return { accountId: made.id, objects: { ...objects, share: share.id }, admin }
}
