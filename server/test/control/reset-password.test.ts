/** A forgotten password: a one-time link, made only by whoever holds all that the person can do. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Control,
  refusalOf,
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

async function join(email: string, role: string): Promise<SignedIn> {
  const params = { params: root, body: { email, role } }
  const { invitation } = await control.ask('user.invite', { as: acme.admin, ...params })
  return control.accept(invitation.link)
}

const reset = (user: string, as: SignedIn = acme.admin) =>
  control.ask('user.reset-password', { as, params: { ...root, user } })

test('the old password and sessions stop, and the link sets a new one', async () => {
  const ana = await join('ana@acme.example', 'viewer')
  const { link } = await reset('ana@acme.example')
  expect(await refusalOf(control.ask('me.get', { as: ana }))).toBe('not_signed_in')
  expect(await refusalOf(control.signIn('ana@acme.example'))).toBe('sign_in_failed')

  const back = await control.accept(link, { password: 'another long passphrase' })
  const me = await control.ask('me.get', { as: back })
  expect(me.principal.email).toBe('ana@acme.example')
  expect(await refusalOf(control.accept(link))).toBe('not_found')
})

test('nobody resets the password of somebody who can do more', async () => {
  await join('boss@acme.example', 'admin')
  const helper = await join('helper@acme.example', 'viewer')
  const role = { name: 'help-desk', permissions: ['user:read', 'user:update'] }
  await control.ask('role.create', { as: acme.admin, params: root, body: role })
  await control.ask('grant.create', {
    as: acme.admin,
    params: root,
    body: {
      subject: { type: 'user', user: 'helper@acme.example' },
      object: { type: 'account' },
      role: 'help-desk',
    },
  })
  const refused = refusalOf(reset('boss@acme.example', helper))
  expect(await refused).toBe('hands_out_more_than_held')
})

test('not one’s own, and not of somebody who has none yet', async () => {
  const body = { email: 'new@acme.example' }
  await control.ask('user.invite', { as: acme.admin, params: root, body })
  expect(await refusalOf(reset('new@acme.example'))).toBe('wrong_state')
  const own = (await control.ask('me.get', { as: acme.admin })).principal.id
  expect(await refusalOf(reset(own))).toBe('refused_by_rule')
})
