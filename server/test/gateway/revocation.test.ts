/** The published bound: what is taken away counts in every gateway within it, and for what runs there. */
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pollMsDefault, revocationMsMax } from '../../src/gateway/snapshot/feed.ts'
import {
  eventually,
  type Running,
  type Stack,
  send,
  settledSnapshot,
  startStack,
  stream,
} from './support/stack.ts'
import type { World } from './support/world.ts'

/** Announcements alone have to do it: nothing is compared while the test runs. */
const tuning = { pollMs: 60_000 }
const model = 'sandbox/sandbox-slow'

let stack: Stack
let gateways: Running[]
beforeAll(async () => {
  stack = await startStack({ tuning })
  gateways = [stack.first, await stack.gateway(), await stack.gateway()]
})
afterAll(() => stack.stop())

/** By each of these alone, the caller of `furnished` may not call any more. */
const taken: Readonly<Record<string, string>> = {
  'its grant': 'delete from "grant"',
  'its place in the team': 'delete from team_member',
  'the team that has the grant': 'delete from team',
  'the team, suspended': "update team set state = 'suspended'",
  'its role’s permission': "update role set permissions = '{model:read}' where not built_in",
  'its account’s boundary': "update account set boundary = '{model:read}' where not is_root",
  'its account, suspended': "update account set state = 'suspended' where not is_root",
  'the share': 'delete from share',
  'the share’s permission': "update share set permissions = '{model:read}'",
  'its token': 'delete from token',
  'its token’s scope': "update token set scopes = '{model:read}'",
  'its secret': 'delete from credential where token_id is not null',
  'its membership': 'delete from membership',
  itself: "update virtual_account set state = 'suspended'",
  'its tenant, suspended': "update tenant set state = 'suspended'",
  'the model': "delete from resource where kind = 'model'",
  'the expiry of its grant': `update "grant" set expires_at = now()`,
}

/** A virtual account that may call by all that there is: team, role, share, boundary, scope. */
async function furnished(name: string): Promise<{ world: World; token: string }> {
  const world = await stack.world(name)
  const account = await world.account('beta')
  const agent = await world.virtualAccount(account, 'agent')
  const team = await world.team(account, 'callers', [agent])
  const provider = await world.providerAccount(world.rootId, 'sandbox')
  await world.model(world.rootId, provider, 'sandbox-slow')
  await world.share(provider, account)
  await world.grant(account, { team }, ['model:use'])
  const { text } = await world.token(account, agent, { scopes: ['model:use', 'model:read'] })
  for (const gateway of gateways) await settledSnapshot(world, gateway)
  return { world, token: text }
}

test.each(Object.entries(taken))(
  'without %s no gateway lets a call begin or go on',
  async (what, statement) => {
    const { world, token } = await furnished(`taken-${Object.keys(taken).indexOf(what)}`)
    let takenAtMs = 0
    const running = new Set<Running>()
    const take = async () => {
      await world.run((tx) => sql.raw(statement).execute(tx))
      takenAtMs = performance.now()
    }
    const streams = gateways.map(async (gateway) => {
      const { status, events } = await stream(gateway.url, token, model, {}, (seen) => {
        if (seen.length > 2) running.add(gateway)
        return false
      })
      return { status, last: events.at(-1)!, endedAtMs: performance.now() }
    })
    await eventually('every gateway streams', () => running.size === gateways.length)
    await take()
    const refusals = gateways.map(async ({ url }) => {
      await eventually('it is refused', async () => {
        const { status } = await send(url, token, `/v1/models/${model}`)
        return status !== 200 || (await mayOnlySee(url, token))
      })
      return performance.now() - takenAtMs
    })
    for (const tookMs of await Promise.all(refusals)) expect(tookMs).toBeLessThan(revocationMsMax)
    for (const { status, last, endedAtMs } of await Promise.all(streams)) {
      expect(status).toBe(200)
      expect(last).toContain('access_revoked')
      expect(endedAtMs - takenAtMs).toBeLessThan(revocationMsMax)
    }
  },
)

/** A model may still be seen by who may not call it any more: then the call itself is refused. */
async function mayOnlySee(url: string, token: string): Promise<boolean> {
  const body = { model, messages: [{ role: 'user', content: 'x' }], max_tokens: 1 }
  return (await send(url, token, '/v1/chat/completions', body)).status !== 200
}

test('the guide says the bound, and how often revisions are compared', async () => {
  const path = new URL('../../../docs/guides/how-fast-a-change-acts.md', import.meta.url)
  const guide = await readFile(path, 'utf8')
  expect(guide).toContain(`**${revocationMsMax / 1_000} second**`)
  expect(guide).toContain(`every ${pollMsDefault / 1_000} seconds`)
})
