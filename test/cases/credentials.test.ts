/** What proves something here: a closed list, each bound to its tenant, and nothing between processes. */
import { tokenTypes } from '@commonhold/core'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'

let fresh: FreshDatabase
let client: Client
beforeAll(async () => {
  fresh = await freshDatabase()
  client = new Client({ connectionString: fresh.ownerUrl })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await fresh.drop()
})

it('there is no token between our own processes, nor one that acts in two tenants (A25)', async () => {
  expect([...tokenTypes]).toEqual(['va', 'pat', 'op'])
  const { rows } = await client.query<{ table: string; bound: boolean }>(
    `select c.relname::text as table, bool_or(a.attname = 'tenant_id' and a.attnotnull) as bound
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped
      group by c.relname having bool_or(a.attname = 'hash' and a.atttypid = 'bytea'::regtype)
      order by 1`,
  )
  // The operator's is of no tenant, and sees the data of none; audit_event's hash proves no identity.
  expect(rows).toEqual([
    { table: 'audit_event', bound: true },
    { table: 'credential', bound: true },
    { table: 'operator_session', bound: false },
  ])
})

it('a usage record without an account can’t be stored, nor a bill (A+7)', async () => {
  const { rows } = await client.query<{ table: string; nullable: boolean }>(
    `select c.relname::text as table, not a.attnotnull as nullable
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
      where c.relname in ('usage_record', 'ledger_entry', 'invoice', 'budget', 'usage_limit', 'pool')
      order by 1`,
  )
  expect(rows).toHaveLength(6)
  expect(rows.filter(({ nullable }) => nullable)).toEqual([])
})
