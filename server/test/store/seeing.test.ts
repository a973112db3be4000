/**
 * Seeing past the wall between tenants, with arbitrary SQL in a transaction that has named its tenant:
 * every way that is known, each refused or blind. Storing what must not be is tried in kernel.test.ts.
 */
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { attempt, buildWorld, idOf, withIds } from './support/kernel-world.ts'
import { looks } from './support/seeing-attempts.ts'

let database: FreshDatabase
let client: Client
beforeAll(async () => {
  database = await freshDatabase()
  client = new Client({ connectionString: database.appUrl })
  await client.connect()
  await buildWorld(client)
  const owner = new Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await owner.query('analyze')
  await owner.end()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

/** Whatever is globex's and nobody else's. */
const foreign = [
  ...['globex', 'globex_root', 'eve', 'robot_globex', 'team_globex', 'role_globex', 'token_globex'],
  ...['cluster_globex', 'group_globex', 'use_globex'],
].map(idOf)
const words = ['globex', 'eve@example.com', ...foreign]

const quote = (sql: string) => sql.replaceAll(':globex_plain', idOf('globex'))

describe('looking past the wall:', () => {
  test('there are many ways to try, each once', () => {
    expect(looks.length).toBeGreaterThan(70)
    expect(new Set(looks.map(({ sql }) => sql)).size).toBe(looks.length)
  })

  test.each([...looks])('$tries', async ({ sql, refusal }) => {
    const looking = attempt(client, 'acme', quote(sql))
    if (refusal) return expect(looking).rejects.toThrow(refusal)
    const shown = JSON.stringify((await looking).rows)
    expect(words.filter((word) => shown.includes(word))).toEqual([])
  })

  test('the words that are looked for are there to be seen, by who may', async () => {
    const { rows } = await attempt(
      client,
      'globex',
      `select array_agg(r::text) || (select array_agg(u::text) from "user" u) as all from resource r`,
    )
    const shown = JSON.stringify(rows)
    for (const word of ['eve@example.com', idOf('globex'), idOf('cluster_globex')]) {
      expect(shown).toContain(word)
    }
  })
})

describe('what one leaves on a connection:', () => {
  test('a setting, a statement or a cursor of a session shows the next one only his own', async () => {
    for (const left of [
      'set search_path = pg_temp, public',
      'prepare left_behind as select tenant_id::text from resource',
      `set session enable_seqscan = off`,
    ]) {
      await client.query(left)
    }
    const { rows } = await attempt(client, 'globex', 'execute left_behind')
    const seen = new Set(rows.map(({ tenant_id }) => tenant_id))
    expect([...seen]).toEqual([idOf('globex')])
    await client.query('deallocate left_behind; reset all')
    expect((await client.query('select count(*)::int as count from resource')).rows).toEqual([
      { count: 0 },
    ])
  })

  test('no large object is there to be shared by all', async () => {
    const { rows } = await attempt(client, 'acme', 'select oid from pg_largeobject_metadata')
    expect(rows).toEqual([])
  })
})

test('an estimate of the planner does not tell a foreign e-mail from a missing one', async () => {
  const estimate = async (email: string) => {
    const sql = withIds(`explain (format json) select * from "user" where email_key = '${email}'`)
    const { rows } = await attempt(client, 'acme', sql)
    return rows[0]['QUERY PLAN'][0].Plan['Plan Rows']
  }
  expect(await estimate('eve@example.com')).toBe(await estimate('nobody@example.com'))
})
