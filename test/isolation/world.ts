/**
 * Two tenants with two accounts each, in which everything has the same names. Whatever an operation
 * can be asked about exists in all of them, so that "found the wrong one" can't hide.
 */
import type { Client } from '@commonhold/sdk'
import { accept, type Person, program } from '../support/people.ts'
import type { TestProduct } from '../support/server.ts'

/** Ids of one account's objects by the path parameter that they fill. */
export type Objects = Readonly<Record<string, string>>

export interface Place {
  readonly accountId: string
  readonly objects: Objects
  readonly admin: Person
}

export interface World {
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

export async function buildWorld(product: TestProduct): Promise<World> {
  const { url } = product
  const operator = program(url, product.operatorKey)
  const tenantAdmin = await accept(url, product.adminLink!, 'admin@example.com')
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

async function buildObjects(client: Client, at: { account: string }): Promise<Objects> {
  const name = 'thing'
  const email = `someone-${at.account}@example.com`
  const user = await client.user.invite(at, { email })
  const team = await client.team.create(at, { name, members: [email] })
  const virtualAccount = await client.virtualAccount.create(at, { name })
  const own = { ...at, virtualAccount: name }
  const token = await client.token.create(own, { name })
  const role = await client.role.create(at, { name, permissions: ['model:use', 'model:read'] })
  const cluster = await client.cluster.create(at, { name })
  const workspace = await client.workspace.create(at, { name, cluster: name })
  const providerAccount = await client.providerAccount.create(at, { name, provider: 'sandbox' })
  const model = await client.model.create(at, {
    name,
    providerAccount: name,
    upstreamModel: 'sandbox-fast',
    type: 'chat',
    contextTokensMax: 8_000,
    outputTokensMax: 1_000,
    price: { inputPerMillionUsd: '1', outputPerMillionUsd: '2' },
  })
  const virtualModel = await client.virtualModel.create(at, {
    name,
    strategy: 'priority',
    targets: [{ model: 'thing/thing' }],
  })
  const prompt = await client.prompt.create(at, { name })
  const content = { messages: [{ role: 'user' as const, content: 'Hello' }] }
  await client.promptVersion.create({ ...at, prompt: name }, { content })
  await client.promptVersion.label({ ...at, prompt: name, label: 'live' }, { version: 1 })
  const secretGroup = await client.secretGroup.create(at, { name })
  const secret = await client.secret.create(at, { name, secretGroup: name, value: 'hidden' })
  const budget = await client.budget.create(at, {
    name,
    level: 'account',
    amountUsd: '10',
    period: 'month',
  })
  const usageLimit = await client.usageLimit.create(at, {
    name,
    level: 'account',
    metric: 'requests',
    amount: 1_000,
    windowSeconds: 60,
  })
  const grant = await client.grant.create(at, {
    subject: { type: 'team', team: name },
    object: { type: 'resource', kind: 'model', resource: 'thing/thing' },
    role: 'user',
  })
  const events = await client.auditEvent.list(at)
  return {
    user: user.id,
    team: team.id,
    member: user.id,
    'virtual-account': virtualAccount.id,
    token: token.id,
    role: role.id,
    cluster: cluster.id,
    workspace: workspace.id,
    'provider-account': providerAccount.id,
    model: model.id,
    'virtual-model': virtualModel.id,
    prompt: prompt.id,
    version: '1',
    label: 'live',
    'secret-group': secretGroup.id,
    secret: secret.id,
    budget: budget.id,
    'usage-limit': usageLimit.id,
    grant: grant.id,
    invitation: user.invitation!.id,
    'audit-event': events.items[0]!.id,
    period: '2026-11',
  }
}
