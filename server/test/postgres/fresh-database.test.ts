import { afterAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.ts'
import { withClient } from '../../src/postgres/roles.ts'

const one = await freshDatabase()
const other = await freshDatabase()
afterAll(() => Promise.all([one.drop(), other.drop()]))

test('each test database stands alone', async () => {
  await withClient(one.ownerUrl, (client) => client.query('create table only_here ()'))
  const seen = await withClient(other.ownerUrl, (client) =>
    client.query("select to_regclass('only_here') as it"),
  )
  expect(seen.rows[0].it).toBeNull()
})

test('the application role is restricted and owns nothing', async () => {
  const { rows } = await withClient(one.appUrl, (client) =>
    client.query(`select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
        (select count(*)::int from pg_class where relowner = r.oid) as owned
      from pg_roles r where rolname = current_user`),
  )
  expect(rows).toEqual([
    { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false, owned: 0 },
  ])
})

test('a database with the schema is made in well under 200 ms', async () => {
  const took: number[] = []
  for (let round = 0; round < 5; round++) {
    const sinceMs = performance.now()
    const database = await freshDatabase()
    took.push(performance.now() - sinceMs)
    await database.drop()
  }
  console.log(`freshDatabase: ${took.map((ms) => ms.toFixed(0)).join(', ')} ms`)
  // The best of five, since other tests use the same processors.
  expect(Math.min(...took)).toBeLessThan(200)
})
