import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Acme,
  grantTo,
  resource,
  startAcme,
  team,
  user,
  virtualAccount,
} from './support/acme.ts'
import { type As, refusalOf, refused } from './support/control.ts'

let acme: Acme
beforeAll(async () => {
  acme = await startAcme()
  const share = { kind: 'model', resource: 'sandbox/small', to: 'research', upTo: 'user' }
  await acme.root('share.create', { body: share })
})
afterAll(() => acme.close())

const give = (subject: object, role: string, object?: object, more: object = {}, as?: As) =>
  acme.research('grant.create', {
    ...(as ? { as } : {}),
    body: { ...grantTo(subject, role, object), ...more },
  })
const take = (grant: string, as?: As) =>
  acme.research('grant.delete', { ...(as ? { as } : {}), params: { grant } })
const may = async (as: As, permission: string, kind?: string, reference?: string) =>
  (await acme.research('access.check', { as, body: { permission, kind, resource: reference } }))
    .allowed as boolean
const small = resource('model', 'small')

describe('a grant', () => {
  it('gives a user, a team or a virtual account a role on account, kind or resource', async () => {
    const as = await acme.person('research', 'subject@acme.example')
    await acme.research('team.create', { body: { name: 'ops' } })
    await acme.research('virtual-account.create', { body: { name: 'bot' } })
    const made = await give(user('subject@acme.example'), 'user', small)
    expect(made).toMatchObject({
      kind: 'grant',
      subject: { type: 'user', name: 'subject@acme.example' },
      object: { type: 'resource', kind: 'model', name: 'sandbox/small', shared: true },
      role: { name: 'user' },
      expiresAt: null,
    })
    expect(await acme.research('grant.get', { params: { grant: made.id } })).toEqual(made)
    expect(await may(as, 'model:use', 'model', 'small')).toBe(true)
    expect(await may(as, 'prompt:read')).toBe(false)
    const onKind = await give(team('ops'), 'editor', { type: 'kind', kind: 'prompt' })
    expect(onKind.object).toMatchObject({ type: 'kind', kind: 'prompt', name: 'every prompt' })
    const onAccount = await give(virtualAccount('bot'), 'viewer')
    expect(onAccount.object).toMatchObject({ type: 'account', name: 'research', shared: false })
  })

  it('to a team is a grant to whoever is in it now', async () => {
    const as = await acme.person('research', 'joins@acme.example')
    await acme.research('team.create', { body: { name: 'joiners' } })
    await give(team('joiners'), 'user', small)
    expect(await refusalOf(may(as, 'model:use', 'model', 'small'))).toBe('not_found')
    const params = { team: 'joiners' }
    await acme.research('team-member.add', { params, body: { member: 'joins@acme.example' } })
    expect(await may(as, 'model:use', 'model', 'small')).toBe(true)
    await acme.research('team.update', { params, body: { state: 'suspended' } })
    expect(await refusalOf(may(as, 'model:use', 'model', 'small'))).toBe('not_found')
  })

  it('is made once; the same again is refused, and after its end it can be renewed', async () => {
    await acme.person('research', 'renews@acme.example')
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const subject = user('renews@acme.example')
    const made = await give(subject, 'viewer', undefined, { expiresAt })
    expect(made.expiresAt).toBe(expiresAt)
    expect(await refusalOf(give(subject, 'viewer'))).toBe('name_taken')
    await acme.control.services.database.withTenant(acme.tenant.id, (tx) =>
      tx
        .updateTable('grant')
        .set({ expiresAt: new Date(Date.now() - 1_000) })
        .where('expiresAt', 'is not', null)
        .execute(),
    )
    expect((await give(subject, 'viewer')).expiresAt).toBeNull()
  })

  it('ends in the future, and carries something that concerns its object', async () => {
    await acme.person('research', 'void@acme.example')
    const subject = user('void@acme.example')
    const past = { expiresAt: new Date(Date.now() - 1_000).toISOString() }
    expect(await refusalOf(give(subject, 'viewer', undefined, past))).toBe('invalid_input')
    await acme.research('role.create', { body: { name: 'teams', permissions: ['team:read'] } })
    expect(await refusalOf(give(subject, 'teams', small))).toBe('refused_by_rule')
  })

  it('is listed by subject, object and role', async () => {
    await acme.person('research', 'listed@acme.example')
    const made = await give(user('listed@acme.example'), 'viewer', small)
    const filters: Record<string, string>[] = [
      { 'filter[user]': 'listed@acme.example' },
      { 'filter[resource]': 'small', 'filter[role]': 'viewer' },
    ]
    for (const query of filters) {
      const { items } = await acme.research('grant.list', { query })
      expect(items).toContainEqual(made)
      expect(items.length).toBeLessThan(3)
    }
    const unknown = { 'filter[user]': 'nobody@acme.example' }
    expect(await refusalOf(acme.research('grant.list', { query: unknown }))).toBe('not_found')
  })
})

describe('what a grant can be about', () => {
  it('is of this account: subjects and objects elsewhere do not exist (A1, A9, A39)', async () => {
    await acme.root('team.create', { body: { name: 'roots' } })
    await acme.root('virtual-account.create', { body: { name: 'roots' } })
    await acme.person('research', 'here@acme.example')
    const unshared = resource('model', 'large')
    for (const [subject, object] of [
      [team('roots'), undefined],
      [virtualAccount('roots'), undefined],
      [user(acme.tenant.adminEmail), undefined],
      [user('here@acme.example'), unshared],
    ] as const) {
      expect(await refusalOf(give(subject, 'viewer', object))).toBe('not_found')
    }
  })

  it('answers alike for what is foreign, what is missing, and what is of another kind', async () => {
    const { items } = await acme.root('model.list')
    const large = items.find((model: { name: string }) => model.name === 'large')
    await acme.person('research', 'alike@acme.example')
    const details = []
    for (const reference of [large.id, 'no-such-model', large.id.replace('mdl_', 'clu_')]) {
      const attempt = give(user('alike@acme.example'), 'viewer', resource('model', reference))
      details.push((await refused(attempt)).detail)
    }
    expect(new Set(details).size).toBe(1)
  })

  it('is only what its author may read: a grant tells nobody what is there', async () => {
    const permissions = ['grant:create', 'grant:delete']
    await acme.research('role.create', { body: { name: 'blind', permissions } })
    const as = await acme.person('research', 'blind@acme.example', 'blind')
    const subject = user('blind@acme.example')
    const there = await refused(give(subject, 'viewer', small, {}, as))
    const nowhere = await refused(give(subject, 'viewer', resource('model', 'none'), {}, as))
    expect(there.detail).toBe(nowhere.detail)
  })
})

describe('the write rule for grants', () => {
  it('lets nobody grant more than he holds on the object, and names it', async () => {
    const permissions = ['grant:create', 'grant:delete', 'model:read', 'model:use']
    await acme.research('role.create', { body: { name: 'granter', permissions } })
    const as = await acme.person('research', 'granter@acme.example', 'granter')
    const subject = user('granter@acme.example')
    const refusal = await refused(give(subject, 'admin', undefined, {}, as))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toContain('grant:read')
    expect(refusal.missingPermissions).not.toContain('model:use')
    await give(subject, 'user', small, {}, as)
  })

  it('lets nobody take back more than he holds', async () => {
    const permissions = ['grant:delete', 'model:read']
    await acme.research('role.create', { body: { name: 'taker', permissions } })
    const as = await acme.person('research', 'taker@acme.example', 'taker')
    await acme.person('research', 'rich@acme.example')
    const made = await give(user('rich@acme.example'), 'user', small)
    expect(await refusalOf(take(made.id, as))).toBe('hands_out_more_than_held')
    const weaker = await give(user('rich@acme.example'), 'viewer', small)
    await take(weaker.id, as)
  })

  it('lets who manages an object grant that one, and no other (A9)', async () => {
    for (const name of ['mine', 'theirs']) await acme.research('prompt.create', { body: { name } })
    const as = await acme.person('research', 'manager@acme.example')
    await acme.person('research', 'guest@acme.example')
    await give(user('manager@acme.example'), 'admin', resource('prompt', 'mine'))
    await give(user('manager@acme.example'), 'viewer', resource('prompt', 'theirs'))
    const guest = user('guest@acme.example')
    const made = await give(guest, 'user', resource('prompt', 'mine'), {}, as)
    await take(made.id, as)
    expect(await refusalOf(give(guest, 'viewer', resource('prompt', 'theirs'), {}, as))).toBe(
      'not_allowed',
    )
    expect(await refusalOf(give(guest, 'viewer', undefined, {}, as))).toBe('not_allowed')
    const theirs = await give(guest, 'viewer', resource('prompt', 'theirs'))
    expect(await refusalOf(take(theirs.id, as))).toBe('not_allowed')
  })

  it('stops at the share’s maximum and the boundary, for an admin too (A51)', async () => {
    await acme.person('research', 'capped@acme.example')
    const onModel = await refused(give(user('capped@acme.example'), 'editor', small))
    expect(onModel.code).toBe('hands_out_more_than_held')
    expect(onModel.missingPermissions).toContain('model:update')
    const clusters = { type: 'kind', kind: 'cluster' }
    const onKind = await refused(give(user('capped@acme.example'), 'editor', clusters))
    expect(onKind.missingPermissions).toContain('cluster:create')
  })

  it('lets an admin under a boundary make another, who is under it as well', async () => {
    const as = await acme.person('research', 'second@acme.example', 'admin')
    expect(await may(as, 'grant:create')).toBe(true)
    expect(await may(as, 'model:create')).toBe(false)
  })

  it('lets what a narrowed share has made idle be taken back all the same', async () => {
    const body = { kind: 'model', resource: 'sandbox/large', to: 'research', upTo: 'user' }
    const share = await acme.root('share.create', { body })
    await acme.person('research', 'idle@acme.example')
    const made = await give(user('idle@acme.example'), 'user', resource('model', 'large'))
    const params = { share: share.id }
    await acme.root('share.update', { params, body: { upTo: 'viewer' } })
    await take(made.id)
    await acme.root('share.delete', { params })
  })
})

describe('the last admin of an account', () => {
  it('can’t be taken away: not by grant, not by team', async () => {
    const lab = { account: 'lab' }
    const admin = { email: 'only@acme.example' }
    const { invitation } = await acme.control.ask('account.create', {
      as: acme.rootAdmin,
      body: { name: 'lab', admin },
    })
    const as = await acme.control.accept(invitation.link)
    const ask = (operation: string, more: object) =>
      acme.control.ask(operation, { as, params: lab, ...more })
    const { items } = await ask('grant.list', {})
    const remove = (grant: string) => ask('grant.delete', { params: { ...lab, grant } })
    expect(await refusalOf(remove(items[0].id))).toBe('refused_by_rule')

    await ask('team.create', { body: { name: 'admins', members: ['only@acme.example'] } })
    await ask('grant.create', { body: grantTo(team('admins'), 'admin') })
    await remove(items[0].id)
    const params = { ...lab, team: 'admins' }
    const losing = [
      () => ask('team.delete', { params }),
      () => ask('team.update', { params, body: { state: 'suspended' } }),
      () => ask('team-member.remove', { params: { ...params, member: 'only@acme.example' } }),
    ]
    for (const attempt of losing) expect(await refusalOf(attempt())).toBe('refused_by_rule')
  })
})
