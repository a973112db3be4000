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

test('copies are made side by side, with the schema in each', async () => {
  const sinceMs = performance.now()
  const copies = await Promise.all([1, 2, 3, 4].map(() => freshDatabase()))
  // Not a limit: what it takes depends on what else the machine does.
  console.log(`4 fresh databases: ${(performance.now() - sinceMs).toFixed(0)} ms`)
  for (const copy of copies) {
    const { rows } = await withClient(copy.ownerUrl, (client) =>
      client.query("select to_regclass('schema_migration') is not null as it"),
    )
    expect(rows).toEqual([{ it: true }])
    await copy.drop()
  }
})
