/**
 * Coming and going: what a reactivation brings back and who may do it, leaving by oneself, and joining
 * as an admin of the tenant. What each leaves alive is in lifecycle.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Control,
  type Read,
  refused,
  type SignedIn,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { type Life, newLife, newTenant } from './support/life.ts'
import { newAccount, newMember } from './support/world.ts'

let control: Control
beforeAll(async () => {
  control = await startControl()
})
afterAll(() => control.close())

const user = ({ person }: Life) => ({ params: { user: person.email } })

describe('reactivating', () => {
  let tenant: TestTenant
  let life: Life
  beforeAll(async () => {
    tenant = await newTenant(control, 'reactivation')
    life = await newLife(control, tenant)
  })

  it('says what comes back, and that is all', async () => {
    await life.asAdmin('user.deactivate', user(life))
    const { back, state } = await life.asAdmin('user.reactivate', user(life))
    expect(state).toBe('active')
    expect(back).toEqual({ accounts: [life.lab.name], teams: 1, grants: 1, needsInvitation: false })
    const robot = { params: { 'virtual-account': 'robot' } }
    expect(await life.asAdmin('virtual-account.get', robot)).toMatchObject({ creatorActive: true })
  })

  it('of who is elsewhere too takes in root what those accounts let anybody have', async () => {
    const { email } = life.person
    const other = await newAccount(control, tenant, 'elsewhere')
    const as = other.admin
    await control.ask('user.invite', { as, params: { account: 'elsewhere' }, body: { email } })
    const root = { name: 'root', admin: tenant.admin }
    const clerkMay = ['account:read', 'account:manage', 'user:read', 'user:update']
    await life.asRoot('role.create', { body: { name: 'clerk', permissions: clerkMay } })
    const clerk = await newMember(control, root, 'clerk@acme.example', 'clerk' as never)
    const asClerk = (verb: string) =>
      control.ask(`user.${verb}`, { as: clerk, params: { account: 'root', user: email } })
    const refusal = await refused(asClerk('deactivate'))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toContain('model:use')
    await life.asRoot('user.deactivate', user(life))
    expect((await refused(asClerk('reactivate'))).code).toBe('hands_out_more_than_held')
    const { back } = await life.asRoot('user.reactivate', user(life))
    expect(back.accounts).toEqual(['elsewhere', life.lab.name])
  })
})

describe('leaving', () => {
  it('needs no permission but one’s own, and another account to be in', async () => {
    const tenant = await newTenant(control, 'leavers')
    const lab = await newAccount(control, tenant, 'lab-of-leavers')
    const viewer = await newMember(control, lab, 'vic@acme.example', 'viewer')
    const leave = (as: SignedIn | { token: string }, query = {}) =>
      control.ask('me.leave', { as, params: { account: lab.name }, query })
    expect((await refused(leave(viewer))).detail).toContain('lock yourself out')
    const second = await newAccount(control, tenant, 'second-home')
    const body = { email: 'vic@acme.example' }
    const params = { account: second.name }
    await control.ask('user.invite', { as: second.admin, params, body })
    const told = await leave(viewer, { dryRun: 'true' })
    expect(told.lost[0].sentence).toContain('loses every grant')
    await leave(viewer)
    const me = await control.ask('me.get', { as: viewer })
    expect(me.accounts.map((one: Read) => one.name)).toEqual(['second-home'])
    // An account keeps its last admin, and a virtual account its home.
    const at = { account: lab.name }
    await control.ask('user.invite', {
      as: second.admin,
      params,
      body: { email: lab.adminEmail },
    })
    expect((await refused(leave(lab.admin))).detail).toContain('last active admin')
    await control.ask('virtual-account.create', {
      as: lab.admin,
      params: at,
      body: { name: 'bot' },
    })
    const { secret } = await control.ask('token.create', {
      as: lab.admin,
      params: { ...at, 'virtual-account': 'bot' },
      body: { name: 'main' },
    })
    expect((await refused(leave({ token: secret }))).detail).toContain('one home')
  })
})

describe('joining as an admin of the tenant', () => {
  it('can be undone by leaving, both in the logs of root and of the account', async () => {
    const tenant = await newTenant(control, 'joiners')
    const lab = await newAccount(control, tenant, 'joined')
    const asRoot = { as: tenant.admin }
    await control.ask('account.join', { ...asRoot, params: { account: 'joined' } })
    const in_ = { ...asRoot, params: { account: 'joined' } }
    await control.ask('team.list', in_)
    await control.ask('me.leave', in_)
    expect((await refused(control.ask('team.list', in_))).detail).toContain('Join it')
    const log = await control.ask('audit-event.list', {
      as: lab.admin,
      params: { account: 'joined' },
    })
    const operations = log.items.map((event: Read) => event.operation)
    expect(operations).toEqual(expect.arrayContaining(['account.join', 'me.leave']))
    const roots = await control.ask('audit-event.list', {
      ...asRoot,
      params: { account: 'root' },
      query: { 'filter[operation]': 'account.join' },
    })
    expect(roots.items).toHaveLength(1)
    // And it can be done again: leaving has left nothing behind that is in the way.
    await control.ask('account.join', { ...asRoot, params: { account: 'joined' } })
  })
})
