/**
 * A tenant in which there is much to lose, and what everybody may do in it, asked of the access rule
 * itself: every principal and every token, in every account, on every resource, every permission.
 */
import {
  type AccessTarget,
  type AccountId,
  accountTarget,
  decide,
  kindsWithin,
  type PermissionSet,
  permissionBit,
  permissionSet,
  permissions,
  type ResourceId,
  type ResourceKind,
  restrictedTo,
  type UserId,
} from '@commonhold/core'
import { newId } from '../../../src/crypto/new-id.ts'
import { hashPassword } from '../../../src/crypto/password.ts'
import { findAccount } from '../../../src/store/account.ts'
import { loadPrincipal, loadTenant, principalId } from '../../../src/store/caller.ts'
import { type Tx, typed } from '../../../src/store/database.ts'
import { loadFacts, storedPermissions } from '../../../src/store/facts.ts'
import { insertMembership } from '../../../src/store/membership.ts'
import { resourceIdOf } from '../../../src/store/resource-id.ts'
import { insertUser } from '../../../src/store/user.ts'
import { type As, type Control, password, type Read, type TestTenant } from './control.ts'

/** In which accounts they are. `eve` is deactivated, `paused` is suspended. */
const memberships = {
  ana: ['research'],
  ben: ['research'],
  cleo: ['research', 'root'],
  dan: ['research', 'design', 'paused', 'root'],
  eve: ['research'],
  finn: ['root'],
}
type Person = keyof typeof memberships

export interface Losing {
  readonly control: Control
  readonly tenant: TestTenant
  /** Admin of the account `research`. */
  readonly ana: As
  readonly people: Readonly<Record<Person, UserId>>
  ask(account: 'root' | 'research', operation: string, more?: object): Promise<Read>
  readonly ids: Record<string, string>
}

const boundary = permissions.filter((permission) => !permission.startsWith('share:'))
const withoutClusters = boundary.filter((permission) => !permission.startsWith('cluster:'))
let passwordHash: Promise<string> | undefined

export async function startLosing(control: Control, name: string): Promise<Losing> {
  const tenant = await control.tenant(name)
  const root = { as: tenant.admin }
  const ids: Record<string, string> = {}
  for (const account of ['research', 'design', 'paused']) {
    const within = account === 'design' ? withoutClusters : boundary
    const body = { name: account, boundary: within }
    ids[account] = (await control.ask('account.create', { ...root, body })).id
  }
  passwordHash ??= hashPassword(password)
  const hash = await passwordHash
  const people = await control.services.database.withTenant(tenant.id, async (tx) => {
    const made: Record<string, UserId> = {}
    for (const [who, accounts] of Object.entries(memberships)) {
      const id = newId('user')
      const by = { tenantId: tenant.id, createdBy: 'test' }
      const state = 'active' as const
      const more = { email: `${who}@${name}.example`, displayName: who, state, passwordHash: hash }
      await insertUser(tx, { ...by, id, ...more })
      for (const account of accounts) {
        const accountId = (account === 'root' ? tenant.rootAccountId : ids[account]) as AccountId
        await insertMembership(tx, { ...by, accountId, principalId: id })
      }
      made[who] = id
    }
    return made as Losing['people']
  })
  const ask: Losing['ask'] = (account, operation, { params, ...more }: Read = {}) =>
    control.ask(operation, {
      as: account === 'root' ? tenant.admin : losing.ana,
      params: { account, ...params },
      ...more,
    })
  const losing = { control, tenant, people, ids, ask, ana: null as As }
  await fillRoot(losing)
  losing.ana = await control.signIn(`ana@${name}.example`, { tenant: name })
  await fillResearch(losing)
  await ask('root', 'user.deactivate', { params: { user: people.eve } })
  await ask('root', 'account.suspend', { params: { account: 'paused' } })
  return losing
}

const keep = async (ids: Record<string, string>, name: string, made: Promise<Read>) => {
  ids[name] = (await made).id
}

async function fillRoot(losing: Losing): Promise<void> {
  const { ask, ids, people, tenant, control } = losing
  const make = (name: string, operation: string, body: object) =>
    keep(ids, name, ask('root', operation, { body }))
  await make('sandbox', 'provider-account.create', { name: 'sandbox', provider: 'sandbox' })
  for (const name of ['small', 'large']) {
    const upstreamModel = 'sandbox-fast'
    const more = { type: 'chat', contextTokensMax: 8_000, outputTokensMax: 1_000 }
    await make(name, 'model.create', { name, providerAccount: 'sandbox', upstreamModel, ...more })
  }
  await make('farm', 'cluster.create', { name: 'farm' })
  const share = (name: string, kind: string, resource: string, to: string, upTo: string) =>
    make(name, 'share.create', { kind, resource, to, upTo })
  await share('sandbox-to-research', 'provider-account', 'sandbox', 'research', 'editor')
  await share('large-to-design', 'model', 'sandbox/large', 'design', 'user')
  await share('farm-to-research', 'cluster', 'farm', 'research', 'admin')
  const operator = ['model:read', 'model:use', 'cluster:read', 'workspace:use', 'role:read']
  await make('operator', 'role.create', { name: 'operator', permissions: operator })
  // In design nobody is admin who signs in here: its grants are written as its own admin would.
  await control.services.database.withTenant(tenant.id, async (tx) => {
    const { insertGrant } = await import('../../../src/store/grant.ts')
    const { findBuiltInRole } = await import('../../../src/store/built-in-role.ts')
    const admin = (await findBuiltInRole(tx, 'admin')).id
    const by = { tenantId: tenant.id, expiresAt: null, createdBy: 'test' }
    const grant = (accountId: string, who: UserId, roleId: string) =>
      insertGrant(tx, {
        ...by,
        accountId: accountId as AccountId,
        id: newId('grant'),
        subject: { type: 'user', id: who },
        object: { type: 'account' },
        roleId: roleId as never,
      })
    await grant(ids.research!, people.ana, admin)
    await grant(ids.design!, people.dan, ids.operator!)
    await grant(ids.paused!, people.dan, ids.operator!)
    await grant(tenant.rootAccountId, people.dan, ids.operator!)
    await grant(tenant.rootAccountId, people.finn, ids.operator!)
  })
}

async function fillResearch({ ask, ids, people }: Losing): Promise<void> {
  const make = (name: string, operation: string, body: object, params = {}) =>
    keep(ids, name, ask('research', operation, { body, params }))
  await make('own', 'provider-account.create', { name: 'own', provider: 'sandbox' })
  for (const name of ['mine', 'yours']) {
    const more = { type: 'chat', contextTokensMax: 8_000, outputTokensMax: 1_000 }
    const body = { name, providerAccount: 'own', upstreamModel: 'sandbox-fast', ...more }
    await make(name, 'model.create', body)
  }
  await make('field', 'workspace.create', { name: 'field', cluster: 'farm' })
  await make('vault', 'secret-group.create', { name: 'vault' })
  const local = ['model:use', 'model:read', 'secret-group:read', 'workspace:read', 'team:read']
  await make('local', 'role.create', { name: 'local', permissions: local })
  await make('bot', 'virtual-account.create', { name: 'bot' })
  const ofBot = { 'virtual-account': 'bot' }
  await make('wide', 'token.create', { name: 'wide' }, ofBot)
  await make('narrow', 'token.create', { name: 'narrow', scopes: ['model:use'] }, ofBot)
  const reader = { name: 'reader', scopes: ['team:read'] }
  await make('reader', 'token.create', reader, ofBot)
  const teams = { builders: [people.ben, ids.bot!], readers: [people.cleo], idle: [people.cleo] }
  for (const [name, members] of Object.entries(teams)) {
    await make(name, 'team.create', { name, members })
  }
  const grant = (name: string, subject: object, role: string, kind?: string, resource?: string) => {
    const object =
      kind === undefined
        ? { type: 'account' }
        : resource === undefined
          ? { type: 'kind', kind }
          : { type: 'resource', kind, resource }
    return make(name, 'grant.create', { subject, role, object })
  }
  const user = (id: string) => ({ type: 'user', user: id })
  const team = (id: string) => ({ type: 'team', team: id })
  const bot = { type: 'virtual-account', virtualAccount: 'bot' }
  await grant('builders-edit', team('builders'), 'editor')
  await grant('readers-view', team('readers'), 'viewer', 'model')
  await grant('idle-edit', team('idle'), 'editor', 'secret-group', 'vault')
  await ask('research', 'team.update', { params: { team: 'idle' }, body: { state: 'suspended' } })
  await grant('ben-own', user(people.ben), 'user', 'provider-account', 'own')
  await grant('ben-yours', user(people.ben), 'viewer', 'model', 'own/yours')
  await grant('cleo-local', user(people.cleo), 'local')
  await grant('cleo-field', user(people.cleo), 'admin', 'cluster', 'farm')
  await grant('dan-operator', user(people.dan), 'operator')
  await grant('dan-small', user(people.dan), 'editor', 'model', 'sandbox/small')
  await grant('bot-small', bot, 'user', 'model', 'sandbox/small')
  await grant('bot-local', bot, 'local')
  await grant('eve-local', user(people.eve), 'local')
}

/** Whoever can act: `<account> <principal>`, and with a token `… <token>`. */
export interface Powers {
  /** By who acts and what is acted on: what the rule allows. */
  readonly allowed: ReadonlyMap<string, ReadonlyMap<string, PermissionSet>>
  readonly resources: ReadonlyMap<string, { kind: ResourceKind; within: ResourceId[] }>
  readonly tokens: ReadonlyMap<string, string>
}

export function powersIn({ control, tenant }: Losing): Promise<Powers> {
  return control.services.database.withTenant(tenant.id, (tx) => readPowers(tx, tenant.id))
}

class Undone extends Error {}

/** What everybody may do once the change is really made, which is undone after that. */
export async function powersAfter(
  { control, tenant }: Losing,
  change: () => Promise<unknown>,
): Promise<Powers> {
  const { database } = control.services
  const { withTenant } = database
  let powers: Powers | null = null
  const once: typeof withTenant = (id, work, mode) => {
    Object.assign(database, { withTenant })
    return withTenant(
      id,
      async (tx) => {
        await work(tx)
        powers = await readPowers(tx, tenant.id)
        throw new Undone()
      },
      mode,
    )
  }
  Object.assign(database, { withTenant: once })
  try {
    await change()
  } catch (error) {
    if (!(error instanceof Undone)) throw error
  }
  if (powers === null) throw new Error('nothing was changed')
  return powers
}

async function readPowers(tx: Tx, tenantId: TestTenant['id']): Promise<Powers> {
  const facts = (await loadTenant(tx, tenantId))!
  const now = new Date()
  const rows = await tx.selectFrom('resource').selectAll().execute()
  const kinds = new Map(rows.map((row) => [row.id, row.kind]))
  const targets = new Map<string, AccessTarget>()
  const resources = new Map<string, { kind: ResourceKind; within: ResourceId[] }>()
  for (const row of rows) {
    const id = resourceIdOf(row.kind, row.id)
    const within = row.parentId ? [resourceIdOf(kinds.get(row.parentId)!, row.parentId)] : []
    const ownerId = typed('acct', row.accountId)
    targets.set(id, { tenantId, ownerId, path: [id, ...within] })
    resources.set(id, { kind: row.kind as ResourceKind, within })
  }
  const tokens = new Map<string, string>()
  const allowed = new Map<string, Map<string, PermissionSet>>()
  const members = await tx
    .selectFrom('membership')
    .innerJoin('principal', 'principal.id', 'membership.principalId')
    .select(['membership.accountId', 'principal.id', 'principal.kind'])
    .execute()
  const tokenRows = await tx
    .selectFrom('token')
    .innerJoin('principal', 'principal.id', 'token.principalId')
    .selectAll('token')
    .select('principal.kind')
    .execute()
  const bearers = [
    ...members.map((row) => ({ ...row, principal: row.id, token: null })),
    ...tokenRows.map((row) => ({ ...row, principal: row.principalId, token: row })),
  ]
  for (const { accountId, principal: id, kind, token } of bearers) {
    const account = await findAccount(tx, typed('acct', accountId))
    const principal = await loadPrincipal(tx, id)
    if (account === null || principal === null) continue
    const used = token && {
      id: typed('tok', token.id),
      accountId: typed('acct', token.accountId),
      state: token.state as 'active',
      scopes: token.scopes && storedPermissions(token.scopes),
      ipAllowlist: null,
      lastSeenAt: null,
    }
    const who = await loadFacts(tx, facts, account, principal, used, now)
    const by = [account.id, principalId(kind, id), ...(used ? [used.id] : [])].join(' ')
    if (used) tokens.set(used.id, principalId(kind, id))
    const on = (target: AccessTarget, meant: readonly string[]) =>
      permissionSet(
        permissions.filter((permission) => {
          if (!meant.includes(permission)) return false
          return decide(who, permissionBit(permission), target) === 'allowed'
        }),
      )
    const places = new Map([['account', on(accountTarget(account), permissions)]])
    for (const [resource, target] of targets) {
      places.set(resource, on(target, meantOn(resources.get(resource)!.kind)))
    }
    allowed.set(by, places)
  }
  return { allowed, resources, tokens }
}

const every = permissionSet(permissions)

function meantOn(kind: ResourceKind): readonly string[] {
  const bits = restrictedTo(every, kindsWithin(kind))
  return permissions.filter((permission) => {
    const { index, mask } = permissionBit(permission)
    return (bits[index]! & mask) !== 0
  })
}
