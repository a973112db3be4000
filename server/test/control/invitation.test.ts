/** Invitations: single use, bound to one person of one tenant, worth no more than who gave them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
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

const invite = (email: string, more: object = {}, as: SignedIn = acme.admin, account = 'root') =>
  control.ask('user.invite', { as, params: { account }, body: { email, ...more } })

const secretOf = (link: string) => link.slice(link.indexOf('#') + 1)

test('A65: a link works once, for the e-mail and the tenant that it was made for', async () => {
  const { invitation } = await invite('ana@acme.example')
  const secret = secretOf(invitation.link)
  expect(await control.ask('invitation.inspect', { body: { secret } })).toEqual({
    email: 'ana@acme.example',
    displayName: 'ana',
    tenant: { name: 'acme', displayName: 'acme' },
    account: { displayName: 'acme', isRoot: true },
    hasPassword: false,
  })
  const other = control.accept(invitation.link, { email: 'mallory@acme.example' })
  expect(await refusalOf(other)).toBe('refused_by_rule')

  const ana = await control.accept(invitation.link, { displayName: 'Ana' })
  expect(ana.body.user).toMatchObject({ email: 'ana@acme.example', displayName: 'Ana' })
  expect(await refusalOf(control.accept(invitation.link))).toBe('not_found')
  const again = control.ask('invitation.inspect', { body: { secret } })
  expect(await refusalOf(again)).toBe('not_found')
  await control.signIn('ana@acme.example')
})

test('A65: two people with one link at the same moment: one gets in', async () => {
  const { invitation } = await invite('race@acme.example')
  const results = await Promise.allSettled([
    control.accept(invitation.link),
    control.accept(invitation.link),
    control.accept(invitation.link),
  ])
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
})

test('a made-up link, a used one and one of a suspended account answer alike', async () => {
  const account = await control.ask('account.create', {
    as: acme.admin,
    body: { name: 'paused', admin: { email: 'paused@acme.example' } },
  })
  const pausing = { as: acme.admin, params: { account: 'paused' } }
  await control.ask('account.suspend', pausing)
  const madeUp = await refused(
    control.accept('#ch_inv_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
  )
  const suspended = await refused(control.accept(account.invitation.link))
  expect([suspended.code, suspended.detail]).toEqual([madeUp.code, madeUp.detail])
  expect(madeUp.code).toBe('not_found')
  await control.ask('account.resume', pausing)
  await control.accept(account.invitation.link)
})

test('guessable passwords are refused, and the link goes on working', async () => {
  const { invitation } = await invite('barbara@acme.example')
  for (const bad of ['Password1234!', 'barbara-2026-x', 'aaaaaaaaaaaaaa']) {
    const refusal = await refused(control.accept(invitation.link, { password: bad }))
    expect(refusal.code).toBe('refused_by_rule')
    expect(refusal.errors[0].pointer).toBe('/password')
  }
  await control.accept(invitation.link)
})

test('renewing gives a new link and stops the old one', async () => {
  const { invitation, id } = await invite('renewed@acme.example')
  const params = { ...root, invitation: invitation.id }
  const renewed = await control.ask('invitation.renew', { as: acme.admin, params })
  expect(renewed.link).not.toBe(invitation.link)
  expect(await refusalOf(control.accept(invitation.link))).toBe('not_found')
  const accepted = await control.accept(renewed.link)
  expect(accepted.body.user.id).toBe(id)
  const late = control.ask('invitation.renew', {
    as: acme.admin,
    params: { ...root, invitation: renewed.id },
  })
  expect(await refusalOf(late)).toBe('wrong_state')
})

test('taking an invitation back stops its link; inviting again gives another', async () => {
  const { invitation } = await invite('later@acme.example')
  const params = { ...root, invitation: invitation.id }
  await control.call('invitation.delete', { as: acme.admin, params })
  expect(await refusalOf(control.accept(invitation.link))).toBe('not_found')
  const once = await invite('later@acme.example')
  expect(once.invitation.link).toBeTruthy()
  const twice = await refused(invite('later@acme.example'))
  expect(twice.code).toBe('wrong_state')
  await control.accept(once.invitation.link)
})

test('A7: an invitation of another account or tenant does not exist', async () => {
  const globex = await control.tenant('globex')
  const { invitation } = await invite('private@acme.example')
  const missing = 'inv_01kasbp6jqe8wsr0fn70rhcvzs'
  const ask = (id: string) =>
    refused(
      control.call('invitation.delete', { as: globex.admin, params: { ...root, invitation: id } }),
    )
  const [foreign, none] = [await ask(invitation.id), await ask(missing)]
  expect([foreign.code, foreign.detail]).toEqual([none.code, none.detail])
  const listed = await control.ask('invitation.list', { as: globex.admin, params: root })
  expect(listed.items).toEqual([])
})

test('an account’s admin gets no link for an invited admin of the tenant', async () => {
  const { invitation } = await control.ask('account.create', {
    as: acme.admin,
    body: { name: 'sales', admin: { email: 'sal@acme.example' } },
  })
  const sal = await control.accept(invitation.link)
  await invite('boss@acme.example', { role: 'admin' })
  const added = await invite('boss@acme.example', {}, sal, 'sales')
  expect(added.state).toBe('invited')
  expect(added.invitation).toBeNull()

  // Nor by taking the tenant's invitation away first: it is not this account's.
  const mine = await control.ask('invitation.list', { as: sal, params: { account: 'sales' } })
  expect(mine.items.every((one: { email: string }) => one.email !== 'boss@acme.example')).toBe(true)

  // Nor once that link is gone: the link would be worth the root account.
  const open = await control.ask('invitation.list', { as: acme.admin, params: root })
  const boss = open.items.find((one: { email: string }) => one.email === 'boss@acme.example')
  await control.call('invitation.delete', {
    as: acme.admin,
    params: { ...root, invitation: boss.id },
  })
  const again = await invite('boss@acme.example', {}, sal, 'sales')
  expect(again.invitation).toBeNull()
})

test('the link is in the answer alone: neither in the audit log nor in lists', async () => {
  const { invitation } = await invite('quiet@acme.example')
  const listed = await control.ask('invitation.list', { as: acme.admin, params: root })
  const logged = await control.ask('audit-event.list', { as: acme.admin, params: root })
  const everything = JSON.stringify([listed, logged])
  expect(everything).not.toContain(secretOf(invitation.link))
  expect(everything).not.toContain(password)
})
