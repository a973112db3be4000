/** Users: of the tenant, in accounts; deactivated at once and everywhere; never left without an admin. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Control,
  type Read,
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

async function person(email: string, more: object = {}, as = acme.admin, account = 'root') {
  const invited = await control.ask('user.invite', {
    as,
    params: { account },
    body: { email, ...more },
  })
  return { id: invited.id as string, signedIn: await control.accept(invited.invitation.link) }
}

async function account(name: string): Promise<SignedIn> {
  const admin = { email: `admin@${name}.example` }
  const { invitation } = await control.ask('account.create', {
    as: acme.admin,
    body: { name, admin },
  })
  return control.accept(invitation.link)
}

const on = (operation: string, user: string, as = acme.admin, where = 'root', body?: unknown) =>
  control.ask(`user.${operation}`, {
    as,
    params: { account: where, user },
    ...(body ? { body } : {}),
  })

const emails = (page: Read) => page.items.map((user: { email: string }) => user.email)

test('an invited person has the role and the teams that came with the invitation', async () => {
  await control.ask('team.create', { as: acme.admin, params: root, body: { name: 'writers' } })
  const { signedIn, id } = await person('ana@acme.example', { role: 'viewer', teams: ['writers'] })
  const me = await control.ask('me.account', { as: signedIn, params: root })
  expect(me.teams).toMatchObject([{ name: 'writers' }])
  expect(me.permissions).toContain('user:read')
  expect(me.permissions).not.toContain('user:create')
  const inTeam = await control.ask('user.list', {
    as: signedIn,
    params: root,
    query: { 'filter[team]': 'writers' },
  })
  expect(inTeam.items).toMatchObject([{ id, email: 'ana@acme.example', state: 'active' }])
})

test('nobody invites into more than they hold', async () => {
  const role = { name: 'inviter', permissions: ['user:read', 'user:create', 'role:read'] }
  await control.ask('role.create', { as: acme.admin, params: root, body: role })
  const { signedIn } = await person('ivo@acme.example', { role: 'inviter' })
  const call = person('friend@acme.example', { role: 'admin' }, signedIn)
  const refusal = await refused(call)
  expect(refusal.code).toBe('hands_out_more_than_held')
  expect(refusal.missingPermissions).toContain('account:manage')
  await person('peer@acme.example', { role: 'inviter' }, signedIn)

  const team = { name: 'strong' }
  await control.ask('team.create', { as: acme.admin, params: root, body: team })
  await control.ask('grant.create', {
    as: acme.admin,
    params: root,
    body: { subject: { type: 'team', team: 'strong' }, role: 'admin', object: { type: 'account' } },
  })
  const byTeam = person('sneaky@acme.example', { teams: ['strong'] }, signedIn)
  expect(await refusalOf(byTeam)).toBe('hands_out_more_than_held')
})

test('somebody who is in the tenant already becomes a member without a link', async () => {
  const sales = await account('sales')
  const added = await control.ask('user.invite', {
    as: sales,
    params: { account: 'sales' },
    body: { email: 'ANA@acme.example', role: 'editor' },
  })
  expect(added).toMatchObject({ state: 'active', invitation: null, email: 'ana@acme.example' })
  const ana = await control.signIn('ana@acme.example')
  const me = await control.ask('me.get', { as: ana })
  expect(me.accounts.map((one: { name: string }) => one.name)).toEqual(['root', 'sales'])
  const twice = control.ask('user.invite', {
    as: sales,
    params: { account: 'sales' },
    body: { email: 'ana@acme.example' },
  })
  expect(await refusalOf(twice)).toBe('wrong_state')
})

test('a user of another account does not exist, and lists stay inside the account', async () => {
  const legal = await account('legal')
  const foreign = await refused(on('get', 'ana@acme.example', legal, 'legal'))
  const missing = await refused(on('get', 'nobody@acme.example', legal, 'legal'))
  expect([foreign.code, foreign.detail]).toEqual([missing.code, missing.detail])
  const listed = await control.ask('user.list', { as: legal, params: { account: 'legal' } })
  expect(emails(listed)).toEqual(['admin@legal.example'])
})

test('deactivating ends sessions and tokens everywhere, at once; reactivating revives none', async () => {
  const { signedIn } = await person('dan@acme.example', { role: 'editor' })
  const token = await control.ask('personal-access-token.create', {
    as: signedIn,
    params: root,
    body: { name: 'laptop' },
  })
  const as = { token: token.secret }
  await control.ask('me.get', { as })
  const told = await control.ask('user.deactivate', {
    as: acme.admin,
    params: { ...root, user: 'dan@acme.example' },
    query: { dryRun: 'true' },
  })
  expect(told.lost[0].sentence).toContain('1 sessions, 1 tokens')
  await control.ask('me.get', { as })

  expect(await on('deactivate', 'dan@acme.example')).toMatchObject({ state: 'deactivated' })
  expect(await refusalOf(control.ask('me.get', { as }))).toBe('not_signed_in')
  expect(await refusalOf(control.ask('me.get', { as: signedIn }))).toBe('not_signed_in')
  expect(await refusalOf(control.signIn('dan@acme.example'))).toBe('sign_in_failed')
  expect(await refusalOf(on('deactivate', 'dan@acme.example'))).toBe('wrong_state')

  expect(await on('reactivate', 'dan@acme.example')).toMatchObject({ state: 'active' })
  expect(await refusalOf(control.ask('me.get', { as }))).toBe('not_signed_in')
  expect(await refusalOf(control.ask('me.get', { as: signedIn }))).toBe('not_signed_in')
  await control.signIn('dan@acme.example')
})

test('virtual accounts go on when who made them is deactivated', async () => {
  const { signedIn, id } = await person('vera@acme.example', { role: 'admin' })
  await control.ask('virtual-account.create', {
    as: signedIn,
    params: root,
    body: { name: 'nightly' },
  })
  const token = await control.ask('token.create', {
    as: signedIn,
    params: { ...root, 'virtual-account': 'nightly' },
    body: { name: 'ci-token' },
  })
  await on('deactivate', id)
  const me = await control.ask('me.get', { as: { token: token.secret } })
  expect(me.principal.name).toBe('nightly')
})

test('an open invitation ends with deactivation, and the person can be invited again later', async () => {
  const email = 'never@acme.example'
  const body = { email }
  const invited = await control.ask('user.invite', { as: acme.admin, params: root, body })
  await on('deactivate', email)
  expect(await refusalOf(control.accept(invited.invitation.link))).toBe('not_found')
  const early = control.ask('user.invite', { as: acme.admin, params: root, body })
  expect(await refusalOf(early)).toBe('wrong_state')
  expect(await on('reactivate', email)).toMatchObject({ state: 'invited' })
  const again = await control.ask('user.invite', { as: acme.admin, params: root, body })
  await control.accept(again.invitation.link)
})

test('nobody touches a person who can do more', async () => {
  const permissions = ['user:read', 'user:update', 'user:delete']
  const role = { name: 'people-clerk', permissions }
  await control.ask('role.create', { as: acme.admin, params: root, body: role })
  const clerk = (await person('clerk@acme.example', { role: 'people-clerk' })).signedIn
  for (const operation of ['deactivate', 'remove']) {
    const refusal = await refused(on(operation, acme.adminEmail, clerk))
    expect(refusal.code).toBe('hands_out_more_than_held')
  }
  const body = { displayName: 'Fool' }
  expect(await refusalOf(on('update', acme.adminEmail, clerk, 'root', body))).toBe(
    'hands_out_more_than_held',
  )
  await person('weak@acme.example')
  await on('deactivate', 'weak@acme.example', clerk)
})

test('who is in several accounts is deactivated by an admin of the tenant alone', async () => {
  const ops = await account('ops')
  await account('research')
  const both = await person('both@acme.example', {}, ops, 'ops')
  const research = await control.signIn('admin@research.example')
  await control.ask('user.invite', {
    as: research,
    params: { account: 'research' },
    body: { email: 'both@acme.example' },
  })
  const refusal = await refused(on('deactivate', both.id, ops, 'ops'))
  expect(refusal.code).toBe('refused_by_rule')

  // The tenant's admin sees everybody in root, although this user is no member there.
  const seen = await on('get', 'both@acme.example')
  expect(seen).toMatchObject({ memberSince: null, source: null, state: 'active' })
  await on('deactivate', both.id)
  expect(await refusalOf(control.ask('me.get', { as: both.signedIn }))).toBe('not_signed_in')
})

test('a member of root who is no admin of the tenant does not see users of other accounts', async () => {
  const viewer = (await person('looker@acme.example', { role: 'viewer' })).signedIn
  expect(await refusalOf(on('get', 'admin@ops.example', viewer))).toBe('not_found')
})

test('an account keeps its last active admin, and nobody locks themselves out', async () => {
  const solo = await account('solo')
  const email = 'admin@solo.example'
  expect(await refusalOf(on('remove', email, solo, 'solo'))).toBe('refused_by_rule')
  expect(await refusalOf(on('deactivate', email, solo, 'solo'))).toBe('refused_by_rule')
  expect(await refusalOf(on('deactivate', email))).toBe('refused_by_rule')
  expect(await refusalOf(on('deactivate', acme.adminEmail))).toBe('refused_by_rule')
  expect(await refusalOf(on('remove', acme.adminEmail))).toBe('refused_by_rule')

  await person('second@solo.example', { role: 'admin' }, solo, 'solo')
  const second = await control.signIn('second@solo.example')
  await on('remove', email, second, 'solo')
  expect(await refusalOf(on('get', email, second, 'solo'))).toBe('not_found')
})

test('removal takes grants, teams and tokens of the account, and coming back revives none', async () => {
  const lab = await account('lab')
  const team = { name: 'crew' }
  await control.ask('team.create', { as: lab, params: { account: 'lab' }, body: team })
  const more = { role: 'editor', teams: ['crew'] }
  const { signedIn, id } = await person('rita@acme.example', more, lab, 'lab')
  const token = await control.ask('personal-access-token.create', {
    as: signedIn,
    params: { account: 'lab' },
    body: { name: 'bench' },
  })
  await on('remove', id, lab, 'lab')
  expect(await refusalOf(control.ask('me.get', { as: { token: token.secret } }))).toBe(
    'not_signed_in',
  )
  const gone = control.ask('me.account', { as: signedIn, params: { account: 'lab' } })
  expect(await refusalOf(gone)).toBe('not_found')

  const back = await control.ask('user.invite', {
    as: lab,
    params: { account: 'lab' },
    body: { email: 'rita@acme.example' },
  })
  expect(back.id).toBe(id)
  const me = await control.ask('me.account', { as: signedIn, params: { account: 'lab' } })
  expect(me).toMatchObject({ permissions: [], teams: [] })
})

test('somebody who never came leaves nothing behind', async () => {
  const email = 'ghost@acme.example'
  await control.ask('user.invite', { as: acme.admin, params: root, body: { email } })
  await on('remove', email)
  expect(await refusalOf(on('get', email))).toBe('not_found')
})

test('a changed name is told with its revision', async () => {
  const { id } = await person('old@acme.example')
  const before = await on('get', id)
  const body = { displayName: 'New' }
  const stale = control.ask('user.update', {
    as: acme.admin,
    params: { ...root, user: id },
    body,
    ifMatch: '"999"',
  })
  expect(await refusalOf(stale)).toBe('revision_mismatch')
  const after = await on('update', id, acme.admin, 'root', body)
  expect(after.displayName).toBe('New')
  expect(after.revision).toBe(before.revision + 1)
})
