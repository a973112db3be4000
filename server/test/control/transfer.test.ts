/**
 * Transfers through the door: offered in one account, accepted in another, each a request of its own.
 * Everything that is lost is told beforehand, and nothing else moves.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuid } from '../../src/store/database.ts'
import { deleteExpired } from '../../src/store/expired.ts'
import { type Control, type Read, refusalOf, refused, type TestTenant } from './support/control.ts'
import {
  dryRun as dry,
  type Hands,
  type Place,
  sentencesOf as sentences,
  startHands,
} from './support/hands.ts'
import { newMember, share, type TestAccount } from './support/world.ts'

let hands: Hands
let control: Control
let tenant: TestTenant
let root: Place
let lab: TestAccount
let sales: TestAccount

beforeAll(async () => {
  hands = await startHands()
  ;({ control, tenant, root, lab, sales } = hands)
})
afterAll(() => control.close())

const ask: Hands['ask'] = (...all) => hands.ask(...all)
const offer: Hands['offer'] = (...all) => hands.offer(...all)
const accept: Hands['accept'] = (...all) => hands.accept(...all)
const prompt = (at: Place, name: string) => ask(at, 'prompt.create', { body: { name } })

describe('a transfer', () => {
  it('is an offer that changes nothing, and an acceptance that moves the thing', async () => {
    const made = await prompt(lab, 'greeting')
    const content = { messages: [{ role: 'user', content: 'Hello' }] }
    await ask(lab, 'prompt-version.create', { params: { prompt: 'greeting' }, body: { content } })
    const offered = await offer(lab, 'prompt', 'greeting', 'sales')
    expect(offered).toMatchObject({
      state: 'offered',
      from: { name: 'lab' },
      to: { name: 'sales' },
      resource: { id: made.id, kind: 'prompt', name: 'greeting' },
      offeredBy: lab.adminEmail,
    })
    await ask(lab, 'prompt.get', { params: { prompt: 'greeting' } })
    expect(await refusalOf(ask(sales, 'prompt.get', { params: { prompt: made.id } }))).toBe(
      'not_found',
    )

    expect(await accept(sales, offered.id)).toMatchObject({ state: 'accepted' })
    const moved = await ask(sales, 'prompt.get', { params: { prompt: 'greeting' } })
    expect(moved).toMatchObject({ id: made.id, account: sales.id, shared: false })
    const versions = await ask(sales, 'prompt-version.list', { params: { prompt: 'greeting' } })
    expect(versions.items).toHaveLength(1)
    expect(await refusalOf(ask(lab, 'prompt.get', { params: { prompt: made.id } }))).toBe(
      'not_found',
    )
    expect(await refusalOf(accept(sales, offered.id))).toBe('not_found')
  })

  it('is in the audit log of both accounts, offer and acceptance', async () => {
    const made = await prompt(lab, 'told')
    const { id } = await offer(lab, 'prompt', 'told', 'sales')
    await accept(sales, id)
    for (const at of [lab, sales]) {
      const { items } = await ask(at, 'audit-event.list', { query: { 'filter[target]': made.id } })
      const operations = items.map((event: Read) => event.operation)
      expect(operations).toContain('prompt.transfer')
      expect(operations).toContain('transfer.accept')
    }
  })

  it('can be taken back, and declined', async () => {
    await prompt(lab, 'hesitant')
    const first = await offer(lab, 'prompt', 'hesitant', 'sales')
    expect(await refusalOf(offer(lab, 'prompt', 'hesitant', 'root'))).toBe('wrong_state')
    await ask(lab, 'transfer.delete', { params: { transfer: first.id } })
    const second = await offer(lab, 'prompt', 'hesitant', 'sales')
    await ask(sales, 'transfer.delete', { params: { transfer: second.id } })
    expect(await refusalOf(accept(sales, second.id))).toBe('not_found')
    await ask(lab, 'prompt.get', { params: { prompt: 'hesitant' } })
  })

  it('meets a taken name with a clear conflict, and can come in under another', async () => {
    await prompt(lab, 'twin')
    await prompt(sales, 'twin')
    const { id } = await offer(lab, 'prompt', 'twin', 'sales')
    const refusal = await refused(accept(sales, id))
    expect(refusal).toMatchObject({ code: 'name_taken', errors: [{ pointer: '/name' }] })
    await accept(sales, id, { name: 'twin-of-lab' })
    const { items } = await ask(sales, 'prompt.list', { query: { q: 'twin' } })
    expect(items.map((one: Read) => one.name)).toEqual(['twin', 'twin-of-lab'])
  })

  it('ends by itself when nobody accepts', async () => {
    await prompt(lab, 'stale')
    const { id } = await offer(lab, 'prompt', 'stale', 'sales')
    await control.services.database.withTenant(tenant.id, async (tx) => {
      const row = await tx
        .deleteFrom('transfer')
        .where('id', '=', uuid(id))
        .returningAll()
        .executeTakeFirstOrThrow()
      const { offeredResourceId: _, createdIn: __, ...rest } = row
      await tx
        .insertInto('transfer')
        .values({ ...rest, expiresAt: new Date(Date.now() - 1_000) })
        .execute()
    })
    expect(await refusalOf(accept(sales, id))).toBe('not_found')
    const cleared = await control.services.database.withTenant(tenant.id, deleteExpired)
    expect(cleared.transfers).toBe(1)
    await offer(lab, 'prompt', 'stale', 'sales')
  })
})

describe('what is lost', () => {
  it('is told by a dry run, by whom: grants, team grants, shares, limits; then it is gone', async () => {
    await ask(root, 'provider-account.create', { body: { name: 'vendor', provider: 'sandbox' } })
    const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '2' }
    const model = { name: 'small', providerAccount: 'vendor', upstreamModel: 'm', type: 'chat' }
    const sizes = { contextTokensMax: 10, outputTokensMax: 10 }
    await ask(root, 'model.create', { body: { ...model, ...sizes, price } })
    await newMember(control, root, 'uma@acme.example', 'viewer')
    await ask(root, 'team.create', { body: { name: 'crew' } })
    const on = (kind: string, resource: string) => ({ type: 'resource', kind, resource })
    const grant = (at: Place, subject: object, object: object) =>
      ask(at, 'grant.create', { body: { subject, object, role: 'user' } })
    const uma = { type: 'user', user: 'uma@acme.example' }
    await grant(root, uma, on('provider-account', 'vendor'))
    await grant(root, { type: 'team', team: 'crew' }, on('model', 'vendor/small'))
    await share(control, tenant, { kind: 'model', resource: 'vendor/small', to: 'sales' })
    await share(control, tenant, { kind: 'provider-account', resource: 'vendor', to: 'lab' })
    const labs = { type: 'user', user: lab.adminEmail }
    await grant(lab, labs, on('provider-account', 'vendor'))
    const limit = { name: 'cap', level: 'model', of: 'vendor/small', amountUsd: '1', period: 'day' }
    await ask(root, 'budget.create', { body: limit })

    const told = await offer(root, 'provider-account', 'vendor', 'lab', {}, root.admin).then(
      async ({ id }) => {
        await ask(root, 'transfer.delete', { params: { transfer: id } })
        return ask(root, 'provider-account.transfer', {
          params: { 'provider-account': 'vendor' },
          body: { to: 'lab' },
          ...dry,
        })
      },
    )
    expect(sentences(told)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('nobody acting in root reaches'),
        'The model small goes along with it.',
        'uma@acme.example loses the role user on vendor.',
        'The team crew loses the role user on vendor/small.',
        'One grant of the account lab under its share go.',
        'The account sales loses what is shared to it.',
        'The account lab loses what is shared to it.',
        'The budget cap limited it and goes.',
      ]),
    )
    expect((await ask(root, 'transfer.list')).items).toEqual([])

    const { id } = await offer(root, 'provider-account', 'vendor', 'lab')
    const arriving = await accept(lab, id, {}, dry)
    expect(sentences(arriving).join(' ')).toContain('which was granted under the share')
    expect(sentences(arriving).join(' ')).not.toContain('uma@acme.example')
    await accept(lab, id)
    expect(await ask(lab, 'model.get', { params: { model: 'vendor/small' } })).toMatchObject({
      account: lab.id,
      shared: false,
    })
    for (const [at, operation] of [
      [root, 'grant.list'],
      [lab, 'grant.list'],
      [root, 'share.list'],
      [sales, 'share.list'],
      [root, 'budget.list'],
    ] as const) {
      const { items } = await ask(at, operation)
      expect(JSON.stringify(items)).not.toContain('vendor')
    }
    const gone = ask(sales, 'model.get', { params: { model: 'vendor/small' } })
    expect(await refusalOf(gone)).toBe('not_found')
    // The price goes on as a version of the new owner's; the old one stays the giver's.
    const prices = await ask(lab, 'price.list', { params: { model: 'vendor/small' } })
    expect(prices.items).toMatchObject([{ account: lab.id, version: 2, inputPerMillionUsd: '1' }])
  })

  it('is the secrets too, unless they are offered along by who may use them', async () => {
    for (const name of ['kept', 'wiped']) {
      await ask(lab, 'secret-group.create', { body: { name } })
      await ask(lab, 'secret.create', { body: { name: 'key', secretGroup: name, value: 'hidden' } })
    }
    const permissions = ['read', 'create', 'update', 'delete', 'manage'].flatMap((action) => [
      `secret-group:${action}`,
      `secret:${action}`,
    ])
    await ask(lab, 'role.create', { body: { name: 'keeper', permissions } })
    const keeper = await newMember(control, lab, 'kim@acme.example', 'keeper' as never)
    await ask(sales, 'user.invite', { body: { email: 'kim@acme.example' } })
    const asKeeper = (name: string, more = {}) =>
      offer(lab, 'secret-group', name, 'sales', more, keeper)
    const refusal = await refused(asKeeper('wiped'))
    expect(refusal.code).toBe('hands_out_more_than_held')
    expect(refusal.missingPermissions).toEqual(['secret-group:use', 'secret:use'])
    expect(refusal.detail).toContain('withSecrets: false')

    const without = await asKeeper('wiped', { withSecrets: false })
    expect(sentences(await accept(sales, without.id, {}, dry)).join(' ')).toContain('stays behind')
    await accept(sales, without.id)
    const reveal = (group: string) =>
      ask(sales, 'secret.reveal', { params: { secret: `${group}/key` } })
    expect(await refusalOf(reveal('wiped'))).toBe('not_found')

    await accept(sales, (await offer(lab, 'secret-group', 'kept', 'sales')).id)
    expect(await reveal('kept')).toEqual({ value: 'hidden' })
  })

  it('is the targets of a virtual model that its new account can’t reach', async () => {
    await ask(lab, 'provider-account.create', { body: { name: 'own', provider: 'sandbox' } })
    await ask(root, 'provider-account.create', { body: { name: 'common', provider: 'sandbox' } })
    const sizes = { upstreamModel: 'm', type: 'chat', contextTokensMax: 9, outputTokensMax: 9 }
    const model = (at: Place, providerAccount: string) =>
      ask(at, 'model.create', { body: { name: 'chat', providerAccount, ...sizes } })
    await model(lab, 'own')
    await model(root, 'common')
    for (const to of ['lab', 'sales']) {
      await share(control, tenant, { kind: 'provider-account', resource: 'common', to })
    }
    const make = (name: string, ...targets: string[]) =>
      ask(lab, 'virtual-model.create', {
        body: { name, strategy: 'priority', targets: targets.map((t) => ({ model: t })) },
      })
    await make('mixed', 'own/chat', 'common/chat')
    await make('bound', 'own/chat')
    const { id } = await offer(lab, 'virtual-model', 'mixed', 'sales')
    expect(sentences(await accept(sales, id, {}, dry)).join(' ')).toContain('One of its targets')
    await accept(sales, id)
    const params = { 'virtual-model': 'mixed' }
    expect((await ask(sales, 'virtual-model.get', { params })).targets).toEqual([
      { model: 'common/chat', weight: 1 },
    ])
    const bound = await offer(lab, 'virtual-model', 'bound', 'sales')
    expect(await refusalOf(accept(sales, bound.id))).toBe('refused_by_rule')
    // What a virtual model of the giver routes to stays until it is taken out of that.
    expect(await refusalOf(offer(lab, 'provider-account', 'own', 'sales'))).toBe('in_use')
  })
})

describe('what goes along', () => {
  it('is what is in it, unless something in it is a third account’s', async () => {
    await ask(root, 'cluster.create', { body: { name: 'east' } })
    for (const to of ['lab', 'sales']) {
      await share(control, tenant, { kind: 'cluster', resource: 'east', to, upTo: 'editor' })
    }
    const workspace = (at: Place, name: string) =>
      ask(at, 'workspace.create', { body: { name, cluster: 'east' } })
    await workspace(root, 'common')
    await workspace(lab, 'of-lab')
    await workspace(sales, 'of-sales')
    const refusal = await refused(offer(root, 'cluster', 'east', 'lab'))
    expect(refusal.code).toBe('in_use')
    expect(refusal.detail).toContain('of-sales of sales')

    // A workspace of one's own in root's cluster can change hands by itself.
    const { id } = await offer(sales, 'workspace', 'of-sales', 'root')
    await accept(root, id)
    const whole = await offer(root, 'cluster', 'east', 'lab')
    expect(whole.resource.contains).toBe(2)
    await accept(lab, whole.id)
    const { items } = await ask(lab, 'workspace.list', { query: { 'filter[cluster]': 'east' } })
    expect(items.map((one: Read) => [one.name, one.account])).toEqual([
      ['common', lab.id],
      ['of-lab', lab.id],
      ['of-sales', lab.id],
    ])
    const part = await refused(offer(lab, 'workspace', 'common', 'sales'))
    expect(part.code).toBe('refused_by_rule')
    expect(part.detail).toContain('transfer east')
  })

  it('needs a place there: a cluster that is shared with workspace:create', async () => {
    await ask(root, 'cluster.create', { body: { name: 'west' } })
    await share(control, tenant, { kind: 'cluster', resource: 'west', to: 'lab', upTo: 'editor' })
    await ask(lab, 'workspace.create', { body: { name: 'bench', cluster: 'west' } })
    const { id } = await offer(lab, 'workspace', 'bench', 'sales')
    expect(await refusalOf(accept(sales, id))).toBe('not_allowed')
    await share(control, tenant, { kind: 'cluster', resource: 'west', to: 'sales', upTo: 'editor' })
    await accept(sales, id)
    await ask(sales, 'workspace.get', { params: { workspace: 'bench' } })
  })
})
