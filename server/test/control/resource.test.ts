/** What holds for resources of every kind: names, parents, shares, audit, losses. */
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
import { newAccount, newMember, share, type TestAccount } from './support/world.ts'

let control: Control
let acme: TestTenant
let research: TestAccount
let sales: TestAccount

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
  research = await newAccount(control, acme, 'research')
  sales = await newAccount(control, acme, 'sales')
})
afterAll(() => control.close())

const root = { account: 'root' }
const inRoot = (operation: string, body: unknown, params = {}) =>
  control.ask(operation, { as: acme.admin, params: { ...root, ...params }, body })
const inAccount = (
  where: TestAccount,
  operation: string,
  params: Record<string, string> = {},
  body?: unknown,
  as: SignedIn = where.admin,
) => control.ask(operation, { as, params: { account: where.name, ...params }, body })
const names = (page: Read) => page.items.map((item: { name: string }) => item.name)
const events = async (as: SignedIn, account: string, operation: string) =>
  (
    await control.ask('audit-event.list', {
      as,
      params: { account },
      query: { 'filter[operation]': operation },
    })
  ).items

test('a resource is read as it was written, by name and by id', async () => {
  const made = await inRoot('cluster.create', { name: 'eu-west', region: 'eu' })
  expect(made).toMatchObject({
    kind: 'cluster',
    name: 'eu-west',
    displayName: 'eu-west',
    region: 'eu',
    shared: false,
    account: acme.rootAccountId,
    revision: 1,
  })
  for (const cluster of ['eu-west', made.id]) {
    const read = await control.ask('cluster.get', { as: acme.admin, params: { ...root, cluster } })
    expect(read).toEqual(made)
  }
})

test('a patch changes what it names, and null takes away what need not be there', async () => {
  await inRoot('cluster.create', { name: 'patched', region: 'eu', displayName: 'Patched' })
  const renamed = await inRoot(
    'cluster.update',
    { name: 'patched-2', region: null },
    { cluster: 'patched' },
  )
  expect(renamed).toMatchObject({ name: 'patched-2', displayName: 'Patched', revision: 2 })
  expect(renamed).not.toHaveProperty('region')
})

test('a name is taken once per kind, account and parent', async () => {
  await inRoot('cluster.create', { name: 'twice' })
  expect(await refusalOf(inRoot('cluster.create', { name: 'twice' }))).toBe('name_taken')
  await inRoot('secret-group.create', { name: 'twice' })
  await inRoot('workspace.create', { name: 'inside', cluster: 'twice' })
  expect(await refusalOf(inRoot('workspace.create', { name: 'inside', cluster: 'twice' }))).toBe(
    'name_taken',
  )
  await inAccount(research, 'cluster.create', {}, { name: 'twice' })
})

test('a revision that has passed is refused, the current one is taken', async () => {
  const made = await inRoot('cluster.create', { name: 'revised' })
  const update = (ifMatch: string) =>
    control.ask('cluster.update', {
      as: acme.admin,
      params: { ...root, cluster: made.id },
      body: { displayName: 'x' },
      ifMatch,
    })
  expect(await refusalOf(update('"7"'))).toBe('revision_mismatch')
  expect((await update('"1"')).revision).toBe(2)
})

test('what another account owns does not exist, by name, by id, and for writing (A1, A9, A17)', async () => {
  const secretly = await inAccount(sales, 'cluster.create', {}, { name: 'sales-only' })
  for (const cluster of ['sales-only', secretly.id, 'clu_01h455vb4pex5vsknk084sn02q']) {
    for (const operation of ['cluster.get', 'cluster.update', 'cluster.delete']) {
      const body = operation === 'cluster.update' ? { displayName: 'mine' } : undefined
      const refusal = await refused(inAccount(research, operation, { cluster }, body))
      expect([refusal.code, refusal.detail]).toEqual([
        'not_found',
        'There is no cluster by that name or id.',
      ])
    }
  }
  expect(names(await inAccount(research, 'cluster.list'))).not.toContain('sales-only')
  // Nor for the admin of the tenant, who administers the account and does not own what is in it.
  const asRoot = control.ask('cluster.get', {
    as: acme.admin,
    params: { ...root, cluster: secretly.id },
  })
  expect(await refusalOf(asRoot)).toBe('not_found')
})

test('a workspace of one’s own is made in a shared cluster, and is the account’s', async () => {
  await inRoot('cluster.create', { name: 'common' })
  const create = () =>
    inAccount(research, 'workspace.create', {}, { name: 'lab', cluster: 'common' })
  expect(await refusalOf(create())).toBe('not_found')
  await share(control, acme, { kind: 'cluster', resource: 'common', to: 'research' })
  expect(await refusalOf(create())).toBe('not_allowed')
  await share(control, acme, { kind: 'cluster', resource: 'common', to: 'sales', upTo: 'editor' })

  const lab = await inAccount(sales, 'workspace.create', {}, { name: 'lab', cluster: 'common' })
  expect(lab).toMatchObject({ account: sales.id, cluster: 'common', shared: false })
  expect(await refusalOf(inAccount(research, 'workspace.get', { workspace: lab.id }))).toBe(
    'not_found',
  )
})

test('nothing else is made inside of what is the tenant’s', async () => {
  await inRoot('secret-group.create', { name: 'keys' })
  await share(control, acme, { kind: 'secret-group', resource: 'keys', to: 'sales', upTo: 'admin' })
  const create = inAccount(
    sales,
    'secret.create',
    {},
    { name: 'mine', secretGroup: 'keys', value: 'x' },
  )
  const refusal = await refused(create)
  expect([refusal.code, refusal.errors[0].pointer]).toEqual(['refused_by_rule', '/secretGroup'])
})

test('what is shared up to admin may be changed, and both accounts read of it', async () => {
  const cluster = await inRoot('cluster.create', { name: 'lent' })
  await share(control, acme, { kind: 'cluster', resource: 'lent', to: 'research' })
  const rename = () =>
    inAccount(research, 'cluster.update', { cluster: 'lent' }, { displayName: 'Ours' })
  expect(await refusalOf(rename())).toBe('not_allowed')

  const { items } = await control.ask('share.list', { as: acme.admin, params: root })
  const { id } = items.find((one: Read) => one.resource.id === cluster.id)
  await inRoot('share.update', { upTo: 'admin' }, { share: id })
  expect(await rename()).toMatchObject({ displayName: 'Ours', shared: true })
  for (const [as, account] of [
    [acme.admin, 'root'],
    [research.admin, 'research'],
  ] as const) {
    const [event] = await events(as, account, 'cluster.update')
    expect(event).toMatchObject({
      actor: { name: research.adminEmail },
      target: { id: cluster.id },
      before: { displayName: 'lent' },
      after: { displayName: 'Ours' },
    })
  }
})

test('a list holds what the caller may read, own and shared, and nothing else', async () => {
  const viewer = await newMember(control, research, 'vera@research.example', 'viewer')
  const nobody = await control.accept(
    (await inAccount(research, 'user.invite', {}, { email: 'noah@research.example' })).invitation
      .link,
  )
  await inAccount(research, 'prompt.create', {}, { name: 'own-prompt' })
  await inRoot('prompt.create', { name: 'lent-prompt' })
  await inRoot('prompt.create', { name: 'kept-prompt' })
  await share(control, acme, { kind: 'prompt', resource: 'lent-prompt', to: 'research' })

  const list = (as: SignedIn, query = {}) =>
    control.ask('prompt.list', { as, params: { account: 'research' }, query })
  expect(names(await list(viewer))).toEqual(['lent-prompt', 'own-prompt'])
  expect(names(await list(viewer, { 'filter[shared]': 'true' }))).toEqual(['lent-prompt'])
  expect(names(await list(viewer, { q: 'own' }))).toEqual(['own-prompt'])
  expect(names(await list(nobody))).toEqual([])

  const [first, second] = [
    await list(viewer, { limit: '1', sort: '-name' }),
    await list(viewer, { limit: '1' }),
  ]
  expect([names(first), first.total]).toEqual([['own-prompt'], 2])
  expect(names(await list(viewer, { limit: '1', cursor: second.nextCursor }))).toEqual([
    'own-prompt',
  ])
  const stolen = list(research.admin, { limit: '1', cursor: second.nextCursor })
  expect(await refusalOf(stolen)).toBe('invalid_cursor')
})

test('deleting says what goes with it, does nothing in a dry run, and then it is gone', async () => {
  const cluster = await inRoot('cluster.create', { name: 'doomed' })
  await inRoot('workspace.create', { name: 'tenants', cluster: 'doomed' })
  await share(control, acme, { kind: 'cluster', resource: 'doomed', to: 'sales', upTo: 'admin' })
  await inAccount(sales, 'workspace.create', {}, { name: 'theirs', cluster: 'doomed' })
  await inAccount(
    sales,
    'grant.create',
    {},
    {
      subject: { type: 'user', user: sales.adminEmail },
      object: { type: 'resource', kind: 'cluster', resource: 'doomed' },
      role: 'user',
    },
  )
  const params = { ...root, cluster: 'doomed' }
  const dry = await control.call('cluster.delete', {
    as: acme.admin,
    params,
    query: { dryRun: 'true' },
  })
  const said = (dry.body as Read).lost.map((loss: Read) => loss.sentence)
  expect(said).toContain('The workspace tenants is deleted with it.')
  expect(said).toContain('The workspace theirs of the account sales is deleted with it.')
  expect(said).toContain('The account sales loses what is shared to it.')
  expect(said).toContain('One grant on it, or on what is in it, will be gone.')
  expect(await control.ask('cluster.get', { as: acme.admin, params })).toMatchObject({
    id: cluster.id,
  })

  expect((await control.call('cluster.delete', { as: acme.admin, params })).status).toBe(204)
  expect(await refusalOf(control.ask('cluster.delete', { as: acme.admin, params }))).toBe(
    'not_found',
  )
  expect(await refusalOf(inAccount(sales, 'workspace.get', { workspace: 'theirs' }))).toBe(
    'not_found',
  )
})

test('an account that deletes what is shared to it hears nothing of the others', async () => {
  await inRoot('prompt.create', { name: 'lent-to-two' })
  for (const to of ['research', 'sales']) {
    await share(control, acme, { kind: 'prompt', resource: 'lent-to-two', to, upTo: 'admin' })
  }
  await inAccount(
    sales,
    'grant.create',
    {},
    {
      subject: { type: 'user', user: sales.adminEmail },
      object: { type: 'resource', kind: 'prompt', resource: 'lent-to-two' },
      role: 'user',
    },
  )
  const dry = await control.call('prompt.delete', {
    as: research.admin,
    params: { account: 'research', prompt: 'lent-to-two' },
    query: { dryRun: 'true' },
  })
  const { lost, access } = dry.body as Read
  expect(lost.every(({ what }: Read) => what === 'access')).toBe(true)
  expect(JSON.stringify([lost, access])).not.toContain('sales')
  const accounts = access.lost.map(({ account }: Read) => account.name)
  expect(new Set(accounts)).toEqual(new Set(['research']))
})

test('an account’s own wins over a shared one of the same name; root: reaches the other', async () => {
  const lent = await inRoot('prompt.create', { name: 'same-name' })
  await share(control, acme, { kind: 'prompt', resource: 'same-name', to: 'sales' })
  const get = (prompt: string) => inAccount(sales, 'prompt.get', { prompt })
  expect((await get('same-name')).id).toBe(lent.id)
  const own = await inAccount(sales, 'prompt.create', {}, { name: 'same-name' })
  expect((await get('same-name')).id).toBe(own.id)
  expect((await get('root:same-name')).id).toBe(lent.id)
})

test('a viewer changes nothing', async () => {
  const viewer = await newMember(control, sales, 'vito@sales.example', 'viewer')
  await inAccount(sales, 'prompt.create', {}, { name: 'looked-at' })
  const ask = (operation: string, params: Record<string, string>, body?: unknown) =>
    refused(inAccount(sales, operation, params, body, viewer))
  const refusals = [
    await ask('prompt.create', {}, { name: 'new-one' }),
    await ask('prompt.update', { prompt: 'looked-at' }, { displayName: 'x' }),
    await ask('prompt.delete', { prompt: 'looked-at' }),
  ]
  expect(refusals.map((r) => [r.code, r.missingPermissions])).toEqual([
    ['not_allowed', ['prompt:create']],
    ['not_allowed', ['prompt:update']],
    ['not_allowed', ['prompt:delete']],
  ])
})

test('an address that must not be reached is refused, in each kind that has one', async () => {
  const cluster = inRoot('cluster.create', { name: 'inner', apiServer: 'https://169.254.169.254' })
  expect(await refusalOf(cluster)).toBe('unsafe_url')
})
