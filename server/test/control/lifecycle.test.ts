/**
 * What each act of a lifecycle leaves alive, as a table: the person's session, token, running stream,
 * place in the account and in its team, grants, and power by the rule itself; and what comes back
 * with the act that undoes it. The control plane and a gateway beside it are asked alike.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, type Streamed, stream } from '../gateway/support/stack.ts'
import { type Control, operatorKey, startControl, type TestTenant } from './support/control.ts'
import { type GatewayBeside, startGatewayBeside } from './support/gateway-beside.ts'
import { type Life, newLife, newTenant, power, stored, works } from './support/life.ts'
import { newAccount } from './support/world.ts'

let control: Control
let gateway: GatewayBeside

beforeAll(async () => {
  control = await startControl()
  gateway = await startGatewayBeside(control.services)
})
afterAll(async () => {
  await gateway.stop()
  await control.close()
})

const slowModel = 'sandbox/sandbox-slow'

interface State {
  readonly session: string
  readonly token: string
  readonly robot: string
  readonly hasPower: boolean
  readonly stored: Awaited<ReturnType<typeof stored>>
}

async function stateOf(life: Life): Promise<State> {
  const places = { control, gatewayUrl: gateway.url }
  return {
    session: await works(places, life, life.person.session),
    token: await works(places, life, { token: life.token }),
    robot: await works(places, life, { token: life.robotToken }),
    hasPower: (await power(places, life)) > 0,
    stored: await stored(places, life),
  }
}

const alive: State = {
  session: 'yes',
  token: 'yes, 200',
  robot: 'yes, 200',
  hasPower: true,
  stored: { member: 1, teams: 1, grants: 1, tokens: 1 },
}
const gone = { member: 0, teams: 0, grants: 0, tokens: 0 }

interface Row {
  readonly act: string
  readonly run: (life: Life) => Promise<unknown>
  /** What is left once it has happened: everything that is not named is as before. */
  readonly leaves: Partial<State>
  readonly undo?: (life: Life) => Promise<unknown>
  readonly brings?: Partial<State>
  readonly ownTenant?: true
}

const user = ({ person }: Life) => ({ params: { user: person.email } })
const account = ({ lab }: Life) => ({ params: { account: lab.name } })
const invite = (life: Life) => life.asAdmin('user.invite', { body: { email: life.person.email } })
const operator = (verb: string) => (life: Life) =>
  control.ask(`operator-tenant.${verb}`, {
    as: { token: operatorKey },
    params: { tenant: life.tenant.name },
  })

const removed: Partial<State> = {
  session: 'not_found',
  token: 'not_signed_in, 401',
  hasPower: false,
  stored: gone,
}

const table: readonly Row[] = [
  {
    act: 'deactivating the person (A53, A61)',
    run: (life) => life.asAdmin('user.deactivate', user(life)),
    leaves: {
      session: 'not_signed_in',
      token: 'not_signed_in, 401',
      hasPower: false,
      stored: { ...alive.stored, tokens: 0 },
    },
    undo: (life) => life.asAdmin('user.reactivate', user(life)),
    brings: {
      session: 'not_signed_in',
      token: 'not_signed_in, 401',
      stored: { ...alive.stored, tokens: 0 },
    },
  },
  {
    act: 'removing the person (A55)',
    run: (life) => life.asAdmin('user.remove', user(life)),
    leaves: removed,
    undo: invite,
    brings: { ...removed, session: 'yes', stored: { ...gone, member: 1 } },
  },
  {
    act: 'leaving the account (A55)',
    run: async (life) => {
      const elsewhere = await newAccount(control, life.tenant, `${life.lab.name}-next`)
      const as = elsewhere.admin
      const params = { account: elsewhere.name }
      await control.ask('user.invite', { as, params, body: { email: life.person.email } })
      await control.ask('me.leave', { as: life.person.session, ...account(life) })
    },
    leaves: removed,
    undo: invite,
    brings: { ...removed, session: 'yes', stored: { ...gone, member: 1 } },
  },
  {
    act: 'suspending the account (A53)',
    run: (life) => life.asRoot('account.suspend', account(life)),
    leaves: {
      session: 'not_allowed',
      token: 'not_allowed, 403',
      robot: 'not_allowed, 403',
      hasPower: false,
    },
    undo: (life) => life.asRoot('account.resume', account(life)),
    brings: alive,
  },
  {
    act: 'suspending the tenant (A53)',
    ownTenant: true,
    run: operator('suspend'),
    leaves: {
      session: 'credential_expired',
      token: 'credential_expired, 403',
      robot: 'credential_expired, 403',
      hasPower: false,
    },
    undo: operator('resume'),
    brings: alive,
  },
  {
    act: 'deleting the account (A55)',
    run: (life) => life.asRoot('account.delete', { ...account(life), query: { force: 'true' } }),
    leaves: { ...removed, robot: 'not_signed_in, 401' },
  },
]

describe('what is left alive by', () => {
  let common: TestTenant
  beforeAll(async () => {
    common = await newTenant(control, 'common')
  })

  it.each(table)('$act', async ({ run, leaves, undo, brings, ownTenant }) => {
    const life = await newLife(control, ownTenant ? await newTenant(control, 'apart') : common)
    await eventually('the gateway knows', async () => (await stateOf(life)).robot === alive.robot)
    expect(await stateOf(life)).toEqual(alive)
    let acted: Promise<unknown> | null = null
    const streamed: Streamed = await stream(gateway.url, life.token, slowModel, {}, (events) => {
      if (events.length > 2) acted ??= run(life)
      return false
    })
    await acted
    expect(streamed.events.at(-1)).toContain('access_revoked')
    const expected = { ...alive, ...leaves }
    await eventually(
      'the gateway has heard',
      async () => (await stateOf(life)).token === expected.token,
    )
    expect(await stateOf(life)).toEqual(expected)
    if (undo === undefined) return
    await undo(life)
    const after = { ...alive, ...brings }
    await eventually(
      'the gateway has heard again',
      async () => (await stateOf(life)).robot === after.robot,
    )
    expect(await stateOf(life)).toEqual(after)
  })
})
