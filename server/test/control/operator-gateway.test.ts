/** A gateway that never comes back: what it held is charged, once, and it can't go on in its old epoch. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { periodOf } from '@commonhold/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSource } from '../../src/gateway/ledger/recovery.ts'
import { grantLeases } from '../../src/store/pool.ts'
import { type Acme, startAcme } from './support/acme.ts'
import { operatorKey, type Read, refusalOf } from './support/control.ts'

const operator = { token: operatorKey }
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let acme: Acme
let directory: string
let gateway: string
let budgetId: string

const budget = () =>
  acme.control.ask('budget.get', {
    as: acme.rootAdmin,
    params: { account: 'root', budget: 'monthly' },
  })
const list = async () =>
  (await acme.control.ask('operator-gateway.list', { as: operator })).items as Read[]
const retire = (query: Record<string, string> = {}) =>
  acme.control.ask('operator-gateway.retire', { as: operator, params: { gateway }, query })
const hearOf = (secondsAgo: number) =>
  acme.control.services.database.withControlPlane((tx) =>
    sql`update gateway_source set stopped_at = null,
      seen_at = now() - ${`${secondsAgo} seconds`}::interval where id = ${gateway}`.execute(tx),
  )

/** A gateway leased half of a budget, and was never heard of again. */
beforeAll(async () => {
  acme = await startAcme()
  const { database } = acme.control.services
  const body = { name: 'monthly', level: 'account', amountUsd: '100', period: 'month' }
  const made = await acme.control.ask('budget.create', {
    as: acme.rootAdmin,
    params: { account: 'root' },
    body,
  })
  budgetId = made.id as string
  directory = mkdtempSync(join(tmpdir(), 'commonhold-journal-'))
  const journal = await openSource(directory, database, log)
  gateway = journal.sourceId
  await journal.close()
  const key = {
    accountId: acme.tenant.rootAccountId,
    ownerId: budgetId as never,
    period: periodOf(Date.now(), 'UTC', 'month'),
  }
  await database.withTenant(acme.tenant.id, (tx) =>
    grantLeases(tx, acme.tenant.id, { sourceId: gateway, epoch: 1 }, [
      { ...key, wants: [10n ** 10n], free: 0n },
    ]),
  )
})
afterAll(async () => {
  await acme?.close()
  rmSync(directory, { recursive: true, force: true })
})

test('one that was just heard of is running, and is not retired', async () => {
  await hearOf(0)
  expect(await list()).toMatchObject([{ id: gateway, epoch: 1, state: 'running' }])
  expect(await refusalOf(retire())).toBe('wrong_state')
})

test('a lost one is listed with what it holds; a dry run changes nothing', async () => {
  await hearOf(60)
  const { heldNanos } = (await budget()).current as { heldNanos: string }
  expect(BigInt(heldNanos)).toBeGreaterThanOrEqual(10n ** 10n)
  const [lost] = await list()
  expect(lost).toMatchObject({ state: 'lost', held: { leases: 1 } })
  await retire({ dryRun: 'true' })
  expect((await budget()).current).toMatchObject({ settledNanos: '0', heldNanos })
  expect(await list()).toEqual([{ ...lost }])
})

test('retired: all that it held is charged to the budget, once, and the log of the tenant says so', async () => {
  const { heldNanos } = (await budget()).current as { heldNanos: string }
  const { charged } = (await retire()) as { charged: { leases: number; usd: string } }
  expect(charged.leases).toBe(1)
  const after = { settledNanos: heldNanos, heldNanos: '0' }
  expect((await budget()).current).toMatchObject(after)
  expect(await retire()).toMatchObject({ charged: { leases: 0 } })
  expect((await budget()).current).toMatchObject(after)
  const events = await acme.control.ask('audit-event.list', {
    as: acme.rootAdmin,
    params: { account: 'root' },
    query: { 'filter[operation]': 'operator-gateway.retire' },
  })
  expect(events.items).toHaveLength(1)
})

test('should it come back after all, it begins an epoch that it never had', async () => {
  const { epoch } = (await list())[0] as { epoch: number }
  const journal = await openSource(directory, acme.control.services.database, log)
  expect(journal.epoch).toBeGreaterThan(epoch)
  await journal.close()
})

test('a gateway that nobody knows is not found', async () => {
  const params = { gateway: '00000000-0000-4000-8000-000000000000' }
  const asked = acme.control.ask('operator-gateway.retire', { as: operator, params })
  expect(await refusalOf(asked)).toBe('not_found')
})
