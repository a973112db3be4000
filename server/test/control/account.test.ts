/** Accounts as objects: made under a boundary, allotted money, lowered, suspended, deleted, joined. */
import { boundaryPresets, listPermissions } from '@commonhold/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { uuid } from '../../src/store/database.ts'
import {
  type Control,
  type Read,
  refusalOf,
  refused,
  type SignedIn,
  startControl,
  type TestTenant,
} from './support/control.ts'
import { journalOf } from './support/spend.ts'

let control: Control
let acme: TestTenant
const root = { account: 'root' }

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

const create = (name: string, more: object = {}, as: SignedIn = acme.admin) =>
  control.ask('account.create', { as, body: { name, ...more } })

const on = (operation: string, account: string, more: object = {}, as: SignedIn = acme.admin) =>
  control.ask(`account.${operation}`, { as, params: { account }, ...more })

async function accountWithAdmin(name: string, more: object = {}) {
  const made = await create(name, { ...more, admin: { email: `admin@${name}.example` } })
  return { id: made.id as string, admin: await control.accept(made.invitation.link) }
}

async function member(email: string, role: string) {
  const { invitation } = await control.ask('user.invite', {
    as: acme.admin,
    params: root,
    body: { email, role },
  })
  return control.accept(invitation.link)
}

const names = (page: Read) => page.items.map((one: { name: string }) => one.name)

describe('making one', () => {
  test('gives it a boundary, a first admin who has the admin role there, and an imposed budget', async () => {
    const budget = { amountUsd: '12.50', period: 'month', timeZone: 'Europe/Berlin' }
    const made = await create('sales', {
      boundary: 'models-only',
      admin: { email: 'sal@acme.example' },
      budget,
    })
    expect(made).toMatchObject({
      name: 'sales',
      isRoot: false,
      state: 'active',
      budget,
      boundary: listPermissions(boundaryPresets['models-only']),
    })
    const sal = await control.accept(made.invitation.link)
    const me = await control.ask('me.account', { as: sal, params: { account: 'sales' } })
    expect(me.permissions).toEqual(me.boundary)
    const budgets = await control.ask('budget.list', { as: sal, params: { account: 'sales' } })
    expect(budgets.items).toMatchObject([{ name: 'allotted', imposed: true, level: 'account' }])
    const log = { as: sal, params: { account: 'sales' } }
    const events = await control.ask('audit-event.list', log)
    expect(JSON.stringify(events.items)).toContain('account.create')
  })

  test('an admin who is in the tenant already comes in without a link', async () => {
    const made = await create('marketing', { admin: { email: acme.adminEmail } })
    expect(made.invitation).toBeNull()
    const me = await control.ask('me.get', { as: acme.admin })
    expect(names({ items: me.accounts })).toContain('marketing')
  })

  test('reserved and taken names are refused', async () => {
    await create('taken')
    expect(await refusalOf(create('taken'))).toBe('name_taken')
    for (const name of ['root', 'new', 'operator', 'admin']) {
      expect(await refusalOf(create(name))).toBe('refused_by_rule')
    }
  })

  test('nobody hands out a boundary that they do not hold', async () => {
    const permissions = ['account:read', 'account:create', 'account:update', 'model:use']
    const role = { name: 'account-maker', permissions }
    await control.ask('role.create', { as: acme.admin, params: root, body: role })
    const maker = await member('maker@acme.example', 'account-maker')
    const refusal = await refused(create('too-much', { boundary: 'standard' }, maker))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toContain('prompt:create')
    await create('small', { boundary: ['model:use'] }, maker)
    const widen = { body: { boundary: ['model:use', 'model:create'] } }
    expect(await refusalOf(on('update', 'small', widen, maker))).toBe('hands_out_more_than_held')
  })

  test('a dry run makes nothing and shows no link', async () => {
    const told = await control.ask('account.create', {
      as: acme.admin,
      body: { name: 'maybe', admin: { email: 'maybe@acme.example' } },
      query: { dryRun: 'true' },
    })
    expect(told).toMatchObject({
      dryRun: true,
      result: { name: 'maybe', invitation: { link: null } },
    })
    expect(await refusalOf(on('get', 'maybe'))).toBe('not_found')
  })
})

test('admins of the tenant see all accounts, members their own, and a foreign one is a missing one', async () => {
  const { admin } = await accountWithAdmin('inner')
  await accountWithAdmin('hidden')
  const all = await control.ask('account.list', { as: acme.admin })
  expect(names(all)).toEqual(expect.arrayContaining(['root', 'inner', 'hidden']))
  expect(names(await control.ask('account.list', { as: admin }))).toEqual(['inner'])
  expect((await on('get', 'inner', {}, admin)).name).toBe('inner')
  const foreign = await refused(on('get', 'hidden', {}, admin))
  const missing = await refused(on('get', 'nowhere', {}, admin))
  expect([foreign.code, foreign.detail]).toEqual([missing.code, missing.detail])
  expect(await refusalOf(on('suspend', 'hidden', {}, admin))).toBe('not_allowed')
})

test('whoever administers the tenant can’t read what an account owns without joining it', async () => {
  await accountWithAdmin('private')
  const call = control.ask('team.list', { as: acme.admin, params: { account: 'private' } })
  const refusal = await refused(call)
  expect(refusal.code).toBe('not_allowed')
  expect(refusal.detail).toContain('Join it')
})

describe('changing one', () => {
  test('a lowered boundary acts on the next request, and its dry run tells who loses what', async () => {
    const { admin } = await accountWithAdmin('shrinking')
    const before = await control.ask('me.account', { as: admin, params: { account: 'shrinking' } })
    expect(before.permissions).toContain('prompt:create')
    const boundary = before.boundary.filter((one: string) => one !== 'prompt:create')
    const told = await on('update', 'shrinking', { body: { boundary }, query: { dryRun: 'true' } })
    expect(told.lost).toMatchObject([
      {
        what: 'access',
        sentence:
          'admin@shrinking.example loses prompt:create in shrinking (through the role admin).',
      },
    ])
    const still = await control.ask('me.account', { as: admin, params: { account: 'shrinking' } })
    expect(still.permissions).toContain('prompt:create')

    await on('update', 'shrinking', { body: { boundary } })
    const after = await control.ask('me.account', { as: admin, params: { account: 'shrinking' } })
    expect(after.permissions).not.toContain('prompt:create')
    // Whoever is under a boundary can't edit it.
    const widen = on('update', 'shrinking', { body: { boundary: 'everything' } }, admin)
    expect(await refusalOf(widen)).toBe('not_allowed')
  })

  test('the budget is set, changed and taken away through the account', async () => {
    await create('funded')
    const budget = { amountUsd: '5', period: 'day' }
    expect((await on('update', 'funded', { body: { budget } })).budget).toEqual({
      amountUsd: '5.00',
      period: 'day',
      timeZone: 'UTC',
    })
    const zero = { amountUsd: '0', period: 'day' }
    expect((await on('update', 'funded', { body: { budget: zero } })).budget.amountUsd).toBe('0.00')
    expect((await on('update', 'funded', { body: { budget: null } })).budget).toBeNull()
  })

  test('settings are merged, null takes one away, and If-Match is honoured', async () => {
    const made = await create('settled', { settings: { theme: 'dark', limits: { a: 1, b: 2 } } })
    const body = { settings: { theme: null, limits: { b: null, c: 3 } } }
    const after = await on('update', 'settled', { body, ifMatch: `"${made.revision}"` })
    expect(after.settings).toEqual({ limits: { a: 1, c: 3 } })
    const stale = on('update', 'settled', { body, ifMatch: `"${made.revision}"` })
    expect(await refusalOf(stale)).toBe('revision_mismatch')
  })

  test('a renamed account keeps its id', async () => {
    const made = await create('before')
    const after = await on('update', 'before', { body: { name: 'after' } })
    expect(after.id).toBe(made.id)
    expect(await refusalOf(on('get', 'before'))).toBe('not_found')
    expect(await refusalOf(on('update', 'after', { body: { name: 'root' } }))).toBe(
      'refused_by_rule',
    )
  })

  test('root keeps its name, its boundary and its state', async () => {
    const changes = [
      () => on('update', 'root', { body: { name: 'other' } }),
      () => on('update', 'root', { body: { boundary: 'standard' } }),
      () => on('suspend', 'root'),
      () => on('delete', 'root'),
      () => on('join', 'root'),
    ]
    for (const change of changes) expect(await refusalOf(change())).toBe('refused_by_rule')
    expect(
      (await on('update', 'root', { body: { displayName: 'Headquarters' } })).displayName,
    ).toBe('Headquarters')
  })
})

test('A53: in a suspended account nobody acts and no token works, until it is resumed', async () => {
  const { admin } = await accountWithAdmin('paused')
  const params = { account: 'paused' }
  const token = await control.ask('personal-access-token.create', {
    as: admin,
    params,
    body: { name: 'bench' },
  })
  const as = { token: token.secret }
  await control.ask('team.list', { as, params })
  await on('suspend', 'paused')
  expect(await refusalOf(control.ask('team.list', { as, params }))).toBe('not_allowed')
  expect(await refusalOf(control.ask('team.list', { as: admin, params }))).toBe('not_allowed')
  expect(await refusalOf(control.ask('me.account', { as: admin, params }))).toBe('not_allowed')
  expect(await refusalOf(on('suspend', 'paused'))).toBe('wrong_state')
  await on('resume', 'paused')
  await control.ask('team.list', { as, params })
  expect(await refusalOf(on('resume', 'paused'))).toBe('wrong_state')
})

describe('deleting one', () => {
  test('takes everything in it, keeps its records, and frees its name', async () => {
    const { id, admin } = await accountWithAdmin('doomed', { budget: { amountUsd: '1' } })
    const params = { account: 'doomed' }
    await control.ask('virtual-account.create', { as: admin, params, body: { name: 'robot' } })
    const robot = { ...params, 'virtual-account': 'robot' }
    const secret = { as: admin, params: robot, body: { name: 'key-one' } }
    const token = await control.ask('token.create', secret)
    await control.ask('team.create', { as: admin, params, body: { name: 'crew' } })
    await control.ask('role.create', { as: admin, params, body: { name: 'own', permissions: [] } })
    await control.ask('secret-group.create', { as: admin, params, body: { name: 'keys' } })
    const told = await on('delete', 'doomed', { query: { dryRun: 'true' } })
    expect(told.lost.map((one: { sentence: string }) => one.sentence)).toEqual(
      expect.arrayContaining(['1 virtual accounts are deleted.', '1 tokens are deleted.']),
    )

    await on('delete', 'doomed')
    expect(await refusalOf(on('get', 'doomed'))).toBe('not_found')
    expect(await refusalOf(on('get', id))).toBe('not_found')
    expect(await refusalOf(control.ask('me.get', { as: { token: token.secret } }))).toBe(
      'not_signed_in',
    )
    expect((await control.ask('me.get', { as: admin })).accounts).toEqual([])
    const kept = await control.services.database.withTenant(acme.id, async (tx) => {
      const at = (table: 'auditEvent' | 'resource' | 'membership' | 'grant' | 'budget') =>
        tx
          .selectFrom(table)
          .select('accountId')
          .where('accountId', '=', uuid(id as never))
          .execute()
      return {
        audit: (await at('auditEvent')).length,
        left: [
          ...(await at('resource')),
          ...(await at('membership')),
          ...(await at('grant')),
          ...(await at('budget')),
        ].length,
      }
    })
    expect(kept.audit).toBeGreaterThan(0)
    expect(kept.left).toBe(0)
    await create('doomed')
    expect(await refusalOf(on('delete', 'nowhere'))).toBe('not_found')
  })

  test('is refused while a gateway holds money for calls in flight, unless forced', async () => {
    const { id } = await accountWithAdmin('busy', { budget: { amountUsd: '1' } })
    await control.services.database.withTenant(acme.id, async (tx) => {
      const { id: ownerId } = await tx
        .selectFrom('budget')
        .select('id')
        .where('accountId', '=', uuid(id as never))
        .executeTakeFirstOrThrow()
      const sourceId = newUuid()
      const tenantId = uuid(acme.id)
      const pool = { tenantId, accountId: uuid(id as never), ownerId, periodId: 'month/2026-11' }
      await tx.insertInto('gatewaySource').values({ id: sourceId, epoch: 1n }).execute()
      await tx
        .insertInto('pool')
        .values({ ...pool, startsAt: new Date(), leased: 5n })
        .execute()
      await tx
        .insertInto('lease')
        .values({ tenantId, ownerId, periodId: pool.periodId, sourceId, epoch: 1n, granted: 5n })
        .execute()
    })
    expect(await refusalOf(on('delete', 'busy'))).toBe('in_use')
    await on('delete', 'busy', { query: { force: 'true' } })
    expect(await refusalOf(on('get', 'busy'))).toBe('not_found')
  })

  test('is refused while a batch of it runs at a provider, unless forced, and the batch stays to be billed', async () => {
    const { id } = await accountWithAdmin('batching')
    const rows = { tenantId: uuid(acme.id), accountId: uuid(id as never), principalId: newUuid() }
    const ids = { id: newUuid(), providerAccountId: newUuid(), modelId: newUuid() }
    const inTenant = control.services.database.withTenant.bind(control.services.database, acme.id)
    await inTenant((tx) =>
      tx
        .insertInto('batch')
        .values({ ...rows, ...ids, facts: '{}', answer: '{}' })
        .execute(),
    )
    const refusal = await refused(on('delete', 'batching'))
    expect([refusal.code, refusal.message]).toEqual([
      'in_use',
      expect.stringContaining('1 batches and responses of batching still run at providers'),
    ])
    await on('delete', 'batching', { query: { force: 'true' } })
    const left = await inTenant((tx) =>
      tx.selectFrom('batch').select('id').where('id', '=', ids.id).execute(),
    )
    expect(left).toHaveLength(1)
  })
})

describe('joining one', () => {
  test('makes an admin of the tenant an admin there, told in both audit logs', async () => {
    const { id, admin } = await accountWithAdmin('joined')
    await on('join', 'joined')
    const me = await control.ask('me.account', { as: acme.admin, params: { account: 'joined' } })
    expect(me.permissions).toContain('prompt:create')
    expect(await refusalOf(on('join', 'joined'))).toBe('wrong_state')
    for (const [as, account] of [
      [admin, 'joined'],
      [acme.admin, 'root'],
    ] as const) {
      const query = { 'filter[operation]': 'account.join' }
      const events = await control.ask('audit-event.list', { as, params: { account }, query })
      expect(events.items[0].target).toMatchObject({ kind: 'account', id })
    }
  })

  test('is for those alone who may manage accounts and hold what they would get', async () => {
    await accountWithAdmin('guarded')
    const editor = await member('editor@acme.example', 'editor')
    expect(await refusalOf(on('join', 'guarded', {}, editor))).toBe('not_allowed')
    const role = { name: 'joiner', permissions: ['account:read', 'account:manage'] }
    await control.ask('role.create', { as: acme.admin, params: root, body: role })
    const joiner = await member('joiner@acme.example', 'joiner')
    expect(await refusalOf(on('join', 'guarded', {}, joiner))).toBe('hands_out_more_than_held')
  })

  test('its admins get a mail where mail is sent, as they do of what is offered to them', async () => {
    const mailing = await startControl({ mails: true })
    try {
      const tenant = await mailing.tenant('mailing')
      const { invitation } = await mailing.ask('account.create', {
        as: tenant.admin,
        body: { name: 'told', admin: { email: 'told@mailing.example' } },
      })
      await mailing.accept(invitation.link)
      await mailing.ask('account.join', { as: tenant.admin, params: { account: 'told' } })
      const gift = { as: tenant.admin, params: { account: 'root', prompt: 'gift' } }
      const inRoot = { ...gift, params: { account: 'root' } }
      await mailing.ask('prompt.create', { ...inRoot, body: { name: 'gift' } })
      await mailing.ask('prompt.transfer', { ...gift, body: { to: 'told' } })
      const mails = await mailing.services.database.withTenant(tenant.id, (tx) =>
        tx
          .selectFrom('mail')
          .select(['recipient', 'subject'])
          .orderBy('createdAt')
          .orderBy('recipient')
          .execute(),
      )
      expect(mails).toEqual([
        { recipient: 'told@mailing.example', subject: 'You are invited to mailing' },
        {
          recipient: 'told@mailing.example',
          subject: 'admin@mailing.example has joined told',
        },
        { recipient: 'admin@mailing.example', subject: 'mailing offers you the prompt gift' },
        { recipient: 'told@mailing.example', subject: 'mailing offers you the prompt gift' },
      ])
    } finally {
      await mailing.close()
    }
  })
})

test('the bill tells the running month: charges less credits, and how many requests', async () => {
  const { id } = await accountWithAdmin('billed')
  await control.services.database.withTenant(acme.id, async (tx) => {
    const keys = { tenantId: uuid(acme.id), accountId: uuid(id as never) }
    const entry = (kind: string, amountNanos: bigint, at: Date) =>
      tx
        .insertInto('ledgerEntry')
        .values({ ...keys, id: newUuid(), at, kind, amountNanos })
        .execute()
    const now = new Date()
    await entry('credit', 500_000_000n, now)
    await entry('adjustment', -1n, now)
  })
  const spend = await journalOf(control.services.database, acme.id as never, id)
  const at = new Date()
  await spend({ at: at.toISOString(), costNanos: 2_000_000_001n })
  await spend({ at: `${at.getUTCFullYear() - 1}-01-01T00:00:00Z`, costNanos: 7n })
  const bill = await on('bill', 'billed')
  expect(bill).toMatchObject({ totalUsd: '1.50', totalNanos: '1500000000', requests: 1 })
  const editor = await member('reader@acme.example', 'viewer')
  expect((await on('bill', 'billed', {}, editor)).totalUsd).toBe('1.50')
})
