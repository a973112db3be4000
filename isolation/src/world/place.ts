/**
 * An account with an admin of its own and two sets of objects: one whose names every place has, so that
 * "found the wrong one" can't hide, and one whose names no other place has, so that a name can be
 * foreign as well as an id.
 */
import type { Client } from '@commonhold/sdk'
import { logRequest } from './logged-request.ts'
import { buildObjects, type Objects } from './objects.ts'
import { accept, type Person } from './person.ts'

export interface Place {
  readonly accountId: string
  readonly name: string
  readonly admin: Person
  /** Each is called `thing`, here and in every other place. */
  readonly objects: Objects
  /** What their names begin with: only this place has it. */
  readonly ownName: string
  readonly own: Objects
  /** What the tenant's root account has for it: a cluster that is shared to it. */
  readonly inRoot: Objects
}

/** @param ownName must be no other place's */
export async function buildPlace(
  { url, gatewayUrl }: { readonly url: string; readonly gatewayUrl: string },
  tenantAdmin: Person,
  name: string,
  ownName: string,
): Promise<Place> {
  const made = await tenantAdmin.client.account.create(
    {},
    { name, boundary: 'everything', admin: { email: `admin-${name}@check.invalid` } },
  )
  const admin = await accept(url, made.invitation!.link)
  const at = { account: name }
  const things = await buildObjects(admin.client, at, 'thing')
  const own = await buildObjects(admin.client, at, ownName)
  const common = `common-${name}`
  const cluster = await tenantAdmin.client.cluster.create({ account: 'root' }, { name: common })
  const share = await tenantAdmin.client.share.create(
    { account: 'root' },
    { kind: 'cluster', resource: common, to: name, upTo: 'user' },
  )
  const request = await logRequest(gatewayUrl, admin, at)
  const objects = { ...things, share: share.id, request }
  const inRoot = { cluster: cluster.id }
  return { accountId: made.id, name, admin, objects, ownName, own: { ...own, request }, inRoot }
}

/** Somebody new in the account, signed in. @param role on the whole account, or none */
export async function join(
  url: string,
  admin: Client,
  at: { account: string },
  email: string,
  role?: string,
): Promise<Person> {
  const invited = await admin.user.invite(at, { email, role })
  return accept(url, invited.invitation!.link)
}
