/**
 * The rules of the schema, read from the catalogue of a real database on every run: a table that
 * someone adds and forgets to wall off fails here. The rules are product code (src/store/catalogue): an
 * operator asks them of his own database. docs/guides/change-the-schema.md tells each rule.
 */
import { readFile } from 'node:fs/promises'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseTypes } from '../../../scripts/gen-database-types.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { APP_ROLE, withClient } from '../../src/postgres/roles.ts'
import { runCheck } from '../../src/store/catalogue/check.ts'
import { catalogueChecks } from '../../src/store/catalogue/index.ts'
import { migrate } from '../../src/store/migrate.ts'

const file = (path: string) => new URL(`../../${path}`, import.meta.url)

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

type Row = Record<string, unknown>
const ask = (sql: string, of = database): Promise<Row[]> =>
  withClient(of.superuserUrl, async (client: Client) => (await client.query(sql)).rows)

test.each(catalogueChecks.map((check) => [check.rule, check] as const))('%s', async (_, check) => {
  const result = await withClient(database.appUrl, (client) =>
    runCheck(check, async (sql) => (await client.query(sql)).rows),
  )
  expect(result.problems).toEqual([])
})

/** What an administrator or a migration may do by mistake, and which check says so. */
const breaks: readonly (readonly [string, string, string])[] = [
  ['tables', 'there are too few', 'drop owned by commonhold_owner'],
  ['row-level security', 'it is off', 'alter table team disable row level security'],
  ['row-level security', 'it is not forced', 'alter table team no force row level security'],
  ['row-level security', 'it is off for tenants', 'alter table tenant disable row level security'],
  ['policies', 'a wall is gone', 'drop policy tenant_wall on team'],
  ['policies', 'a wall lets through', 'create policy more on team using (true)'],
  ['policies', 'a wall is for one role', 'alter policy tenant_wall on team to commonhold_owner'],
  ['walls', 'a wall is open', 'alter policy tenant_wall on team using (true)'],
  ['walls', 'writing is open', 'alter policy tenant_wall on team with check (true)'],
  ['walls', 'credentials are open', 'alter policy tenant_wall on credential using (true)'],
  ['walls', 'tenants are open', 'alter policy tenant_wall on tenant using (true)'],
  ['views and functions', 'there is a view', 'create view peek as select * from team'],
  [
    'views and functions',
    'a function has its owner’s rights',
    'alter function record_change() security definer',
  ],
  ['keys', 'a key is for all tenants', 'create unique index on team (name)'],
  [
    'foreign keys',
    'one leads anywhere',
    'alter table team add unique (id); alter table team_member add foreign key (team_id) references team (id)',
  ],
  ['owners', 'an account may be left open', 'alter table budget alter account_id drop not null'],
  ['constraints', 'a trigger is off', 'alter table "grant" disable trigger check_grant'],
  ['constraints', 'foreign keys are off', 'alter table "grant" disable trigger all'],
  [
    'constraints',
    'one was never checked',
    'alter table team add constraint late check (name is not null) not valid',
  ],
  ['role', 'it bypasses', `alter role ${APP_ROLE} bypassrls`],
  ['role', 'it is a member of the owner', `grant commonhold_owner to ${APP_ROLE}`],
  ['ownership', 'it owns a table', `alter table team owner to ${APP_ROLE}`],
  ['ownership', 'it may make tables', `grant create on schema public to ${APP_ROLE}`],
  ['privileges', 'it may truncate', `grant truncate on team to ${APP_ROLE}`],
  ['written once', 'it may rewrite the log', `grant update on audit_event to ${APP_ROLE}`],
  ['session', 'security is off', 'set local row_security = off'],
  ['session', 'triggers are off', 'set local session_replication_role = replica'],
]

test.each(breaks)('%s: it is noticed that %s', async (name, _, sql) => {
  const check = catalogueChecks.find((one) => one.name === name)!
  const problems = await withClient(database.superuserUrl, async (client) => {
    await client.query(`begin; ${sql}; set local role ${APP_ROLE}`)
    const found = await runCheck(check, async (text) => (await client.query(text)).rows)
    await client.query('rollback')
    return found.problems
  })
  // Who asks here is the superuser, who has taken the role; that is not what is tried.
  expect(problems.filter((problem) => !problem.startsWith('the login'))).not.toEqual([])
})

/** Everything of a schema that matters, as lines of text. */
const description = `
  select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || ' required:' || a.attnotnull || ' identity:' || a.attidentity::text || ' generated:' || a.attgenerated::text
    || ' default:' || coalesce(pg_get_expr(d.adbin, d.adrelid), '-') as line
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and c.relname not like 'schema\\_migration%'
  union all select 'table ' || c.relname || ' kind:' || c.relkind::text || ' rls:' || c.relrowsecurity
    || ' forced:' || c.relforcerowsecurity || ' owner:' || pg_get_userbyid(c.relowner)
    || ' grants:' || coalesce((select string_agg(g::text, ',' order by g::text)
        from unnest(c.relacl) as g), '-')
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'S')
    and c.relname not like 'schema\\_migration%'
  union all select 'constraint ' || k.conrelid::regclass || ' ' || k.conname || ' '
    || pg_get_constraintdef(k.oid)
  from pg_constraint k where k.connamespace = 'public'::regnamespace
    and k.conrelid::regclass::text not like 'schema\\_migration%'
  union all select 'index ' || pg_get_indexdef(i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indrelid
  where c.relnamespace = 'public'::regnamespace and c.relname not like 'schema\\_migration%'
  union all select 'policy ' || schemaname || '.' || tablename || ' ' || policyname || ' ' || permissive
    || ' ' || cmd || ' ' || roles::text || ' using:' || coalesce(qual, '-')
    || ' check:' || coalesce(with_check, '-')
  from pg_policies where schemaname = 'public'
  union all select 'trigger ' || pg_get_triggerdef(t.oid)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
  union all select 'function ' || pg_get_functiondef(p.oid)
  from pg_proc p where p.pronamespace = 'public'::regnamespace
  union all select 'schema ' || coalesce(nspacl::text, '-') from pg_namespace where nspname = 'public'
  order by 1`

test('the migrations make exactly what schema.sql says, and then have nothing left to do', async () => {
  const [migrated, written] = [await freshDatabase('empty'), await freshDatabase('empty')]
  try {
    expect(await migrate(migrated.ownerUrl)).not.toEqual([])
    expect(await migrate(migrated.ownerUrl)).toEqual([])
    const schema = await readFile(file('schema.sql'), 'utf8')
    await withClient(written.ownerUrl, (client) => client.query(schema))
    const lines = await ask(description, written)
    expect(lines.length).toBeGreaterThan(500)
    expect(await ask(description, migrated)).toEqual(lines)
  } finally {
    await migrated.drop()
    await written.drop()
  }
})

test('schema.generated.ts is what the database would print', async () => {
  const committed = await readFile(file('src/store/schema.generated.ts'), 'utf8')
  expect(await databaseTypes(database.ownerUrl)).toBe(committed)
})
