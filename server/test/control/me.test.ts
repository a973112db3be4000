/** The caller, about itself: where it is a member, what it may do, its sessions and its password. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attemptsPerUserMax } from '../../src/control/attempt-limits.ts'
import { seenEverySeconds } from '../../src/control/credential-seen.ts'
import { sessionIdleHoursMax } from '../../src/store/caller.ts'
import {
  type Control,
  password,
  refusalOf,
  refused,
  type SignedIn,
  startControl,
  type TestTenant,
} from './support/control.ts'

let control: Control
let acme: TestTenant
const root = { account: 'root' }

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

async function person(email: string, role = 'editor'): Promise<SignedIn> {
  const body = { email, role }
  const { invitation } = await control.ask('user.invite', { as: acme.admin, params: root, body })
  return control.accept(invitation.link)
}

async function tokenOf(as: SignedIn, name: string, more: object = {}) {
  const body = { name, ...more }
  const made = await control.ask('personal-access-token.create', { as, params: root, body })
  return { token: made.secret as string }
}

/** Moves the time at which all sessions of a tenant were last used. */
function lastSeen(hoursAgo: number) {
  const at = new Date(Date.now() - hoursAgo * 3_600_000)
  return control.services.database.withTenant(acme.id, (tx) =>
    tx.updateTable('session').set({ lastSeenAt: at }).execute(),
  )
}

test('a tenant that uses only root does not notice that accounts exist', async () => {
  const alone = await control.tenant('alone')
  const me = await control.ask('me.get', { as: alone.admin })
  expect(me).toMatchObject({ hasAccounts: false, accounts: [{ name: 'root' }] })
  await control.ask('account.create', { as: alone.admin, body: { name: 'first' } })
  expect((await control.ask('me.get', { as: alone.admin })).hasAccounts).toBe(true)
})

test('effective permissions are what the caller may do, token scopes included', async () => {
  const as = await person('ed@acme.example')
  const full = await control.ask('me.account', { as, params: root })
  expect(full.permissions).toContain('prompt:create')
  expect(full.permissions).not.toContain('user:create')
  const narrow = await tokenOf(as, 'narrow', { scopes: ['prompt:read'] })
  const seen = await control.ask('me.account', { as: narrow, params: root })
  expect(seen.permissions).toEqual(['prompt:read'])
})

test('a display name is one’s own to change, but not for a narrowed token or a program', async () => {
  const as = await person('nadia@acme.example')
  const body = { displayName: 'Nadia' }
  expect(await control.ask('me.update', { as, body })).toMatchObject({ displayName: 'Nadia' })
  const narrow = await tokenOf(as, 'narrow', { scopes: ['prompt:read'] })
  expect(await refusalOf(control.ask('me.update', { as: narrow, body }))).toBe('not_allowed')
})

test('tokens can neither see nor end sessions, nor change the password', async () => {
  const as = await person('tom@acme.example')
  const token = await tokenOf(as, 'laptop')
  for (const operation of ['session.get', 'session.list', 'session.delete']) {
    expect(await refusalOf(control.ask(operation, { as: token }))).toBe('not_allowed')
  }
  const body = { currentPassword: password, newPassword: 'another good sentence' }
  const change = control.ask('me.change-password', { as: token, body })
  expect(await refusalOf(change)).toBe('not_allowed')
})

test('sessions are listed and revoked one by one, and just one’s own', async () => {
  const first = await person('sam@acme.example')
  const second = await control.signIn('sam@acme.example', { tenant: 'acme' })
  const { items } = await control.ask('session.list', { as: first })
  expect(items).toHaveLength(2)
  const current = items.filter((one: { current: boolean }) => one.current)
  expect(current).toHaveLength(1)
  const other = items.find((one: { current: boolean }) => !one.current)
  const byOther = control.ask('session.revoke', {
    as: acme.admin,
    params: { session: other.id },
  })
  expect(await refusalOf(byOther)).toBe('not_found')
  const { cookie } = await control.call('session.revoke', {
    as: first,
    params: { session: other.id },
  })
  expect(cookie).toBeUndefined()
  expect(await refusalOf(control.ask('me.get', { as: second }))).toBe('not_signed_in')
  const own = { as: first, params: { session: current[0].id } }
  expect((await control.call('session.revoke', own)).cookie).toBeNull()
})

test('a password change needs the old password and a good new one, and is limited', async () => {
  const as = await person('pat@acme.example')
  const change = (currentPassword: string, newPassword: string) =>
    control.call('me.change-password', { as, body: { currentPassword, newPassword } })
  const weak = await refused(change(password, 'Password1234!'))
  expect(weak.errors[0].pointer).toBe('/newPassword')
  const wrong = await refused(change('not the right one', 'another good sentence'))
  expect(wrong.code).toBe('sign_in_failed')
  for (let i = 0; i < attemptsPerUserMax; i++) {
    await refused(change('not the right one', 'another good sentence'))
  }
  const locked = await refused(change(password, 'another good sentence'))
  expect(locked.code).toBe('too_many_requests')
})

test('an idle session ends, and one in use stays', async () => {
  const as = await person('idle@acme.example')
  await lastSeen(sessionIdleHoursMax - 1)
  await control.ask('me.get', { as })
  const seenAt = async () => {
    const rows = await control.services.database.withTenant(acme.id, (tx) =>
      tx.selectFrom('session').select('lastSeenAt').orderBy('lastSeenAt', 'desc').execute(),
    )
    return rows[0]!.lastSeenAt.getTime()
  }
  await expect.poll(seenAt).toBeGreaterThan(Date.now() - seenEverySeconds * 1_000)
  await control.ask('me.get', { as })

  await lastSeen(sessionIdleHoursMax + 1)
  expect(await refusalOf(control.ask('me.get', { as }))).toBe('credential_expired')
  acme = { ...acme, admin: await control.signIn(acme.adminEmail, { tenant: 'acme' }) }
})

test('the tenant’s name to show is its admins’ to change', async () => {
  const body = { displayName: 'Acme & Sons' }
  expect((await control.ask('tenant.update', { as: acme.admin, body })).displayName).toBe(
    'Acme & Sons',
  )
  const viewer = await person('viewer@acme.example', 'viewer')
  expect((await control.ask('tenant.get', { as: viewer })).displayName).toBe('Acme & Sons')
  expect(await refusalOf(control.ask('tenant.update', { as: viewer, body }))).toBe('not_allowed')
})
