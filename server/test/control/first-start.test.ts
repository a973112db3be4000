/** What a start makes sure of: one tenant, one open place for a first admin, roles of this version. */
import { builtInRoleNames, builtInRoles, listPermissions, permissions } from '@commonhold/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureFirstTenant } from '../../src/control/first-start.ts'
import { refreshBuiltInRoles } from '../../src/control/new-tenant.ts'
import { listTenantIds } from '../../src/store/tenant.ts'
import { type Control, password, refusalOf, refused, startControl } from './support/control.ts'

let control: Control
const nobody = { firstAdmin: null, firstTenantName: null }

beforeEach(async () => {
  control = await startControl()
})
afterEach(() => control.close())

const start = (options = {}) => ensureFirstTenant(control.services, { ...nobody, ...options })

describe('the first start', () => {
  test('gives a link under which a person becomes the first admin with an e-mail of their own', async () => {
    const { oneTimeLink } = await start()
    expect(oneTimeLink).toMatch(/^http:\/\/localhost:7333\/accept#ch_inv_/)
    const secret = oneTimeLink!.split('#')[1]
    const shown = await control.ask('invitation.inspect', { body: { secret } })
    expect(shown).toMatchObject({ email: null, tenant: { name: 'commonhold' } })
    const without = await refused(control.accept(oneTimeLink!))
    expect(without.code).toBe('invalid_input')
    expect(without.errors[0].pointer).toBe('/email')

    const more = { email: 'Ana@Example.com', displayName: 'Ana' }
    const admin = await control.accept(oneTimeLink!, more)
    expect(admin.body.user).toMatchObject({ email: 'Ana@Example.com', displayName: 'Ana' })
    const users = await control.ask('user.list', { as: admin, params: { account: 'root' } })
    expect(users.items).toMatchObject([{ email: 'Ana@Example.com', state: 'active' }])
    const me = await control.ask('me.account', { as: admin, params: { account: 'root' } })
    expect(me.permissions).toEqual([...permissions])
    await control.signIn('ana@example.com')
    expect(await start()).toEqual({ oneTimeLink: null })
  })

  test('gives a new link each time until somebody came; the links before stop working', async () => {
    const first = (await start()).oneTimeLink!
    const second = (await start()).oneTimeLink!
    expect(second).not.toBe(first)
    const more = { email: 'ana@example.com' }
    expect(await refusalOf(control.accept(first, more))).toBe('not_found')
    await control.accept(second, more)
    expect(await control.services.database.withControlPlane(listTenantIds)).toHaveLength(1)
  })

  test('nobody can sign in, or be invited, as the one who has not come yet', async () => {
    await start()
    const body = { email: '(chosen with the one-time link)', password }
    expect(await refusalOf(control.ask('session.create', { body }))).toBe('invalid_input')
  })

  test('without a person: the admin of the environment is active at once', async () => {
    const firstAdmin = { email: 'ops@example.com', password }
    const made = await start({ firstAdmin, firstTenantName: 'research' })
    expect(made).toEqual({ oneTimeLink: null })
    const admin = await control.signIn('ops@example.com')
    expect(admin.body.tenant).toMatchObject({ name: 'research', displayName: 'Research' })
    expect(await start({ firstAdmin })).toEqual({ oneTimeLink: null })
  })

  test('the admin of the environment takes the open place of an earlier start', async () => {
    const link = (await start()).oneTimeLink!
    const firstAdmin = { email: 'ops@example.com', password }
    expect(await start({ firstAdmin })).toEqual({ oneTimeLink: null })
    await control.signIn('ops@example.com')
    expect(await refusalOf(control.accept(link, { email: 'x@example.com' }))).toBe('not_found')
  })

  test('a guessable password of the environment stops the start, and is not repeated', async () => {
    const firstAdmin = { email: 'ops@example.com', password: 'Password1234' }
    const problem = await start({ firstAdmin }).catch((error: Error) => error)
    expect(problem).toMatchObject({ name: 'StartupError' })
    expect(String(problem)).toContain('COMMONHOLD_ADMIN_PASSWORD')
    expect(String(problem)).not.toContain('Password1234')
  })

  test('two processes that start at once make one tenant and one link', async () => {
    const made = await Promise.all([start(), start(), start()])
    expect(await control.services.database.withControlPlane(listTenantIds)).toHaveLength(1)
    const links = made.map((one) => one.oneTimeLink).filter((link) => link !== null)
    expect(links.length).toBeGreaterThan(0)
    const working = await Promise.all(
      links.map((link) =>
        control.ask('invitation.inspect', { body: { secret: link.split('#')[1] } }).then(
          () => true,
          () => false,
        ),
      ),
    )
    expect(working.filter(Boolean)).toHaveLength(1)
  })

  test('makes no tenant in a hosted deployment: there people sign up', async () => {
    const services = { ...control.services, mode: 'hosted' as const }
    expect(await ensureFirstTenant(services, nobody)).toEqual({ oneTimeLink: null })
    expect(await control.services.database.withControlPlane(listTenantIds)).toEqual([])
  })
})

test('built-in roles and root’s boundary follow the code, and nothing moves when they do already', async () => {
  const tenant = await control.tenant('acme')
  const { database } = control.services
  const refresh = () => database.withTenant(tenant.id, (tx) => refreshBuiltInRoles(tx, tenant.id))
  expect(await refresh()).toBe(false)
  await database.withTenant(tenant.id, async (tx) => {
    const older = { permissions: ['model:read', 'gone:use'] }
    await tx.updateTable('role').set(older).where('name', '=', 'user').execute()
    await tx.deleteFrom('role').where('name', '=', 'viewer').execute()
    await tx
      .updateTable('account')
      .set({ boundary: ['model:read'] })
      .execute()
  })
  expect(await refresh()).toBe(true)
  expect(await refresh()).toBe(false)
  const roles = await control.ask('role.list', { as: tenant.admin, params: { account: 'root' } })
  for (const name of builtInRoleNames) {
    const role = roles.items.find((one: { name: string }) => one.name === name)
    expect(role).toMatchObject({ builtIn: true, permissions: listPermissions(builtInRoles[name]) })
  }
  const me = await control.ask('me.account', { as: tenant.admin, params: { account: 'root' } })
  expect(me.boundary).toEqual([...permissions])
})
