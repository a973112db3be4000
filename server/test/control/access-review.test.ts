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
import type { As, Read } from './support/control.ts'
import { type Past, pastOf } from './support/review.ts'

let acme: Acme
let past: Past
let account: string
beforeAll(async () => {
  acme = await startAcme('everything')
  past = pastOf(acme.control, acme.tenant)
  await past.usesKnownFor(300)
  const { items } = await acme.control.ask('account.list', { as: acme.rootAdmin })
  account = items.find((one: Read) => one.name === 'research').id
  await acme.root('share.create', {
    body: { kind: 'model', resource: 'small', to: 'research', upTo: 'admin' },
  })
})
afterAll(() => acme.close())

const idOf = async (email: string): Promise<string> =>
  (await acme.research('user.get', { params: { user: email } })).id

/** A grant in research of so many days ago. */
async function granted(body: object, days = 200, as: As = acme.researchAdmin): Promise<string> {
  const { id } = await acme.research('grant.create', { body, as })
  await past.age('grant', id, days)
  return id
}

/** The row of one grant, whatever page it is on. */
async function rowOf(id: string, query: Record<string, string> = {}): Promise<Read> {
  const { items } = await acme.research('access-review.grants', {
    query: { limit: '200', ...query },
  })
  return items.find((item: Read) => item.id === id)
}

const small = async () => (await acme.root('model.get', { params: { model: 'small' } })).id

describe('a grant', () => {
  it('is unused when nobody used it in the window, and not when somebody did', async () => {
    await acme.person('research', 'idle@acme.example')
    await acme.person('research', 'busy@acme.example')
    const model = resource('model', 'small')
    const idle = await granted(grantTo(user('idle@acme.example'), 'user', model))
    const busy = await granted(grantTo(user('busy@acme.example'), 'user', model))
    const at = { account, permission: 'model:use', resource: await small() } as const
    await past.used({ ...at, principal: await idOf('idle@acme.example'), days: 120 })
    await past.used({ ...at, principal: await idOf('busy@acme.example'), days: 60 })

    expect((await rowOf(idle)).findings).toContain('unused')
    expect((await rowOf(idle)).sentence).toMatch(/^Last used on .+ Nobody used it for 90 days\./)
    expect((await rowOf(busy)).findings).not.toContain('unused')
    const longer = { 'filter[unusedDays]': '150' }
    expect((await rowOf(idle, longer)).findings).not.toContain('unused')
    const shorter = { 'filter[unusedDays]': '30' }
    expect((await rowOf(busy, shorter)).findings).toContain('unused')
    const { items } = await acme.research('access-review.grants', {
      query: { 'filter[finding]': 'unused', 'filter[user]': 'idle@acme.example' },
    })
    expect(items.map((item: Read) => item.id)).toEqual([idle])
  })

  it('that is young, or older than what is known of uses, is not called unused', async () => {
    await acme.person('research', 'young@acme.example')
    const id = await granted(grantTo(user('young@acme.example'), 'viewer'), 80)
    expect((await rowOf(id)).findings).not.toContain('unused')
    expect((await rowOf(id, { 'filter[unusedDays]': '70' })).findings).toContain('unused')
    await past.usesKnownFor(60)
    const row = await rowOf(id, { 'filter[unusedDays]': '70' })
    await past.usesKnownFor(300)
    expect(row.findings).not.toContain('unused')
    expect(row.sentence).toContain('when uses began to be noted')
  })

  it('to a team is used by whoever is in it, on what is in its object', async () => {
    await acme.research('team.create', { body: { name: 'callers' } })
    await acme.person('research', 'member@acme.example')
    await acme.research('team-member.add', {
      params: { team: 'callers' },
      body: { member: 'member@acme.example' },
    })
    const grants = [
      await granted(grantTo(team('callers'), 'user')),
      await granted(grantTo(team('callers'), 'user', { type: 'kind', kind: 'model' })),
      await granted(grantTo(team('callers'), 'user', resource('model', 'small'))),
    ]
    const elsewhere = [
      await granted(grantTo(team('callers'), 'user', { type: 'kind', kind: 'prompt' })),
      await granted(grantTo(team('callers'), 'viewer', resource('model', 'small'))),
    ]
    const principal = await idOf('member@acme.example')
    const use = { account, principal, permission: 'model:use', days: 10 } as const
    await past.used({ ...use, resource: await small() })
    for (const id of grants) {
      expect(await rowOf(id)).toMatchObject({ usedPermissions: ['model:use'] })
    }
    for (const id of elsewhere) {
      expect(await rowOf(id)).toMatchObject({ usedPermissions: [], lastUsedAt: null })
    }
  })

  it('has unused power where it carries more than was used, and says which role is enough', async () => {
    await acme.person('research', 'reader@acme.example')
    const id = await granted(grantTo(user('reader@acme.example'), 'editor'))
    const principal = await idOf('reader@acme.example')
    await past.used({ account, principal, permission: 'prompt:read', days: 3 })
    const row = await rowOf(id)
    expect(row.findings).toContain('unused_power')
    expect(row.enough).toBe('viewer')
    expect(row.sentence).toContain('prompt:read was used in 90 days; the role viewer has that.')

    const permissions = ['prompt:read']
    await acme.research('role.create', { body: { name: 'narrow', permissions } })
    const whole = await granted(grantTo(user('reader@acme.example'), 'narrow'))
    expect(await rowOf(whole)).toMatchObject({ findings: [], enough: null, carried: 1 })
  })

  it('is expiring or expired by its end', async () => {
    await acme.person('research', 'guest@acme.example')
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
    const body = grantTo(user('guest@acme.example'), 'viewer')
    const soon = await granted({ ...body, expiresAt: inDays(5) }, 1)
    expect((await rowOf(soon)).findings).toEqual(['expiring'])
    expect((await rowOf(soon, { 'filter[expiringDays]': '3' })).findings).toEqual([])
    const late = await granted({ ...body, role: 'user', expiresAt: inDays(30) }, 1)
    expect((await rowOf(late)).findings).toEqual([])
    await acme.control.services.database.withTenant(acme.tenant.id, (tx) =>
      tx
        .updateTable('grant')
        .set({ expiresAt: new Date(Date.now() - 1_000) })
        .where('expiresAt', 'is not', null)
        .execute(),
    )
    expect((await rowOf(soon)).findings).toEqual(['expired'])
  })

  it('whose author lost what it carries says so, and what is missing', async () => {
    const author = await acme.person('research', 'author@acme.example', 'admin')
    await acme.person('research', 'heir@acme.example')
    const id = await granted(grantTo(user('heir@acme.example'), 'user'), 1, author)
    expect((await rowOf(id)).findings).toEqual([])
    const own = (
      await acme.research('grant.list', { query: { 'filter[user]': 'author@acme.example' } })
    ).items[0].id
    await acme.research('grant.create', { body: grantTo(user('author@acme.example'), 'viewer') })
    await acme.research('grant.delete', { params: { grant: own } })
    const row = await rowOf(id)
    expect(row.findings).toEqual(['author_lost_power'])
    expect(row.missingPermissions).toContain('model:use')
    expect(row.missingPermissions).not.toContain('model:read')
    expect(row.sentence).toContain('author@acme.example granted it and does not hold')
  })

  it('whose author is deactivated, or has left, says so', async () => {
    const author = await acme.person('research', 'leaver@acme.example', 'admin')
    await acme.person('research', 'stays@acme.example')
    const id = await granted(grantTo(user('stays@acme.example'), 'viewer'), 1, author)
    await acme.research('user.deactivate', { params: { user: 'leaver@acme.example' } })
    expect((await rowOf(id)).findings).toEqual(['author_gone', 'author_lost_power'])
    await acme.research('user.reactivate', { params: { user: 'leaver@acme.example' } })
    expect((await rowOf(id)).findings).toEqual([])
    await acme.research('user.remove', { params: { user: 'leaver@acme.example' } })
    const row = await rowOf(id)
    expect(row.findings).toEqual(['author_gone', 'author_lost_power'])
    expect(row.sentence).toContain(
      'leaver@acme.example granted it and is not active here any more.',
    )
  })

  it('that an admin of the tenant made from root is weighed by what he holds in root', async () => {
    const { items } = await acme.research('access-review.grants', {
      query: { 'filter[user]': 'ana@acme.example' },
    })
    expect(items[0].author.id).not.toBe(await idOf('ana@acme.example'))
    expect(items[0].findings).toEqual(['wide'])
  })

  it('to somebody who is not active, or to a team without anybody, carries nothing', async () => {
    await acme.research('team.create', { body: { name: 'nobody' } })
    const empty = await granted(grantTo(team('nobody'), 'viewer'), 1)
    expect((await rowOf(empty)).findings).toEqual(['subject_inactive'])
    await acme.research('virtual-account.create', { body: { name: 'sleeper' } })
    const sleeping = await granted(grantTo(virtualAccount('sleeper'), 'viewer'), 1)
    expect((await rowOf(sleeping)).findings).toEqual([])
    await acme.research('virtual-account.update', {
      params: { 'virtual-account': 'sleeper' },
      body: { state: 'suspended' },
    })
    expect((await rowOf(sleeping)).findings).toEqual(['subject_inactive'])
  })

  it('is wide when it carries everything that the account may do', async () => {
    await acme.person('research', 'wide@acme.example')
    const wide = await granted(grantTo(user('wide@acme.example'), 'admin'), 1)
    const narrow = await granted(grantTo(user('wide@acme.example'), 'editor'), 1)
    expect((await rowOf(wide)).findings).toEqual(['wide'])
    expect((await rowOf(narrow)).findings).toEqual([])
  })
})
