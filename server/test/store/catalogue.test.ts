/**
 * The rules of the schema, read from the catalogue of a real database on every run: a table that
 * someone adds and forgets to wall off fails here. docs/guides/change-the-schema.md tells each rule.
 */
import { readFile } from 'node:fs/promises'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseTypes } from '../../../scripts/gen-database-types.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { APP_ROLE, withClient } from '../../src/postgres/roles.ts'
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

/** The tables that hold tenants' data. */
const tenantTables = `select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not a.attisdropped`

test('there are tenant tables to look at', async () => {
  expect((await ask(tenantTables)).length).toBeGreaterThan(30)
})

test('each of them has row-level security, enabled and forced', async () => {
  expect(
    await ask(`select relname from (${tenantTables}) t
      where not (relrowsecurity and relforcerowsecurity)`),
  ).toEqual([])
})

test('each has one permissive policy for all, and the restrictive wall for every command', async () => {
  const rows = await ask(`select t.relname,
      array_agg(p.polname || ':' || p.polcmd::text || ':' || p.polpermissive order by p.polname)::text[] as policies
    from (${tenantTables}) t left join pg_policy p on p.polrelid = t.oid group by 1 order by 1`)
  // A credential's tenant is looked up before any is known; revisions are numbers, not data. Both
  // may be seen from outside, one by its hash, and written from inside only.
  const byCommand = [
    'everyone:*:true',
    'tenant_wall:r:false',
    'tenant_wall_delete:d:false',
    'tenant_wall_insert:a:false',
    'tenant_wall_update:w:false',
  ]
  const exceptions: Row = { credential: byCommand, tenant_revision: byCommand }
  for (const { relname, policies } of rows) {
    const expected = exceptions[relname as string] ?? ['everyone:*:true', 'tenant_wall:*:false']
    expect([relname, policies]).toEqual([relname, expected])
  }
})

test('each wall compares tenant_id with the transaction’s tenant, and takes nothing else in', async () => {
  const wall =
    "(tenant_id = ( SELECT (NULLIF(current_setting('commonhold.tenant_id'::text, true), ''::text))::uuid AS \"nullif\"))"
  const rows = await ask(`select t.relname, p.polcmd,
      pg_get_expr(p.polqual, t.oid) as using, pg_get_expr(p.polwithcheck, t.oid) as checks
    from (${tenantTables}) t join pg_policy p on p.polrelid = t.oid and not p.polpermissive`)
  const others = rows.filter(
    ({ polcmd, using, checks }) =>
      !['*', 'a', 'w', 'd'].includes(polcmd as string) ||
      (using ?? wall) !== wall ||
      (checks ?? wall) !== wall,
  )
  expect(others.map(({ relname, polcmd }) => `${relname}:${polcmd}`).sort()).toEqual([
    'credential:r',
    'tenant_revision:r',
  ])
})

test('every primary and unique key begins with tenant_id', async () => {
  expect(
    await ask(`select t.relname, i.indexrelid::regclass::text as key
      from (${tenantTables}) t join pg_index i on i.indrelid = t.oid and i.indisunique
      join pg_attribute first on first.attrelid = t.oid and first.attnum = i.indkey[0]
      where first.attname <> 'tenant_id'`),
  ).toEqual([])
})

test('every foreign key between them carries tenant_id, in the same place on both sides', async () => {
  expect(
    await ask(`select k.conname, k.conrelid::regclass::text as from, k.confrelid::regclass::text as to
      from pg_constraint k
      join (${tenantTables}) a on a.oid = k.conrelid join (${tenantTables}) b on b.oid = k.confrelid
      join pg_attribute mine on mine.attrelid = k.conrelid and mine.attnum = k.conkey[1]
      join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attnum = k.confkey[1]
      where k.contype = 'f' and (cardinality(k.conkey) < 2
        or mine.attname <> 'tenant_id' or theirs.attname <> 'tenant_id')`),
  ).toEqual([])
})

test('no row that belongs to an account may leave the account open', async () => {
  expect(
    await ask(`select t.relname from (${tenantTables}) t join pg_attribute a on a.attrelid = t.oid
      where a.attname in ('tenant_id', 'account_id') and not a.attnotnull`),
  ).toEqual([])
})

test('no function runs with its owner’s rights, and there is no view to look through', async () => {
  expect(
    await ask(`select proname from pg_proc
      where pronamespace = 'public'::regnamespace and prosecdef`),
  ).toEqual([])
  expect(
    await ask(`select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')`),
  ).toEqual([])
})

test('the application role owns nothing and can’t step around the wall', async () => {
  expect(
    await ask(`select rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication as can
      from pg_roles where rolname = '${APP_ROLE}'`),
  ).toEqual([{ can: false }])
  expect(
    await ask(`select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid
      join pg_roles me on me.oid = m.member where me.rolname = '${APP_ROLE}'`),
  ).toEqual([])
  expect(
    await ask(`select relname from pg_class where pg_get_userbyid(relowner) = '${APP_ROLE}'
      union all select proname from pg_proc where pg_get_userbyid(proowner) = '${APP_ROLE}'
      union all select nspname from pg_namespace where pg_get_userbyid(nspowner) = '${APP_ROLE}'`),
  ).toEqual([])
  expect(
    await ask(`select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and has_table_privilege('${APP_ROLE}', oid, 'truncate, references, trigger')`),
  ).toEqual([])
  expect(
    await ask(`select has_schema_privilege('${APP_ROLE}', 'public', 'create') as can`),
  ).toEqual([{ can: false }])
})

test('what is written once can neither be updated nor deleted by the application', async () => {
  const rows = await ask(`select table_name as it, privilege_type as may
    from information_schema.role_table_grants where grantee = '${APP_ROLE}'
      and table_name in ('audit_event', 'audit_denial', 'ledger_entry', 'usage_record',
        'prompt_version', 'price')
      and privilege_type not in ('SELECT', 'INSERT')`)
  expect(rows).toEqual([])
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
