/**
 * Real calls around a change of hands: a provider account that is transferred serves its new account
 * and nobody else, and what a virtual account spends counts under the team that answers for it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chat, eventually, stream } from '../gateway/support/stack.ts'
import { type Control, type SignedIn, startControl, type TestTenant } from './support/control.ts'
import { type GatewayBeside, startGatewayBeside } from './support/gateway-beside.ts'
import { newAccount, type TestAccount } from './support/world.ts'

let control: Control
let gateway: GatewayBeside
let tenant: TestTenant
let lab: TestAccount
let sales: TestAccount

beforeAll(async () => {
  control = await startControl()
  gateway = await startGatewayBeside(control.services)
  tenant = await control.tenant('acme')
  lab = await newAccount(control, tenant, 'lab')
  sales = await newAccount(control, tenant, 'sales')
})
afterAll(async () => {
  await gateway.stop()
  await control.close()
})

const asking =
  (account: string, as: SignedIn) =>
  (operationId: string, params: object = {}, body?: object) =>
    control.ask(operationId, { as, params: { account, ...params }, body })

async function newProvider(at: TestAccount, name: string) {
  const ask = asking(at.name, at.admin)
  await ask('provider-account.create', {}, { name, provider: 'sandbox' })
  for (const model of ['sandbox-fast', 'sandbox-slow']) {
    const sizes = { type: 'chat', contextTokensMax: 100, outputTokensMax: 50 }
    const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '2' }
    const body = { name: model, providerAccount: name, upstreamModel: model, ...sizes, price }
    await ask('model.create', {}, body)
  }
}

/** A program in the account with the role `user` in all of it, and its token. */
async function newProgram(at: TestAccount, name: string, more: object = {}): Promise<string> {
  const ask = asking(at.name, at.admin)
  await ask('virtual-account.create', {}, { name, ...more })
  const subject = { type: 'virtual-account', virtualAccount: name }
  await ask('grant.create', {}, { subject, object: { type: 'account' }, role: 'user' })
  return (await ask('token.create', { 'virtual-account': name }, { name: 'main' })).secret
}

const statusOf = async (token: string, model: string) =>
  (await chat(gateway.url, token, model, { max_tokens: 10 })).status

describe('a provider account that changes hands', () => {
  it('serves the new account from then on, at its price, and ends the old one’s streams', async () => {
    await newProvider(lab, 'vendor')
    const [ours, theirs] = [await newProgram(lab, 'ours'), await newProgram(sales, 'theirs')]
    const model = 'vendor/sandbox-fast'
    expect([await statusOf(ours, model), await statusOf(theirs, model)]).toEqual([200, 404])
    const offered = await control.ask('provider-account.transfer', {
      as: lab.admin,
      params: { account: 'lab', 'provider-account': 'vendor' },
      body: { to: 'root' },
    })
    // An offer moves nothing.
    expect(await statusOf(ours, model)).toBe(200)
    const inRoot = asking('root', tenant.admin)
    let accepted: Promise<unknown> | null = null
    const streamed = await stream(gateway.url, ours, 'vendor/sandbox-slow', {}, (events) => {
      if (events.length > 2) {
        accepted ??= inRoot('transfer.accept', { transfer: offered.id }, {})
      }
      return false
    })
    await accepted
    expect(streamed.events.at(-1)).toContain('access_revoked')
    await eventually('it is root’s', async () => (await statusOf(ours, model)) === 404)

    // From root it can be given on, with its price, and works there without being set up anew.
    const onward = await inRoot(
      'provider-account.transfer',
      { 'provider-account': 'vendor' },
      {
        to: 'sales',
      },
    )
    await asking('sales', sales.admin)(
      'transfer.accept',
      { transfer: onward.id },
      { name: 'bought' },
    )
    await eventually('it is the sales’', async () => {
      return (await statusOf(theirs, 'bought/sandbox-fast')) === 200
    })
    expect(await statusOf(ours, model)).toBe(404)
  })
})

describe('a virtual account that a team answers for', () => {
  it('spends under the team’s budget, gets nothing else from it, and is free once it is let go', async () => {
    await newProvider(lab, 'house')
    const model = 'house/sandbox-fast'
    const ask = asking('lab', lab.admin)
    await ask('team.create', {}, { name: 'crew' })
    const limit = { name: 'crew-cap', level: 'team', of: 'crew', amountUsd: '0', period: 'month' }
    await ask('budget.create', {}, limit)
    const free = await newProgram(lab, 'free')
    const owned = await newProgram(lab, 'owned', { ownerTeam: 'crew' })
    await eventually('both are known', async () => (await statusOf(free, model)) === 200)
    const refusal = await chat(gateway.url, owned, model, { max_tokens: 10 })
    expect(refusal.status).toBe(429)
    expect(JSON.stringify(refusal.body)).toContain('crew-cap')

    // What the team is granted is not the virtual account's: it is no member.
    await ask('virtual-account.create', {}, { name: 'powerless', ownerTeam: 'crew' })
    const subject = { type: 'team', team: 'crew' }
    await ask('grant.create', {}, { subject, object: { type: 'account' }, role: 'user' })
    const { secret } = await ask(
      'token.create',
      { 'virtual-account': 'powerless' },
      { name: 'main' },
    )
    expect(await statusOf(secret, model)).toBe(404)

    await ask('virtual-account.update', { 'virtual-account': 'owned' }, { ownerTeam: null })
    await eventually('it is let go', async () => (await statusOf(owned, model)) === 200)
  })
})
