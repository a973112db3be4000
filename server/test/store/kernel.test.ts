/**
 * The kernel: what no account may hold and no tenant may see can't be stored and can't be read, with
 * whatever SQL, by the role that the application has. What that role can do is to name a tenant
 * (`set_config`), which is why the code that does it is in one place (store/database.ts).
 */
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { accessAttempts } from './support/kernel-attempts.ts'
import { recordAttempts } from './support/kernel-attempts-records.ts'
import { transferAttempts } from './support/kernel-attempts-transfer.ts'
import {
  acceptOffer,
  attempt,
  buildWorld,
  grant,
  idOf,
  keep,
  member,
  move,
  share,
  withIds,
} from './support/kernel-world.ts'

let database: FreshDatabase
let client: Client

beforeAll(async () => {
  database = await freshDatabase()
  client = new Client({ connectionString: database.appUrl })
  await client.connect()
  await buildWorld(client)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const inAcme = (sql: string) => attempt(client, 'acme', sql)
const count = async (from: string, tenant: string | null = 'acme') =>
  Number((await attempt(client, tenant, `select count(*) from ${from}`)).rows[0].count)

describe('can’t be stored:', () => {
  test.each([...accessAttempts, ...recordAttempts, ...transferAttempts])(
    '$tries',
    async ({ sql, refusal }) => {
      await expect(inAcme(sql)).rejects.toThrow(refusal)
    },
  )

  test('what is rightful can, so that it is the line that refuses and not the spelling', async () => {
    for (const sql of [
      grant({ principal: 'robot', resource: 'cluster_research' }),
      grant({ team: 'team_research', resource: 'shared', via: 'shared' }),
      grant({ principal: 'ana', resource: 'workspace', via: 'cluster' }),
      grant({ principal: 'ana' }),
      share('unshared', 'sales'),
      member('acme', 'sales', 'ana'),
    ]) {
      expect((await inAcme(sql)).rowCount).toBe(1)
    }
  })

  test('a transfer that was offered and is accepted moves the whole', async () => {
    const sql = acceptOffer('offer') + move('sales', 'provider_moving', 'model_moving')
    expect((await inAcme(sql)).rowCount).toBe(2)
  })

  test('a deleted team leaves its name on what it answered for', async () => {
    const { rows } =
      await inAcme(`update virtual_account set owner_team_id = :team_research where id = :robot;
      delete from team where id = :team_research;
      select owner_team_id, former_owner_team from virtual_account where id = :robot`)
    expect(rows).toEqual([{ owner_team_id: null, former_owner_team: 'team' }])
  })
})

describe('can’t be seen:', () => {
  let tables: string[]
  beforeAll(async () => {
    const { rows } = await client.query(`select c.relname::text as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`)
    tables = rows.map(({ name }) => `"${name}"`)
  })

  test('any row of another tenant, in any table', async () => {
    const filled = []
    for (const table of tables) {
      expect([table, await count(`${table} where tenant_id = :globex`)]).toEqual([table, 0])
      if ((await count(table, 'globex')) > 0) filled.push(table)
    }
    // It is there to be seen, so the wall was what hid it.
    expect(filled.length).toBeGreaterThan(18)
    expect(await count('tenant where id = :globex')).toBe(0)
  })

  test('any row at all, without a tenant', async () => {
    for (const table of tables) expect([table, await count(table, null)]).toEqual([table, 0])
    expect(await count('tenant', null)).toBe(0)
  })

  test('any row after the transaction, on the same connection', async () => {
    expect(await count('resource')).toBeGreaterThan(0)
    const { rows } = await client.query('select count(*) from resource')
    expect(rows).toEqual([{ count: '0' }])
  })

  test('any row to change or to delete', async () => {
    const writable = tables.filter(
      (table) =>
        !/audit|ledger|usage_record|charged|prompt_v|price|invoice|limit_raise/.test(table),
    )
    for (const table of writable) {
      const where = 'where tenant_id = :globex'
      const update = await inAcme(`update ${table} set tenant_id = tenant_id ${where}`)
      const removal = await inAcme(`delete from ${table} ${where}`)
      expect([table, update.rowCount, removal.rowCount]).toEqual([table, 0, 0])
    }
    const raise = 'update limit_raise set ended_at = ended_at where tenant_id = :globex'
    expect((await inAcme(raise)).rowCount).toBe(0)
    expect((await inAcme('update tenant set plan = plan where id = :globex')).rowCount).toBe(0)
    expect((await inAcme('delete from tenant where id = :globex')).rowCount).toBe(0)
  })

  test('a credential, but by its own hash, and then only that one, to read', async () => {
    const hash = `encode(sha256('token_globex'), 'hex')`
    const named = `select set_config('commonhold.credential_hash', ${hash}, true);`
    const seen = await attempt(client, null, `${named} select tenant_id from credential`)
    expect(seen.rows).toEqual([{ tenant_id: idOf('globex') }])
    for (const write of ['update credential set pepper_id = pepper_id', 'delete from credential']) {
      expect((await attempt(client, null, `${named} ${write}`)).rowCount).toBe(0)
    }
    const insert = `${named} insert into credential (tenant_id, hash, pepper_id, token_id)
      values (:globex, sha256('x'), 'p', :token_globex)`
    await expect(attempt(client, null, insert)).rejects.toThrow(/row-level security/)
  })

  test('whether an id of another tenant exists: a foreign one fails like a missing one', async () => {
    const failure = (who: string) =>
      inAcme(member('acme', 'research', who)).then(
        () => null,
        ({ code, constraint, table }) => ({ code, constraint, table }),
      )
    expect(await failure('eve')).toEqual(await failure('nobody_at_all'))
    expect(await failure('eve')).not.toBeNull()
  })

  test('whether a name or an e-mail is taken in another tenant: it can be used here', async () => {
    const sql = `insert into principal values (:acme, :other_eve, 'user');
      insert into "user" (tenant_id, id, email, display_name, state, created_by)
        values (:acme, :other_eve, 'eve@example.com', 'Eve', 'active', 'test')`
    expect((await inAcme(sql)).rowCount).toBe(1)
  })

  test('what the planner knows of the rows', async () => {
    const owner = new Client({ connectionString: database.ownerUrl })
    await owner.connect()
    await owner.query('analyze')
    await owner.end()
    const { rows } =
      await inAcme(`select tablename, attname from pg_stats where schemaname = 'public'
      and tablename in ('user', 'resource', 'credential', 'audit_event')`)
    expect(rows).toEqual([])
  })
})

describe('goes with what it hung on:', () => {
  /** What is left of research's power after a change that is rolled back again. */
  const leftAfter = async (change: string) => {
    const { rows } = await inAcme(`${change};
      select (select count(*)::int from "grant") as grants,
        (select count(*)::int from team_member) as members,
        (select count(*)::int from token) as tokens,
        (select count(*)::int from credential) as credentials,
        (select count(*)::int from share) as shares`)
    return rows[0]
  }
  const before = { grants: 3, members: 2, tokens: 2, credentials: 2, shares: 4 }

  test('to begin with', async () => {
    expect(await leftAfter('select 1')).toEqual(before)
  })

  test('leaving an account takes the grants, team places and tokens there, and coming back revives none', async () => {
    const leave = `delete from membership where account_id = :acme_research and principal_id = :ana`
    const left = { ...before, grants: 1, members: 1, tokens: 1, credentials: 1 }
    expect(await leftAfter(leave)).toEqual(left)
    expect(await leftAfter(`${leave}; ${member('acme', 'research', 'ana')}`)).toEqual(left)
    const elsewhere = `delete from membership where account_id = :acme_root and principal_id = :ana`
    expect(await leftAfter(elsewhere)).toEqual(before)
  })

  test('un-sharing takes the grants made under the share, on children too, and sharing again revives none', async () => {
    const unshare = (what: string) =>
      `delete from share where resource_id = :${what} and to_account_id = :acme_research`
    expect(await leftAfter(unshare('shared'))).toEqual({ ...before, grants: 2, shares: 3 })
    expect(await leftAfter(unshare('cluster'))).toEqual({ ...before, grants: 2, shares: 3 })
    const again = `${unshare('cluster')}; ${share('cluster', 'research')}`
    expect(await leftAfter(again)).toEqual({ ...before, grants: 2 })
  })

  test('a resource takes its children, its shares and the grants on all of them', async () => {
    const gone = await leftAfter('delete from resource where id = :cluster')
    expect(gone).toEqual({ ...before, grants: 2, shares: 2 })
    const { rows } = await inAcme(`delete from resource where id = :cluster;
      select count(*)::int from resource where id in (:workspace, :workspace_sales)`)
    expect(rows).toEqual([{ count: 0 }])
  })

  test('a team takes its grants, a virtual account all that it had', async () => {
    expect(await leftAfter('delete from team where id = :team_research')).toEqual({
      ...before,
      grants: 2,
      members: 1,
    })
    await keep(client, 'acme', grant({ id: 'grant_robot', principal: 'robot' }))
    await keep(client, 'acme', 'delete from principal where id = :robot')
    expect(await count('"grant" where id = :grant_robot')).toBe(0)
  })

  test('a role that is granted is not deleted from under its grants', async () => {
    await expect(inAcme('delete from role where id = :role_root')).rejects.toThrow(/foreign key/)
  })

  test('each change leaves a row in the feed, under one revision for the transaction', async () => {
    const { rows } = await inAcme(
      withIds(`delete from membership where account_id = :acme_research and principal_id = :ana;
      select array_agg(distinct noun order by noun) as nouns, count(distinct revision)::int as revisions
      from change where revision = (select revision from tenant_revision)`),
    )
    expect(rows).toEqual([
      { nouns: ['credential', 'grant', 'membership', 'team_member', 'token'], revisions: 1 },
    ])
  })
})
