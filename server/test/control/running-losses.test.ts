/**
 * What a dry run says of calls that run: asked of real gateways with real streams in them, and then
 * done, to see that just those end that it said.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { saveSource, saveStopped } from '../../src/store/gateway-source.ts'
import { eventually } from '../gateway/support/stack.ts'
import { type Control, type Read, startControl, type TestTenant } from './support/control.ts'
import { type GatewayBeside, startGatewayBeside } from './support/gateway-beside.ts'
import { newAccount, share, type TestAccount } from './support/world.ts'

let control: Control
const gateways: GatewayBeside[] = []

beforeAll(async () => {
  control = await startControl()
  for (const _ of ['one', 'two']) gateways.push(await startGatewayBeside(control.services))
})
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop()
  await control.close()
})

interface Place {
  readonly tenant: TestTenant
  readonly lab: TestAccount
  root(operation: string, params?: object, more?: object): Promise<Read>
  inLab(operation: string, params?: object, more?: object): Promise<Read>
  /** Secrets of tokens, by name. */
  readonly secrets: Record<string, string>
}

/** Root shares its sandbox with `lab`, whose virtual accounts `left` and `right` use it. */
async function newPlace(name: string): Promise<Place> {
  const tenant = await control.tenant(name)
  const lab = await newAccount(control, tenant, `${name}-lab`)
  const root: Place['root'] = (operation, params = {}, more = {}) =>
    control.ask(operation, { as: tenant.admin, params: { account: 'root', ...params }, ...more })
  const inLab: Place['inLab'] = (operation, params = {}, more = {}) =>
    control.ask(operation, { as: lab.admin, params: { account: lab.name, ...params }, ...more })
  await root('provider-account.create', {}, { body: { name: 'sandbox', provider: 'sandbox' } })
  const sizes = { type: 'chat', contextTokensMax: 10_000, outputTokensMax: 1_000 }
  const price = { inputPerMillionUsd: '0', outputPerMillionUsd: '0' }
  // It stops in the middle and keeps the line open: nothing ends by itself while it is asked about.
  const model = { providerAccount: 'sandbox', upstreamModel: 'sandbox-stall', ...sizes, price }
  await root('model.create', {}, { body: { ...model, name: 'slow' } })
  await root('model.create', {}, { body: { ...model, name: 'other' } })
  await share(control, tenant, { kind: 'provider-account', resource: 'sandbox', to: lab.name })
  const secrets: Record<string, string> = {}
  for (const program of ['left', 'right']) {
    await inLab('virtual-account.create', {}, { body: { name: program } })
    const subject = { type: 'virtual-account', virtualAccount: program }
    const body = { subject, object: { type: 'account' }, role: 'user' }
    await inLab('grant.create', {}, { body })
    const made = { body: { name: `${program}-token` } }
    secrets[program] = (await inLab('token.create', { 'virtual-account': program }, made)).secret
  }
  return { tenant, lab, root, inLab, secrets }
}

interface Running {
  /** All that was read, once it is over. */
  readonly ended: Promise<string>
  readonly isOver: () => boolean
  leave(): Promise<void>
}

/** A stream that has begun, and lasts until somebody ends it. */
async function run(token: string, model: string, gateway = 0): Promise<Running> {
  const leaving = new AbortController()
  const messages = [{ role: 'user', content: 'Say something about commons.' }]
  const response = await fetch(`${gateways[gateway]!.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, stream: true }),
    signal: leaving.signal,
  })
  const state = { text: '', isOver: false }
  const read = async () => {
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body!) state.text += decoder.decode(chunk)
    } catch (error) {
      if (!leaving.signal.aborted) throw error
    }
    state.isOver = true
    return state.text
  }
  const ended = read()
  await eventually('the stream has begun', () => state.text.includes('data:') || state.isOver)
  expect([response.status, state.isOver]).toEqual([200, false])
  return {
    ended,
    isOver: () => state.isOver,
    leave: async () => {
      leaving.abort()
      await ended
    },
  }
}

const dryRun = { query: { dryRun: 'true' } }
const wasCut = async ({ ended }: Running) => (await ended).includes('access_revoked')

it('names the calls that un-sharing ends, on every gateway, and just these end', async () => {
  const { root, lab, secrets } = await newPlace('alpha')
  const elsewhere = await newPlace('beta')
  const cut = [
    await run(secrets.left!, 'sandbox/slow'),
    await run(secrets.left!, 'sandbox/slow', 1),
    await run(secrets.right!, 'sandbox/other', 1),
  ]
  const foreign = await run(elsewhere.secrets.left!, 'sandbox/slow')
  const { items } = await root('share.list')
  const params = { share: items[0].id }
  const { access } = await root('share.delete', params, dryRun)
  expect(access.running).toEqual({
    calls: 3,
    callers: [
      {
        kind: 'virtual-account',
        name: 'left',
        token: 'left-token',
        model: 'sandbox/slow',
        calls: 2,
      },
      {
        kind: 'virtual-account',
        name: 'right',
        token: 'right-token',
        model: 'sandbox/other',
        calls: 1,
      },
    ],
    asked: 2,
    silent: 0,
    sentence: '3 calls that run now would be ended.',
  })
  expect(access.lost[0].account.name).toBe(lab.name)
  expect(cut.some(({ isOver }) => isOver())).toBe(false)

  await root('share.delete', params)
  for (const one of cut) expect(await wasCut(one)).toBe(true)
  expect(foreign.isOver()).toBe(false)
  await foreign.leave()
})

it('tells one caller’s calls from another’s: a team, a grant, a token, its secret', async () => {
  const { inLab, secrets } = await newPlace('gamma')
  const left = await run(secrets.left!, 'sandbox/slow')
  const right = await run(secrets.right!, 'sandbox/slow', 1)
  const running = async (operation: string, params: object, body?: object) => {
    for (;;) {
      const { access } = await inLab(operation, params, { ...dryRun, body })
      // On a busy machine a gateway may be late, and then the answer says so.
      if (!access?.running?.silent) return access?.running?.calls ?? null
    }
  }
  const ofLeft = { 'virtual-account': 'left' }
  const token = { ...ofLeft, token: 'left-token' }
  expect(await running('token.delete', token)).toBe(1)
  expect(await running('token.rotate', token, { overlapSeconds: 0 })).toBe(1)
  expect(await running('token.rotate', token, { overlapSeconds: 60 })).toBe(null)
  expect(await running('token.update', token, { scopes: ['model:read'] })).toBe(1)
  expect(await running('token.update', token, { scopes: ['model:use'] })).toBe(0)
  expect(await running('virtual-account.update', ofLeft, { state: 'suspended' })).toBe(1)
  expect(await running('virtual-account.delete', ofLeft)).toBe(1)
  expect(await running('virtual-account.update', ofLeft, { displayName: 'Left' })).toBe(null)
  expect([left.isOver(), right.isOver()]).toEqual([false, false])

  await inLab('token.rotate', token, { body: { overlapSeconds: 0 } })
  expect(await wasCut(left)).toBe(true)
  expect(right.isOver()).toBe(false)
  await right.leave()
})

it('ends a call through a virtual model once the model behind it may not be used any more', async () => {
  const { inLab, secrets } = await newPlace('delta')
  const targets = [{ model: 'root:sandbox/slow' }]
  await inLab('virtual-model.create', {}, { body: { name: 'best', strategy: 'priority', targets } })
  const { items } = await inLab('grant.list', {}, { query: { 'filter[virtualAccount]': 'left' } })
  const subject = { type: 'virtual-account', virtualAccount: 'left' }
  for (const object of [
    { type: 'kind', kind: 'virtual-model' },
    { type: 'resource', kind: 'model', resource: 'sandbox/slow' },
  ]) {
    await inLab('grant.create', {}, { body: { subject, role: 'user', object } })
  }
  await inLab('grant.delete', { grant: items[0].id })
  const one = await run(secrets.left!, 'best')
  const left = await inLab('grant.list', {}, { query: { 'filter[virtualAccount]': 'left' } })
  const onModel = left.items.find(({ object }: Read) => object.type === 'resource')
  const { access } = await inLab('grant.delete', { grant: onModel.id }, dryRun)
  expect(access.running).toMatchObject({ calls: 1, callers: [{ name: 'left', model: 'best' }] })
  expect(one.isOver()).toBe(false)
  await inLab('grant.delete', { grant: onModel.id })
  expect(await wasCut(one)).toBe(true)
})

it('says when a gateway does not answer, and waits for none that has stopped', async () => {
  const { root } = await newPlace('epsilon')
  const { items } = await root('share.list')
  const params = { share: items[0].id }
  const { database } = control.services
  const [silent, stopped] = [newUuid(), newUuid()]
  await database.withControlPlane((tx) => saveSource(tx, silent, 1))
  await database.withControlPlane((tx) => saveSource(tx, stopped, 1))
  await database.withControlPlane((tx) => saveStopped(tx, stopped))
  const { access } = await root('share.delete', params, dryRun)
  expect(access.running).toMatchObject({ calls: 0, asked: 3, silent: 1 })
  expect(access.running.sentence).toContain('one gateway did not answer in time')
  await database.withControlPlane((tx) => saveStopped(tx, silent))
  const again = await root('share.delete', params, dryRun)
  expect(again.access.running).toMatchObject({ asked: 2, silent: 0 })
})

it('leaves nothing behind in the database', async () => {
  const { root, tenant } = await newPlace('zeta')
  const { items } = await root('share.list')
  await root('share.delete', { share: items[0].id }, dryRun)
  const rows = await control.services.database.withTenant(tenant.id, (tx) =>
    tx.selectFrom('gatewayAnswer').selectAll().execute(),
  )
  expect(rows).toEqual([])
})
