import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acme, grantTo, resource, startAcme, user } from './support/acme.ts'
import { type As, type Read, refusalOf, refused } from './support/control.ts'

let acme: Acme
beforeAll(async () => {
  acme = await startAcme('everything')
  await acme.root('cluster.create', { body: { name: 'eu-west' } })
  await acme.root('secret-group.create', { body: { name: 'keys' } })
})
afterAll(() => acme.close())

interface Most {
  upTo?: string
  permissions?: string[]
  markupPpm?: number
}
const share = (kind: string, reference: string, most: Most, as?: As, to = 'research') =>
  acme.root('share.create', {
    ...(as ? { as } : {}),
    body: { kind, resource: reference, to, ...most },
  })
const unshare = (id: string, more = {}) =>
  acme.root('share.delete', { params: { share: id }, ...more })
const models = async () =>
  (await acme.research('model.list')).items.map(({ name }: { name: string }) => name)
const may = async (permission: string, kind: string, reference: string) =>
  (
    await acme.research('access.check', {
      body: { permission, kind, resource: reference },
    })
  ).verdict as string

describe('a share', () => {
  it('allots a resource up to a role, and the account sees it from then on', async () => {
    expect(await models()).toEqual([])
    const made = await share('model', 'sandbox/small', { upTo: 'user', markupPpm: 50_000 })
    expect(made).toMatchObject({
      kind: 'share',
      account: acme.tenant.rootAccountId,
      resource: { kind: 'model', name: 'sandbox/small' },
      to: { name: 'research' },
      permissions: ['model:read', 'model:use'],
      markupPpm: 50_000,
    })
    expect(await models()).toEqual(['small'])
    expect(await may('model:use', 'model', 'small')).toBe('allowed')
    expect(await may('model:update', 'model', 'small')).toBe('outside_share')
    for (const ask of [acme.root, acme.research]) {
      const params = { share: made.id }
      expect(await ask('share.get', { params })).toEqual(made)
      expect((await ask('share.list')).items).toContainEqual(made)
    }
    await unshare(made.id)
    expect(await models()).toEqual([])
  })

  it('of a parent covers what is in it, and always lets it be read', async () => {
    const most = { permissions: ['model:use'] }
    const made = await share('provider-account', 'sandbox', most)
    expect(made.permissions).toEqual(['provider-account:read', 'model:use'])
    expect(await may('model:use', 'model', 'small')).toBe('allowed')
    expect(await may('provider-account:read', 'provider-account', 'sandbox')).toBe('allowed')
    await unshare(made.id)
  })

  it('is made once for an account and a resource', async () => {
    const made = await share('model', 'sandbox/small', { upTo: 'user' })
    expect(await refusalOf(share('model', 'sandbox/small', { upTo: 'admin' }))).toBe('name_taken')
    await unshare(made.id)
  })

  it.each<[string, Most, string]>([
    ['neither upTo nor permissions', {}, '/upTo'],
    ['both', { upTo: 'user', permissions: ['model:use'] }, '/permissions'],
    ['what means nothing on it', { permissions: ['prompt:read', 'team:read'] }, '/permissions'],
  ])('is refused with %s', async (_, most, pointer) => {
    const refusal = await refused(share('model', 'sandbox/small', most))
    expect(refusal.code).toBe('invalid_input')
    expect(refusal.errors[0].pointer).toBe(pointer)
  })
})

describe('who shares', () => {
  it('is root alone: the account that receives changes nothing about it', async () => {
    const made = await share('model', 'sandbox/small', { upTo: 'user' })
    const params = { share: made.id }
    const body = { kind: 'model', resource: 'small', to: 'research', upTo: 'admin' }
    const attempts = [
      () => acme.research('share.create', { body }),
      () => acme.research('share.update', { params, body: { upTo: 'admin' } }),
      () => acme.research('share.delete', { params }),
    ]
    for (const attempt of attempts) expect(await refusalOf(attempt())).toBe('refused_by_rule')
    await unshare(made.id)
  })

  it('shares with another account, never with root, and with none that does not exist', async () => {
    const most = { upTo: 'user' }
    const toRoot = share('model', 'sandbox/small', most, undefined, 'root')
    expect(await refusalOf(toRoot)).toBe('refused_by_rule')
    const toNobody = share('model', 'sandbox/small', most, undefined, 'nobody')
    expect(await refusalOf(toNobody)).toBe('not_found')
  })

  it('holds what he shares, and who manages one thing shares that one alone (A9, A13)', async () => {
    await acme.root('role.create', {
      body: {
        name: 'half',
        permissions: ['model:read', 'model:use', 'model:manage', 'account:read'],
      },
    })
    const as = await acme.person('root', 'half@acme.example')
    const onSmall = grantTo(user('half@acme.example'), 'half', resource('model', 'sandbox/small'))
    await acme.root('grant.create', { body: onSmall })
    await acme.root('role.create', { body: { name: 'knows', permissions: ['account:read'] } })
    await acme.root('grant.create', { body: grantTo(user('half@acme.example'), 'knows') })
    const refusal = await refused(share('model', 'sandbox/small', { upTo: 'editor' }, as))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toEqual(['model:create', 'model:update', 'model:delete'])
    const made = await share('model', 'sandbox/small', { upTo: 'user' }, as)
    expect(await refusalOf(share('model', 'sandbox/large', { upTo: 'user' }, as))).toBe('not_found')
    await unshare(made.id, { as })
  })

  it('takes nothing away that he does not hold', async () => {
    const made = await share('model', 'sandbox/small', { upTo: 'editor' })
    const permissions = ['share:update', 'share:delete', 'share:read', 'model:read']
    await acme.root('role.create', { body: { name: 'trimmer', permissions } })
    const as = await acme.person('root', 'trimmer@acme.example', 'trimmer')
    const params = { share: made.id }
    const narrow = acme.root('share.update', { as, params, body: { upTo: 'user' } })
    expect(await refusalOf(narrow)).toBe('hands_out_more_than_held')
    expect(await refusalOf(unshare(made.id, { as }))).toBe('hands_out_more_than_held')
    await unshare(made.id)
  })

  it('needs to know of an account to share with it', async () => {
    const permissions = ['share:create', 'model:read']
    await acme.root('role.create', { body: { name: 'sharer', permissions } })
    const as = await acme.person('root', 'sharer@acme.example', 'sharer')
    const most = { permissions: ['model:read'] }
    const there = await refused(share('model', 'sandbox/small', most, as))
    const nowhere = await refused(share('model', 'sandbox/small', most, as, 'nobody'))
    expect([there.code, there.detail]).toEqual([nowhere.code, nowhere.detail])
  })
})

describe('narrowing a share', () => {
  it('acts on the next request, and deletes no grant (A51, A57)', async () => {
    const made = await share('model', 'sandbox/small', { upTo: 'user' })
    const as = await acme.person('research', 'under@acme.example')
    const body = grantTo(user('under@acme.example'), 'user', resource('model', 'small'))
    const { id } = await acme.research('grant.create', { body })
    const ask = async () => {
      const question = { permission: 'model:use', kind: 'model', resource: 'small' }
      return (await acme.research('access.check', { as, body: question })).verdict
    }
    expect(await ask()).toBe('allowed')
    const params = { share: made.id }
    const narrowed = { upTo: 'viewer' }
    const dryRun = { query: { dryRun: 'true' } }
    const dry = await acme.root('share.update', { params, body: narrowed, ...dryRun })
    expect(dry.lost.map((loss: { sentence: string }) => loss.sentence)).toEqual([
      'ana@acme.example and under@acme.example lose model:use on the model sandbox/small (through the role admin and the role user).',
    ])
    expect(await ask()).toBe('allowed')
    await acme.root('share.update', { params, body: narrowed })
    expect(await ask()).toBe('outside_share')
    await acme.root('share.update', { params, body: { upTo: 'user' } })
    expect(await ask()).toBe('allowed')
    await acme.research('grant.get', { params: { grant: id } })
    await unshare(made.id)
  })

  it('heeds If-Match', async () => {
    const made = await share('model', 'sandbox/small', { upTo: 'user' })
    const params = { share: made.id }
    await acme.root('share.update', { params, body: { markupPpm: 1 } })
    const stale = acme.root('share.update', {
      params,
      body: { upTo: 'viewer' },
      ifMatch: `"${made.revision}"`,
    })
    expect(await refusalOf(stale)).toBe('revision_mismatch')
    await unshare(made.id)
  })
})

describe('un-sharing', () => {
  it('deletes the grants made under it, and sharing again revives none (A55)', async () => {
    const made = await share('model', 'sandbox/small', { upTo: 'user' })
    await acme.person('research', 'loses@acme.example')
    const body = grantTo(user('loses@acme.example'), 'user', resource('model', 'small'))
    const { id } = await acme.research('grant.create', { body })
    const dry = await unshare(made.id, { query: { dryRun: 'true' } })
    expect(dry.lost).toContainEqual({
      what: 'grant',
      id: made.id,
      sentence: 'One grant of research under the share is deleted.',
    })
    const holders = dry.access.lost.flatMap((one: Read) => one.holders)
    const through = holders.find(({ name }: Read) => name === 'loses@acme.example').through
    expect(through).toEqual([
      expect.objectContaining({ grant: id, role: 'user', state: 'deleted' }),
    ])
    await unshare(made.id)
    const again = await share('model', 'sandbox/small', { upTo: 'user' })
    expect(await refusalOf(acme.research('grant.get', { params: { grant: id } }))).toBe('not_found')
    await unshare(again.id)
  })

  it('waits for what the account has made of its own in it', async () => {
    const made = await share('cluster', 'eu-west', { upTo: 'editor' })
    await acme.research('workspace.create', { body: { name: 'own', cluster: 'eu-west' } })
    const refusal = await refused(unshare(made.id))
    expect(refusal.code).toBe('in_use')
    expect(refusal.detail).toContain('own')
    await acme.research('workspace.delete', { params: { workspace: 'own' } })
    await unshare(made.id)
  })
})

describe('the audit log', () => {
  it('tells of sharing and un-sharing in root and in the account, with the same fields', async () => {
    const made = await share('secret-group', 'keys', { upTo: 'viewer' })
    await unshare(made.id)
    for (const ask of [acme.root, acme.research]) {
      const { items } = await ask('audit-event.list', { query: { 'filter[target]': made.id } })
      const told = items.map((event: { operation: string; target: { name: string } }) => [
        event.operation,
        event.target.name,
      ])
      expect(told.toSorted()).toEqual([
        ['share.create', 'keys to research'],
        ['share.delete', 'keys to research'],
      ])
    }
  })
})
