/** The operator: makes, suspends and ends tenants, sees counts alone, and is seen by each of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Control,
  operatorKey,
  password,
  type Read,
  refusalOf,
  refused,
  startControl,
  type TestTenant,
} from './support/control.ts'

let control: Control
let acme: TestTenant
const operator = { token: operatorKey }

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

const setMultiTenancy = (multiTenancy: boolean) =>
  control.ask('operator-settings.update', { as: operator, body: { multiTenancy } })

const create = (name: string, query: Record<string, string> = {}) =>
  control.ask('operator-tenant.create', {
    as: operator,
    query,
    body: { name, admin: { email: `admin@${name}.example` } },
  })

const on = (operation: string, tenant: string, query: Record<string, string> = {}) =>
  control.ask(`operator-tenant.${operation}`, { as: operator, params: { tenant }, query })

test('a deployment of one’s own has one tenant until the operator says otherwise', async () => {
  expect(await control.ask('operator-settings.get', { as: operator })).toEqual({
    multiTenancy: false,
  })
  const refusal = await refused(create('second'))
  expect(refusal.code).toBe('wrong_state')
  expect(refusal.detail).toContain('multi-tenancy')
  expect((await control.ask('deployment.get')).multiTenancy).toBe(false)
  await setMultiTenancy(true)
  expect((await control.ask('deployment.get')).multiTenancy).toBe(true)
  await create('second')
})

test('a tenant’s first admin comes in by a one-time link, and the tenant reads who made it', async () => {
  await setMultiTenancy(true)
  const made = await create('made')
  expect(made).toMatchObject({ name: 'made', state: 'active', counts: { accounts: 0, users: 1 } })
  const admin = await control.accept(made.adminLink)
  expect(await refusalOf(control.accept(made.adminLink))).toBe('not_found')
  const events = await control.ask('audit-event.list', { as: admin, params: { account: 'root' } })
  expect(JSON.stringify(events.items)).toContain('"operator"')
  expect(await refusalOf(create('made'))).toBe('name_taken')
  expect(await refusalOf(create('admin'))).toBe('name_taken')
})

test('a dry run of a creation leaves no tenant', async () => {
  await setMultiTenancy(true)
  const told = await create('not-yet', { dryRun: 'true' })
  expect(told).toMatchObject({ dryRun: true, changes: [{ target: { name: 'not-yet' } }] })
  expect(await refusalOf(on('get', 'not-yet'))).toBe('not_found')
})

test('the operator sees of a tenant its name, state, plan and counts, and nothing else', async () => {
  const tenant = await on('get', 'acme')
  expect(Object.keys(tenant).sort()).toEqual(
    ['counts', 'createdAt', 'displayName', 'id', 'kind', 'name', 'plan', 'state'].sort(),
  )
  expect(tenant.counts).toEqual({ accounts: 0, users: 1, virtualAccounts: 0 })
  // The operator key is nobody in a tenant.
  expect(await refusalOf(control.ask('me.get', { as: operator }))).toBe('not_signed_in')
  const users = control.ask('user.list', { as: operator, params: { account: 'root' } })
  expect(await refusalOf(users)).toBe('not_signed_in')
})

test('tenants are listed by pages whose cursors can’t be edited', async () => {
  await setMultiTenancy(true)
  await create('page-one')
  await create('page-two')
  const query = { limit: '1', 'filter[state]': 'active' }
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Read = await control.ask('operator-tenant.list', {
      as: operator,
      query: cursor === null ? query : { ...query, cursor },
    })
    seen.push(...page.items.map((one: { name: string }) => one.name))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(seen).toEqual([...seen].sort())
  expect(seen).toEqual(expect.arrayContaining(['acme', 'page-one', 'page-two']))
  const forged = control.ask('operator-tenant.list', {
    as: operator,
    query: { ...query, cursor: 'eyJhIjoxfQ.forged' },
  })
  expect(await refusalOf(forged)).toBe('invalid_cursor')
})

describe('suspending, resuming, deleting', () => {
  let globex: TestTenant
  const as = () => globex.admin

  beforeAll(async () => {
    globex = await control.tenant('globex')
  })

  test('A53: in a suspended tenant no session works and nobody signs in, until it is resumed', async () => {
    const token = await control.ask('personal-access-token.create', {
      as: as(),
      params: { account: 'root' },
      body: { name: 'laptop' },
    })
    expect(await on('suspend', 'globex', { dryRun: 'true' })).toMatchObject({ dryRun: true })
    await control.ask('me.get', { as: as() })
    expect(await on('suspend', 'globex')).toMatchObject({ state: 'suspended' })
    expect(await refusalOf(control.ask('me.get', { as: as() }))).toBe('credential_expired')
    const byToken = control.ask('me.get', { as: { token: token.secret } })
    expect(await refusalOf(byToken)).toBe('credential_expired')
    const signIn = control.signIn(globex.adminEmail, { tenant: 'globex' })
    expect(await refusalOf(signIn)).toBe('sign_in_failed')
    await control.ask('me.get', { as: acme.admin })
    expect(await refusalOf(on('suspend', 'globex'))).toBe('wrong_state')

    await on('resume', 'globex')
    await control.ask('me.get', { as: as() })
    await control.ask('me.get', { as: { token: token.secret } })
    const query = { 'filter[operation]': 'operator-tenant.suspend' }
    const params = { account: 'root' }
    const events = await control.ask('audit-event.list', { as: as(), params, query })
    expect(events.items).toHaveLength(1)
    expect(JSON.stringify(events.items[0])).toContain('"operator"')
  })

  test('A63: a deleted tenant has no session, no token, no link and no key', async () => {
    const invited = await control.ask('user.invite', {
      as: as(),
      params: { account: 'root' },
      body: { email: 'late@globex.example' },
    })
    await on('delete', 'globex')
    expect(await refusalOf(control.ask('me.get', { as: as() }))).toBe('not_signed_in')
    expect(await refusalOf(control.accept(invited.invitation.link))).toBe('not_found')
    const left = await control.services.database.withTenant(globex.id, async (tx) => [
      ...(await tx.selectFrom('credential').select('tenantId').execute()),
      ...(await tx.selectFrom('session').select('tenantId').execute()),
      ...(await tx.selectFrom('token').select('tenantId').execute()),
      ...(await tx.selectFrom('tenantKey').select('tenantId').execute()),
    ])
    expect(left).toEqual([])
    expect(await on('get', 'globex')).toMatchObject({ state: 'deleted' })
    expect(await refusalOf(on('delete', 'globex'))).toBe('wrong_state')
    expect(await refusalOf(on('resume', 'globex'))).toBe('wrong_state')
    expect((await control.ask('deployment.get', { query: { tenant: 'globex' } })).tenant).toBeNull()
    await control.ask('me.get', { as: acme.admin })
  })
})

describe('the operator’s session', () => {
  test('is begun with the key, guarded by a CSRF token, and ended', async () => {
    const { cookie, body } = await control.call('operator-session.create', {
      body: { key: operatorKey },
    })
    const as = { cookie: cookie!.text, csrfToken: body.csrfToken }
    expect(cookie).toMatchObject({ realm: 'operator' })
    expect(await control.ask('operator-session.get', { as })).toEqual(body)
    const forged = control.ask('operator-settings.update', {
      as: { ...as, csrfToken: 'wrong' },
      body: { multiTenancy: true },
    })
    expect(await refusalOf(forged)).toBe('csrf_token_missing')
    const out = await control.call('operator-session.delete', { as })
    expect(out.cookie).toBeNull()
    expect(await refusalOf(control.ask('operator-session.get', { as }))).toBe('credential_expired')
  })

  test('is nobody else’s: a tenant’s session or token is not the operator', async () => {
    const bySession = control.ask('operator-tenant.list', { as: acme.admin })
    expect(await refusalOf(bySession)).toBe('credential_expired')
    const token = await control.ask('personal-access-token.create', {
      as: acme.admin,
      params: { account: 'root' },
      body: { name: 'not-operator' },
    })
    const byToken = control.ask('operator-tenant.list', { as: { token: token.secret } })
    expect(await refusalOf(byToken)).toBe('operator_only')
    expect(await refusalOf(control.ask('operator-tenant.list'))).toBe('not_signed_in')
  })
})

describe('signing up', () => {
  const signUp = (on: Control, name: string, more: object = {}) =>
    on.call('signup.create', {
      body: {
        tenant: name,
        tenantDisplayName: 'Initech',
        email: 'peter@initech.example',
        displayName: 'Peter',
        password,
        ...more,
      },
    })

  test('is for hosted deployments alone', async () => {
    expect(await refusalOf(signUp(control, 'initech'))).toBe('wrong_state')
  })

  test('makes a tenant, signs its first admin in, and knows nothing of other tenants', async () => {
    const hosted = await startControl({ mode: 'hosted' })
    try {
      expect(await hosted.ask('deployment.get')).toMatchObject({ signUp: true, multiTenancy: true })
      const { cookie, body } = await signUp(hosted, 'initech')
      const as = { cookie: cookie!.text, csrfToken: body.csrfToken }
      const me = await hosted.ask('me.account', { as, params: { account: 'root' } })
      expect(me.permissions).toEqual(me.boundary)
      expect(await refusalOf(signUp(hosted, 'initech'))).toBe('name_taken')
      expect(await refusalOf(signUp(hosted, 'www'))).toBe('name_taken')
      const bad = signUp(hosted, 'weak-one', { password: 'password12345' })
      expect(await refusalOf(bad)).toBe('refused_by_rule')
      const again = await signUp(hosted, 'initech-two')
      expect(again.body.user.id).not.toBe(body.user.id)
      const off = hosted.ask('operator-settings.update', {
        as: operator,
        body: { multiTenancy: false },
      })
      expect(await refusalOf(off)).toBe('wrong_state')
    } finally {
      await hosted.close()
    }
  })
})
