/**
 * Several processes on one machine behind one port: they share the work and one budget, one that dies is
 * replaced and its journal recovered by its successor, and a stop cuts no stream.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Caller, known, makeCaller, totalNanos } from '../crash/caller.ts'
import { expectExact } from '../crash/exact.ts'
import { startUpstream, type Upstream } from '../crash/upstream.ts'
import { eventually } from '../support/eventually.ts'
import { password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

let product: TestProduct
let upstream: Upstream
let caller: Caller

beforeAll(async () => {
  upstream = await startUpstream()
  product = await startProduct({
    COMMONHOLD_GATEWAY_PROCESSES: '2',
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
    COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
    COMMONHOLD_DRAIN_NOTICE_SECONDS: '1',
  })
  const admin = await signIn(product.url, 'ana@example.com')
  caller = await makeCaller(admin, upstream, 'shared', '1')
  await known(caller, product.url)
}, 120_000)
afterAll(async () => {
  await product?.remove()
  upstream?.close()
}, 60_000)

function servingPids(): number[] {
  const list = readFileSync(`/proc/${product.pid}/task/${product.pid}/children`, 'utf8')
  return list.split(' ').filter(Boolean).map(Number)
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${product.url}/metrics`)).text()
  const lines = text.matchAll(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'gm'))
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0)
}

/** Over a connection of its own: another process may take it each time. */
function statusOf(path: string): Promise<number | null> {
  const headers = { connection: 'close' }
  return fetch(`${product.url}${path}`, { headers }).then(
    ({ status }) => status,
    () => null,
  )
}

it('two processes answer on one port, as one: numbers are of both, and a budget is not overspent', async () => {
  expect(servingPids()).toHaveLength(2)
  const statuses: number[] = []
  const spend = async () => {
    for (let n = 0; n < 12; n++) statuses.push((await caller.call(product.url)).status)
  }
  await Promise.all(Array.from({ length: 8 }, spend))
  expect(new Set(statuses)).toEqual(new Set([200, 429]))
  expect(await metric('commonhold_gateway_requests_total')).toBeGreaterThanOrEqual(statuses.length)
  const records = await caller.billed(caller.served().length)
  expectExact(records, caller.served())
  expect(totalNanos(records)).toBeLessThanOrEqual(1_000_000_000n)
}, 60_000)

it('one that is killed is replaced, and its calls are charged by its successor', async () => {
  const admin = await signIn(product.url, 'ana@example.com')
  const other = await makeCaller(admin, upstream, 'cut', '100')
  await known(other, product.url)
  other.leave(product.url, 8)
  await eventually('calls at the provider', async () => other.served().length === 9)
  const before = servingPids()
  for (const pid of before) process.kill(pid, 'SIGKILL')
  await eventually(
    'others in their seats',
    async () => {
      const now = servingPids()
      const areNew = now.length === 2 && !now.some((pid) => before.includes(pid))
      return areNew && (await statusOf('/readyz')) === 200
    },
    30_000,
  )
  const records = await other.billed(9)
  expectExact(records, other.served())
  expect(records.filter(({ status }) => status === 'unknown')).toHaveLength(8)
}, 90_000)

it('a stop says first that it is not ready, takes calls meanwhile, and cuts no stream', async () => {
  const admin = await signIn(product.url, 'ana@example.com')
  const { client } = admin
  const root = { account: 'root' }
  await client.providerAccount.create(root, { name: 'vendor', provider: 'sandbox' })
  await client.model.create(root, {
    name: 'slow',
    providerAccount: 'vendor',
    upstreamModel: 'sandbox-slow',
    type: 'chat',
    contextTokensMax: 8_000,
    outputTokensMax: 1_000,
    price: { inputPerMillionUsd: '1', outputPerMillionUsd: '2' },
  })
  const { secret } = await client.personalAccessToken.create(root, { name: 'stream' })
  const response = await fetch(`${product.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'vendor/slow',
      stream: true,
      messages: [{ role: 'user', content: 'Say something about commons.' }],
    }),
  })
  expect(response.status).toBe(200)
  const stopped = product.stop()
  await eventually('it is not ready', async () => {
    return (await statusOf('/readyz')) === 503
  })
  expect(await statusOf('/healthz')).toBe(200)
  expect(await response.text()).toMatch(/data: \[DONE\]\s*$/)
  expect(await stopped).toBe(0)
}, 60_000)
