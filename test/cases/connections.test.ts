/**
 * A pooled connection on which something was cancelled: whoever gets it next must see his own, and
 * nothing of whom it served before (case A+1).
 */
import type { TenantId } from '@commonhold/core'
import { formatId } from '@commonhold/core'
import { sql } from 'kysely'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../server/src/store/database.ts'
import { type Rows, storedWorld } from '../proof/stored/rows.ts'
import { connect, writeRows } from '../proof/stored/write-rows.ts'
import { randomFrom } from '../proof/worlds/random.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'

let fresh: FreshDatabase
let database: Database
let superuser: Client
let rows: Rows
beforeAll(async () => {
  fresh = await freshDatabase()
  superuser = await connect(fresh.superuserUrl)
  rows = storedWorld(randomFrom(1))
  await writeRows(superuser, rows)
  // One connection, so that everybody gets the one that somebody else has left.
  database = openDatabase(fresh.appUrl, { poolMax: 1 })
})
afterAll(async () => {
  await database.close()
  await superuser.end()
  await fresh.drop()
})

const tenants = (): [TenantId, TenantId] => {
  const [one, two] = rows.tenant.map(({ id }) => formatId('tnt', id as string))
  return [one!, two!]
}

/** What the tenant sees: its own name, and whose accounts there are. */
const seenBy = (tenant: TenantId, marker: string) =>
  database.withTenant(tenant, async (tx) => {
    const { rows: found } = await sql<{ marker: string; tenant: string }>`
      select ${marker}::text as marker, tenant_id::text as tenant from account`.execute(tx)
    return found
  })

/** Ends what the application's connection is doing: the query, or the connection with it. */
async function end(how: 'cancel' | 'terminate'): Promise<void> {
  for (;;) {
    const { rowCount } = await superuser.query(
      `select pg_${how}_backend(pid) from pg_stat_activity
        where usename = 'commonhold_app' and datname = current_database() and query like '%pg_sleep%'
          and state = 'active'`,
    )
    if (rowCount) return
  }
}

it.each(['cancel', 'terminate'] as const)(
  'after a %s in the middle of a query, the next user gets his own answer (A+1)',
  async (how) => {
    const [one, two] = tenants()
    for (let round = 0; round < 12; round++) {
      const running = database.withTenant(one, (tx) =>
        sql`select tenant_id, pg_sleep(5) from account`.execute(tx),
      )
      const next = seenBy(two, `for two, ${round}`)
      const ended = running.then(
        () => 'it ended by itself',
        () => 'cut off',
      )
      await end(how)
      expect(await ended).toBe('cut off')
      const uuid = rows.tenant[1]!.id
      const found = await next
      expect(found.length).toBeGreaterThan(0)
      expect(new Set(found.map((row) => row.tenant))).toEqual(new Set([uuid]))
      expect(new Set(found.map((row) => row.marker))).toEqual(new Set([`for two, ${round}`]))
      expect((await seenBy(one, 'one again'))[0]!.tenant).toBe(rows.tenant[0]!.id)
    }
  },
)

it('a transaction that ended badly leaves no tenant behind on its connection (A+1)', async () => {
  const [one] = tenants()
  await expect(
    database.withTenant(one, async (tx) => {
      await sql`select 1 / 0`.execute(tx)
    }),
  ).rejects.toThrow(/division by zero/)
  const { count } = await database.withControlPlane(async (tx) => {
    const { rows: found } = await sql<{ count: string }>`select count(*) from account`.execute(tx)
    return found[0]!
  })
  expect(Number(count)).toBe(0)
})
