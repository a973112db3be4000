import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Control,
  password,
  refusalOf,
  startControl,
  type TestTenant,
} from './support/control.ts'

let control: Control
let acme: TestTenant

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

test('signing in gives a session that reads itself, and a cookie', async () => {
  const session = await control.ask('session.get', { as: acme.admin })
  expect(session).toMatchObject({
    user: { email: 'admin@acme.example' },
    tenant: { name: 'acme' },
    csrfToken: acme.admin.csrfToken,
  })
  const me = await control.ask('me.get', { as: acme.admin })
  expect(me.accounts).toMatchObject([{ name: 'root', isRoot: true }])
  expect(me.hasAccounts).toBe(false)
})

test('a change with the cookie needs the CSRF token', async () => {
  const as = { cookie: acme.admin.cookie, csrfToken: 'wrong' }
  const call = control.ask('me.update', { as, body: { displayName: 'Ana' } })
  expect(await refusalOf(call)).toBe('csrf_token_missing')
})

test('signing out ends the session and clears the cookie', async () => {
  const as = await control.signIn(acme.adminEmail)
  const { cookie } = await control.call('session.delete', { as })
  expect(cookie).toBeNull()
  expect(await refusalOf(control.ask('session.get', { as }))).toBe('not_signed_in')
})

test('changing the password keeps this session under a new secret and ends all others', async () => {
  const other = await control.signIn(acme.adminEmail)
  const as = await control.signIn(acme.adminEmail)
  const { cookie } = await control.call('me.change-password', {
    as,
    body: { currentPassword: password, newPassword: 'a wholly different sentence' },
  })
  expect(await refusalOf(control.ask('session.get', { as: other }))).toBe('not_signed_in')
  expect(await refusalOf(control.ask('session.get', { as }))).toBe('not_signed_in')
  const rotated = { cookie: cookie!.text, csrfToken: as.csrfToken }
  await control.call('me.change-password', {
    as: rotated,
    body: { currentPassword: 'a wholly different sentence', newPassword: password },
  })
})
