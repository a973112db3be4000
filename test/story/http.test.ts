/**
 * The story of the product through HTTP, from the first admin to a billed call, with the SDK and an
 * unmodified OpenAI client. Each step stands on the one before, as for a person.
 */
import type { Client, CommonholdError } from '@commonhold/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { accept, type Person, program, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

const root = { account: 'root' }
const account1 = { account: 'account1' }
const account2 = { account: 'account2' }
const inputPerMillionUsd = '1000'
const outputPerMillionUsd = '2000'

let product: TestProduct
let admin: Person
let admin1: Person
let admin2: Person
let token1: string
let token2: string

beforeAll(async () => {
  product = await startProduct()
}, 90_000)
afterAll(() => product?.remove())

const openai = (apiKey: string) =>
  new OpenAI({ apiKey, baseURL: `${product.url}/v1`, maxRetries: 0 })

const say = (apiKey: string, model: string, content = 'Hello') =>
  openai(apiKey).chat.completions.create({
    model,
    max_tokens: 20,
    messages: [{ role: 'user', content }],
  })

async function refusal(asked: Promise<unknown>): Promise<CommonholdError> {
  return asked.then(
    () => expect.fail('it was not refused'),
    (error: CommonholdError) => error,
  )
}

/** A model of the sandbox in root, at a price that makes small budgets matter. */
function sandboxModel(client: Client, name: string) {
  return client.model.create(root, {
    name,
    providerAccount: 'vendor',
    upstreamModel: 'sandbox-fast',
    type: 'chat',
    contextTokensMax: 8_000,
    outputTokensMax: 200,
    price: { inputPerMillionUsd, outputPerMillionUsd },
  })
}

describe('the first admin', () => {
  it('sets a password with the one-time link and sees a tenant with nothing but root', async () => {
    admin = await accept(product.url, product.adminLink!, 'ana@example.com')
    const me = await admin.client.me.get()
    expect(me.principal.email).toBe('ana@example.com')
    expect(me.accounts.map((a) => a.name)).toEqual(['root'])
    expect(me.hasAccounts).toBe(false)
  })

  it('can not use the link again', async () => {
    const again = await refusal(accept(product.url, product.adminLink!, 'eve@example.com'))
    expect([404, 409]).toContain(again.status)
  })

  it('signs in with the password', async () => {
    const again = await signIn(product.url, 'ANA@example.com')
    expect((await again.client.session.get()).user.email).toBe('ana@example.com')
  })
})

describe('flat use', () => {
  let token: string

  it('connects the sandbox and prices a model', async () => {
    await admin.client.providerAccount.create(root, { name: 'vendor', provider: 'sandbox' })
    for (const name of ['model1', 'model2']) await sandboxModel(admin.client, name)
    const { items } = await admin.client.model.list(root)
    expect(items.map((m) => m.name)).toEqual(['model1', 'model2'])
  })

  it('lets a team use a model and gives code a token', async () => {
    const { client } = admin
    await client.virtualAccount.create(root, { name: 'app' })
    await client.team.create(root, { name: 'builders', members: ['app'] })
    await client.grant.create(root, {
      subject: { type: 'team', team: 'builders' },
      object: { type: 'resource', kind: 'model', resource: 'vendor/model1' },
      role: 'user',
    })
    const made = await client.token.create({ ...root, virtualAccount: 'app' }, { name: 'first' })
    token = made.secret
    expect(token).toMatch(/^ch_va_/)
  })

  it('answers an unmodified OpenAI client', async () => {
    const answer = await eventually('the gateway to know the token', () =>
      say(token, 'vendor/model1').catch(() => null),
    )
    expect(answer.choices[0]!.message.content).not.toBe('')
    expect(answer.usage!.total_tokens).toBeGreaterThan(0)
  })

  it('streams to it', async () => {
    const stream = await openai(token).chat.completions.create({
      model: 'vendor/model1',
      stream: true,
      messages: [{ role: 'user', content: 'Hello' }],
    })
    let text = ''
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    expect(text).not.toBe('')
  })

  it('refuses the model that was not granted as if it did not exist', async () => {
    const missing = await say(token, 'vendor/nothing').catch((e) => e)
    const withheld = await say(token, 'vendor/model2').catch((e) => e)
    expect(withheld.status).toBe(404)
    expect(withheld.error.code).toBe(missing.error.code)
  })

  it('still has no accounts', async () => {
    expect((await admin.client.me.get()).hasAccounts).toBe(false)
  })
})

describe('accounts', () => {
  it('are created with a boundary, an admin by link, and a budget', async () => {
    const people: Person[] = []
    for (const name of ['account1', 'account2']) {
      const made = await admin.client.account.create(
        {},
        {
          name,
          boundary: 'standard',
          admin: { email: `admin-${name}@example.com` },
          budget: { amountUsd: '5', period: 'month', timeZone: 'Europe/Berlin' },
        },
      )
      expect(made.budget).toMatchObject({ amountUsd: '5.00', period: 'month' })
      people.push(await accept(product.url, made.invitation!.link))
    }
    admin1 = people[0]!
    admin2 = people[1]!
    expect((await admin1.client.me.get()).accounts.map((a) => a.name)).toEqual(['account1'])
  })

  it('get workspaces and models by shares', async () => {
    const { client } = admin
    await client.cluster.create(root, { name: 'tenant-cluster' })
    for (const n of [1, 2]) {
      await client.workspace.create(root, { name: `workspace${n}`, cluster: 'tenant-cluster' })
      const to = `account${n}`
      await client.share.create(root, {
        kind: 'workspace',
        resource: `tenant-cluster/workspace${n}`,
        to,
        upTo: 'admin',
      })
      await client.share.create(root, {
        kind: 'model',
        resource: `vendor/model${n}`,
        to,
        upTo: 'user',
      })
    }
    const shared = await admin1.client.share.list(account1)
    expect(shared.items.map((s) => s.resource.name.split('/').at(-1)).sort()).toEqual([
      'model1',
      'workspace1',
    ])
  })

  it('are run by their admins', async () => {
    token1 = await setUp(admin1.client, 1)
    token2 = await setUp(admin2.client, 2)
    await eventually('account1 to reach its model', () =>
      say(token1, 'vendor/model1').catch(() => null),
    )
    await eventually('account2 to reach its model', () =>
      say(token2, 'vendor/model2').catch(() => null),
    )
  })

  it('can not hand out more than they were given', async () => {
    const tooMuch = await refusal(
      admin1.client.grant.create(account1, {
        subject: { type: 'team', team: 'team1' },
        object: { type: 'resource', kind: 'model', resource: 'vendor/model1' },
        role: 'admin',
      }),
    )
    expect(tooMuch.code).toBe('hands_out_more_than_held')
    expect(tooMuch.missingPermissions).toContain('model:update')
  })

  it('do not exist for each other', async () => {
    const { client } = admin1
    const absent = [
      () => client.account.get({ account: 'account2' }),
      () => client.team.list(account2),
      () => client.model.get({ ...account1, model: 'vendor/model2' }),
      () => client.workspace.get({ ...account1, workspace: 'workspace2' }),
      () => client.prompt.get({ ...account1, prompt: 'prompt2' }),
    ]
    for (const ask of absent) expect((await refusal(ask())).status).toBe(404)
    const { items } = await client.account.list()
    expect(items.map((a) => a.name)).toEqual(['account1'])
    expect((await client.model.list(account1)).items.map((m) => m.name)).toEqual(['model1'])
    expect((await client.workspace.list(account1)).items.map((w) => w.name)).toEqual(['workspace1'])
    const other = await say(token1, 'vendor/model2').catch((e) => e)
    const none = await say(token1, 'vendor/model9').catch((e) => e)
    expect(other.status).toBe(404)
    expect(other.message.replaceAll('model2', 'model9')).toBe(none.message)
  })
})

/** What account N's admin does: a team with workspace and model, a virtual account, a prompt. */
async function setUp(client: Client, n: 1 | 2): Promise<string> {
  const at = { account: `account${n}` }
  await client.virtualAccount.create(at, { name: 'app' })
  await client.team.create(at, { name: `team${n}`, members: ['app'] })
  const subject = { type: 'team', team: `team${n}` } as const
  await client.grant.create(at, {
    subject,
    object: { type: 'resource', kind: 'workspace', resource: `workspace${n}` },
    role: 'admin',
  })
  await client.grant.create(at, {
    subject,
    object: { type: 'resource', kind: 'model', resource: `vendor/model${n}` },
    role: 'user',
  })
  await client.prompt.create(at, { name: `prompt${n}` })
  const made = await client.token.create({ ...at, virtualAccount: 'app' }, { name: 'app' })
  return made.secret
}

describe('the bill', () => {
  it('says who, what, at which price, and is on nobody else’s', async () => {
    const record = await eventually('the usage to arrive', async () => {
      const { items } = await admin1.client.usage.list(account1)
      return items[0]
    })
    expect(record.principal.name).toBe('app')
    expect(record.model.name).toBe('vendor/model1')
    expect(record.priceVersion).toBe(1)
    const cost = BigInt(record.inputTokens) * 1_000_000n + BigInt(record.outputTokens) * 2_000_000n
    expect(record.costNanos).toBe(String(cost))

    const { items } = await admin2.client.usage.list(account2)
    expect(items.every((r) => r.model.name === 'vendor/model2')).toBe(true)
    const bill = await admin.client.account.bill(account1)
    expect(bill.totalNanos).toBe((await admin1.client.usage.summary(account1)).totalNanos)
  })

  it('stops at the budget, before the provider, and says which and until when', async () => {
    await admin.client.account.update(account1, {
      budget: { amountUsd: '0.000001', period: 'month', timeZone: 'Europe/Berlin' },
    })
    const refused = await eventually('the lowered budget to count', async () =>
      say(token1, 'vendor/model1').then(
        () => null,
        (error) => error,
      ),
    )
    expect(refused.status).toBe(429)
    expect(refused.message).toMatch(/budget/i)
    expect(refused.message).toMatch(/2026|2027|reset/)
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect((await say(token2, 'vendor/model2')).choices).toHaveLength(1)
  })

  it('can not be raised by the account itself', async () => {
    const { items } = await admin1.client.budget.list(account1)
    const imposed = items.find((b) => b.imposed)!
    const refused = await refusal(
      admin1.client.budget.update({ ...account1, budget: imposed.id }, { amountUsd: '1000' }),
    )
    expect(refused.status).toBe(422)
  })
})

describe('somebody who leaves', () => {
  it('is out at once, and the virtual account that she created goes on', async () => {
    const { client } = admin1
    await admin.client.account.update(account1, {
      budget: { amountUsd: '5', period: 'month', timeZone: 'UTC' },
    })
    const invited = await client.user.invite(account1, { email: 'cleo@example.com', role: 'admin' })
    const cleo = await accept(product.url, invited.invitation!.link)
    await cleo.client.virtualAccount.create(account1, { name: 'made-by-cleo' })
    await cleo.client.teamMember.add({ ...account1, team: 'team1' }, { member: 'made-by-cleo' })
    const at = { ...account1, virtualAccount: 'made-by-cleo' }
    const { secret } = await cleo.client.token.create(at, { name: 'key' })
    const personal = await cleo.client.personalAccessToken.create(account1, { name: 'mine' })
    const pat = program(product.url, personal.secret)
    expect((await pat.client.me.get()).principal.email).toBe('cleo@example.com')

    await client.user.deactivate({ ...account1, user: 'cleo@example.com' })
    expect((await refusal(cleo.client.me.get())).status).toBe(401)
    expect((await refusal(pat.client.me.get())).status).toBe(401)
    const answer = await eventually('the virtual account to go on', () =>
      say(secret, 'vendor/model1').catch(() => null),
    )
    expect(answer.choices).toHaveLength(1)
    expect((await client.virtualAccount.get(at)).creatorActive).toBe(false)
  })
})

describe('the operator', () => {
  it('can not make a second tenant before multi-tenancy is on', async () => {
    const operator = program(product.url, product.operatorKey).client
    const body = { name: 'second', admin: { email: 'ana@example.com' } }
    expect((await refusal(operator.operatorTenant.create({}, body))).code).toBe('wrong_state')
    await operator.operatorSettings.update({}, { multiTenancy: true })
    const made = await operator.operatorTenant.create({}, body)

    const twin = await accept(product.url, made.adminLink)
    const ids = [await twin.client.me.get(), await admin.client.me.get()].map((m) => m.principal.id)
    expect(new Set(ids).size).toBe(2)
    expect((await twin.client.model.list(root)).items).toEqual([])
  })

  it('suspends and resumes a tenant, and can not read anything in it', async () => {
    const operator = program(product.url, product.operatorKey).client
    expect((await refusal(operator.team.list(root))).status).toBe(401)
    await operator.operatorTenant.suspend({ tenant: 'second' })
    const out = await refusal(signIn(product.url, 'ana@example.com', 'second'))
    expect(out.status).toBe(401)
    await operator.operatorTenant.resume({ tenant: 'second' })
    const back = await signIn(product.url, 'ana@example.com', 'second')
    const audit = await back.client.auditEvent.list(root)
    expect(audit.items.map((e) => e.operation)).toContain('operator-tenant.suspend')
  })
})
