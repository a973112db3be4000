/**
 * kill -9 of one role while the others run: nothing that was called is lost from the bill, nothing is on
 * it twice, and no budget is overspent, whatever was under way.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Caller, known, makeCaller, totalNanos } from './caller.ts'
import { expectExact } from './exact.ts'
import { type Deployment, startDeployment } from './roles.ts'
import { startUpstream, type Upstream } from './upstream.ts'

let deployment: Deployment
let upstream: Upstream
let gateway: string

beforeAll(async () => {
  upstream = await startUpstream()
  deployment = await startDeployment()
  gateway = deployment.url.gateway
}, 120_000)
afterAll(async () => {
  await deployment?.remove()
  upstream?.close()
}, 60_000)

async function newCaller(name: string, amountUsd: string): Promise<Caller> {
  const caller = await makeCaller(deployment.admin, upstream, name, amountUsd)
  await known(caller, gateway)
  return caller
}

async function expectWithinBudget(caller: Caller) {
  const { amountNanos, settledNanos, heldNanos } = await caller.budget()
  expect(BigInt(settledNanos) + BigInt(heldNanos)).toBeLessThanOrEqual(BigInt(amountNanos))
}

describe('kill -9 of the gateway', () => {
  it('with calls and streams under way: what had ended is exact, the rest is flagged', async () => {
    const caller = await newCaller('cut-off', '100')
    for (let n = 0; n < 6; n++) await caller.call(gateway, n % 2 === 0 ? {} : { stream: true })
    const before = await caller.billed(7)
    expectExact(before, caller.served())

    caller.leave(gateway, 4)
    caller.leave(gateway, 3, { stream: true })
    await eventually('seven calls at the provider', async () => caller.served().length === 14)
    await expectWithinBudget(caller)
    await deployment.kill('gateway')
    await deployment.start('gateway')

    const after = await caller.billed(14)
    expectExact(after, caller.served())
    expect(after.filter(({ status }) => status === 'unknown')).toHaveLength(7)
    const ids = new Set(before.map(({ id }) => id))
    expect(after.filter(({ id }) => ids.has(id))).toEqual(before)
    await eventually('nothing is held any more', async () => {
      const { settledNanos, heldNanos } = await caller.budget()
      return heldNanos === '0' && BigInt(settledNanos) === totalNanos(after)
    })
    expect((await caller.call(gateway)).status).toBe(200)
    await caller.billed(15)
  }, 60_000)

  it('twice, under load, until the budget is used up: it is never overspent', async () => {
    const caller = await newCaller('hurried', '4')
    const loops = 6
    const statuses = new Map<number, number>()
    const spend = async () => {
      for (;;) {
        const answer = await caller.call(gateway).catch(() => null)
        if (answer === null) await eventually('a gateway', () => isReady(gateway), 30_000)
        else statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        if (answer?.status === 429 && answer.headers.get('x-should-retry') === 'false') return
      }
    }
    const spending = Promise.all(Array.from({ length: loops }, spend))
    for (const served of [20, 45]) {
      await eventually('more calls', async () => caller.served().length >= served, 30_000)
      await deployment.kill('gateway')
      await deployment.start('gateway')
      await expectWithinBudget(caller)
    }
    await spending

    const calls = caller.served().length
    const records = await eventually('all of it on the bill', async () => {
      const found = await caller.records()
      const { settledNanos, heldNanos } = await caller.budget()
      const isWhole = heldNanos === '0' && BigInt(settledNanos) === totalNanos(found)
      return found.length >= calls && isWhole && found
    })
    expectExact(records, caller.served())
    // A call whose intent was written when the gateway died may not have been sent any more.
    expect(records.length - calls).toBeLessThanOrEqual(2 * loops)
    expect(records.filter(({ status }) => status === 'unknown').length).toBeLessThanOrEqual(
      2 * loops,
    )
    expect(totalNanos(records)).toBeLessThanOrEqual(4_000_000_000n)
    expect([...statuses.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([])
  }, 60_000)
})

describe('kill -9 of the control plane', () => {
  it('the gateway goes on, even over a restart of its own, and all is on the bill', async () => {
    const caller = await newCaller('unattended', '100')
    await deployment.kill('control')
    for (let n = 0; n < 10; n++) expect((await caller.call(gateway)).status).toBe(200)
    await deployment.kill('gateway')
    await deployment.start('gateway')
    for (let n = 0; n < 10; n++) expect((await caller.call(gateway)).status).toBe(200)
    await deployment.start('control')
    const records = await caller.billed(21)
    expectExact(records, caller.served())
    expect(caller.served()).toHaveLength(21)
  }, 60_000)

  it('in the middle of writes: each is there as a whole, or not at all', async () => {
    const { client } = deployment.admin
    const root = { account: 'root' }
    const asked = Array.from({ length: 20 }, (_, n) =>
      client.team.create(root, { name: `written-${n}` }).then(
        () => `written-${n}`,
        () => null,
      ),
    )
    await Promise.race(asked)
    await deployment.kill('control')
    const told = (await Promise.all(asked)).filter((name) => name !== null)
    await deployment.start('control')
    const { items } = await client.team.list({ ...root, limit: 200, q: 'written-' })
    const there = items.map(({ name }) => name)
    expect(there).toEqual(expect.arrayContaining(told))
    const events = await client.auditEvent.list({
      ...root,
      limit: 200,
      'filter[operation]': 'team.create',
    })
    const audited = events.items.map(({ target }) => target.name)
    expect(audited.sort()).toEqual(there.sort())
  }, 60_000)
})

describe('kill -9 of the worker', () => {
  it('costs nobody anything, and it takes up where it was', async () => {
    const caller = await newCaller('patient', '100')
    await deployment.kill('worker')
    expect((await caller.call(gateway)).status).toBe(200)
    await deployment.start('worker')
    expect(await isReady(deployment.url.worker)).toBe(true)
    expectExact(await caller.billed(2), caller.served())
  }, 60_000)
})

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}
