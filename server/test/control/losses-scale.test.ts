/** As many members as are compared one by one, and one more: what it costs, and what is said then. */
import { seatsComparedMax } from '@commonhold/contract'
import { type Id, uuidOf } from '@commonhold/core'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { type Control, type Read, startControl, type TestTenant } from './support/control.ts'

/**
 * Of this process, which other tests on a busy machine do not stretch as they do the clock; twice what
 * a person should wait for, because they do stretch it.
 */
const processorMsMax = 4_000

let control: Control
let tenant: TestTenant
beforeAll(async () => {
  control = await startControl()
  tenant = await control.tenant('acme')
  const body = { name: 'crowd', boundary: 'everything' }
  const { id } = await control.ask('account.create', { as: tenant.admin, body })
  await crowd(uuidOf(tenant.id), uuidOf(id as Id), seatsComparedMax)
})
afterAll(() => control.close())

/** Members with a grant and a token each, two thousand of them in each of three teams with a grant. */
async function crowd(tenantId: string, accountId: string, count: number): Promise<void> {
  const client = new Client({ connectionString: control.superuserUrl })
  await client.connect()
  const insert = (text: string, ...values: unknown[]) => client.query(text, values)
  try {
    // Without triggers: ten thousand rows of the change feed are not what is measured here.
    await client.query('set session_replication_role = replica')
    const ids = Array.from({ length: count }, newUuid)
    const [tokens, grants] = [ids.map(newUuid), ids.map(newUuid)]
    const of = `'${tenantId}'::uuid, '${accountId}'::uuid`
    const someone = 'unnest($1::uuid[]) with ordinality as someone (id, n)'
    await insert(
      `insert into principal select '${tenantId}'::uuid, id, 'user' from ${someone}`,
      ids,
    )
    await insert(
      `insert into "user" (tenant_id, id, email, display_name, state, created_by)
        select '${tenantId}'::uuid, id, 'p' || n || '@crowd.example', 'P', 'active', 'test'
        from ${someone}`,
      ids,
    )
    await insert(
      `insert into membership (tenant_id, account_id, principal_id, created_by)
        select ${of}, id, 'test' from ${someone}`,
      ids,
    )
    await insert(
      `insert into token (tenant_id, account_id, id, principal_id, name, display_name, created_by)
        select ${of}, token, id, 'main', 'main', 'test'
        from unnest($1::uuid[], $2::uuid[]) as someone (id, token)`,
      ids,
      tokens,
    )
    await insert(
      `insert into "grant" (tenant_id, account_id, id, principal_id, object_type, role_id, created_by)
        select ${of}, someone.grant_id, someone.id, 'account', role.id, 'test'
        from unnest($1::uuid[], $2::uuid[]) with ordinality as someone (id, grant_id, n)
        join role on role.built_in
          and role.name = case when someone.n % 3 = 0 then 'editor' else 'user' end`,
      ids,
      grants,
    )
    for (const [index, name] of ['one', 'two', 'three'].entries()) {
      const team = newUuid()
      await insert(
        `insert into team (tenant_id, account_id, id, name, display_name, created_by)
          values (${of}, $1, $2, $2, 'test')`,
        team,
        name,
      )
      await insert(
        `insert into team_member (tenant_id, account_id, team_id, principal_id, created_by)
          select ${of}, $2, id, 'test' from unnest($1::uuid[]) as someone (id)`,
        ids.slice(index * 1_000, index * 1_000 + 2_000),
        team,
      )
      await insert(
        `insert into "grant" (tenant_id, account_id, id, team_id, object_type, object_kind, role_id,
            created_by)
          select ${of}, $1, $2, 'kind', 'model', id, 'test'
          from role where built_in and name = 'viewer'`,
        newUuid(),
        team,
      )
    }
    await client.query('analyze')
  } finally {
    await client.end()
  }
}

const lower = (): Promise<Read> =>
  control.ask('account.update', {
    as: tenant.admin,
    params: { account: 'crowd' },
    body: { boundary: 'models-only' },
    query: { dryRun: 'true' },
  })

it('compares ten thousand members in the time that a person waits', async () => {
  const startedMs = performance.now()
  const startedCpu = process.cpuUsage()
  const { access, lost } = await lower()
  const { user, system } = process.cpuUsage(startedCpu)
  const processorMs = (user + system) / 1_000
  console.info(
    `${seatsComparedMax} members: ${Math.round(processorMs)} ms of the processor here, ` +
      `${Math.round(performance.now() - startedMs)} ms on the clock`,
  )
  expect(access).toMatchObject({ compared: seatsComparedMax, notCompared: 0 })
  expect(access.total.losers).toBe(seatsComparedMax)
  const counts = access.lost.map(({ count }: Read) => count)
  expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(seatsComparedMax)
  expect(lost.length).toBeLessThan(10)
  expect(JSON.stringify(access).length).toBeLessThan(1_000_000)
  expect(processorMs).toBeLessThan(processorMsMax)
})

it('says of one more how many they are, and compares nobody', async () => {
  await control.ask('account.join', { as: tenant.admin, params: { account: 'crowd' } })
  const { access, lost } = await lower()
  expect(access).toMatchObject({ compared: 0, notCompared: seatsComparedMax + 1, lost: [] })
  expect(lost[0].sentence).toContain(`${seatsComparedMax + 1} members are concerned`)
})
