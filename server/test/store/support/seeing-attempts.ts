/**
 * Ways to look past the wall, with whatever SQL the application's role can run in a transaction of acme.
 * Either the database refuses, or what it shows has nothing of globex in it. What can be counted without
 * being seen (how many rows a table has in all) is said in SECURITY.md and not tried here.
 */
export interface Look {
  readonly tries: string
  readonly sql: string
  /** What the database says; absent: it answers, and shows nothing of globex. */
  readonly refusal?: RegExp
}

const denied = /permission denied|must be owner|must be superuser|must have|Only roles/

/** It would be refused or fail for what it finds there, if it found anything. */
const oracles: Look[] = [
  {
    tries: 'an error for each row that is there: a division by zero',
    sql: `select 1 / (case when tenant_id = :globex then 0 else 1 end) from resource`,
  },
  {
    tries: 'an error that has a value in it: a cast',
    sql: `select case when tenant_id = :globex then name::int end from resource`,
  },
  {
    tries: 'the same in the condition, where it might be evaluated first',
    sql: `select id from "user" where email::text::int > 0 and tenant_id = :globex`,
  },
  {
    tries: 'the same in an aggregate, an order and a window',
    sql: `select count(*) filter (where (email || '')::int = 1) over (order by email)
      from "user" where tenant_id = :globex`,
  },
  {
    tries: 'a conflict on an id that is there',
    sql: `insert into principal values (:acme, :eve, 'user') on conflict do nothing returning kind`,
  },
  {
    tries: 'a conflict on an e-mail that is there',
    sql: `insert into principal values (:acme, :new, 'user');
      insert into "user" (tenant_id, id, email, display_name, state, created_by)
        values (:acme, :new, 'eve@example.com', 'x', 'active', 'x') on conflict do nothing returning state`,
  },
  {
    tries: 'taking a row over by a conflict',
    sql: `insert into tenant_key (tenant_id, master_key_id, wrapped_key) values (:globex, 'x', 'x')
      on conflict (tenant_id) do update set master_key_id = 'mine'`,
    refusal: /row-level security/,
  },
  {
    tries: 'a lock on a row that is there',
    sql: `select id from resource where tenant_id = :globex for update nowait`,
  },
  {
    tries: 'merging into rows that are there',
    sql: `merge into resource r using (select :globex::uuid as t) s on r.tenant_id = s.t
      when matched then update set display_name = 'seen' returning r.id`,
  },
  {
    tries: 'what a change of all rows gives back',
    sql: `update "user" set display_name = display_name returning email, tenant_id`,
  },
]

/** Readers that are not a plain select. */
const readers: Look[] = [
  { tries: 'a sample', sql: `select id::text from resource tablesample system (100)` },
  {
    tries: 'a place on disk',
    sql: `select id from resource where ctid >= '(0,0)' and tenant_id = :globex`,
  },
  { tries: 'the table alone', sql: `select tenant_id from only resource` },
  { tries: 'a whole row as one value', sql: `select r::text from resource r` },
  { tries: 'everything as JSON', sql: `select to_jsonb(u) from "user" u` },
  { tries: 'the largest there is', sql: `select max(tenant_id::text), max(email) from "user"` },
  { tries: 'a table as XML', sql: `select table_to_xml('"user"', true, true, '')::text` },
  {
    tries: 'a query as XML',
    sql: `select query_to_xml('select * from resource', true, true, '')::text`,
  },
  {
    tries: 'words of a query',
    sql: `select word from ts_stat('select to_tsvector(email) from "user"')`,
  },
  {
    tries: 'a join from the one table that has all tenants',
    sql: `select t.name, r.name from tenant t left join resource r on r.tenant_id = t.id`,
  },
  {
    tries: 'a recursive query',
    sql: `with recursive up as (select id, parent_id, tenant_id from resource
      union select r.id, r.parent_id, r.tenant_id from resource r, up) select tenant_id from up`,
  },
  {
    tries: 'a statement that was prepared',
    sql: `prepare look as select tenant_id from resource; execute look; deallocate look`,
  },
  {
    tries: 'a cursor',
    sql: `declare look no scroll cursor for select tenant_id, name from resource; fetch all from look`,
  },
  {
    tries: 'an index instead of the table',
    sql: `set local enable_seqscan = off; select tenant_id, email_key from "user" order by tenant_id, email_key`,
  },
  {
    tries: 'a plan that is made for anybody',
    sql: `set local plan_cache_mode = force_generic_plan; select tenant_id from resource`,
  },
  {
    tries: 'parallel workers',
    sql: `set local debug_parallel_query = on; select tenant_id, name from resource`,
  },
  {
    tries: 'a block of code that goes through it row by row',
    sql: `do $$ declare r record; begin for r in select * from resource loop
        if r.tenant_id = ':globex_plain' then raise exception 'seen %', r.name; end if;
      end loop; end $$; select 1`,
  },
  {
    tries: 'the plan with its values',
    sql: `explain (verbose, costs off) select * from "user" where email = 'nobody'`,
  },
]

/** Things to hide behind, to take along, or to leave for the next one. */
const helpers: Look[] = [
  { tries: 'a view', sql: `create view look as select * from resource`, refusal: denied },
  {
    tries: 'a view for this session',
    sql: `create temp view look as select * from resource`,
    refusal: denied,
  },
  {
    tries: 'a table for this session',
    sql: `create temp table look as select * from resource`,
    refusal: denied,
  },
  { tries: 'a table', sql: `create table look as select * from resource`, refusal: denied },
  {
    tries: 'a materialised view',
    sql: `create materialized view look as select 1`,
    refusal: denied,
  },
  { tries: 'a schema that comes first in the path', sql: `create schema look`, refusal: denied },
  {
    tries: 'a function that the owner would run',
    sql: `create function look() returns int language sql security definer as 'select 1'`,
    refusal: denied,
  },
  {
    tries: 'a function in a schema of one’s own session',
    sql: `create function pg_temp.look(text) returns boolean language plpgsql cost 0.0001
      as $$ begin raise notice '%', $1; return true; end $$`,
    refusal: denied,
  },
  {
    tries: 'an operator that looks on',
    sql: `create operator public.= (leftarg = text, rightarg = text, function = texteq)`,
    refusal: denied,
  },
  {
    tries: 'a trigger that looks on',
    sql: `create trigger look before insert on resource for each row execute function touch_object()`,
    refusal: denied,
  },
  {
    tries: 'a rule',
    sql: `create rule look as on insert to resource do also select 1`,
    refusal: denied,
  },
  { tries: 'a policy', sql: `create policy look on resource using (true)`, refusal: denied },
  {
    tries: 'taking the wall’s policy away',
    sql: `drop policy tenant_wall on resource`,
    refusal: denied,
  },
  {
    tries: 'changing the wall’s policy',
    sql: `alter policy tenant_wall on resource using (true)`,
    refusal: denied,
  },
  {
    tries: 'turning the wall off for the owner',
    sql: `alter table resource no force row level security`,
    refusal: denied,
  },
  { tries: 'an extension', sql: `create extension dblink`, refusal: denied },
  {
    tries: 'a subscription to what is written',
    sql: `select pg_create_logical_replication_slot('look', 'pgoutput')`,
    refusal: denied,
  },
  { tries: 'a publication', sql: `create publication look for table resource`, refusal: denied },
  {
    tries: 'statistics of its own',
    sql: `create statistics look on email, state from "user"`,
    refusal: denied,
  },
]

/** Being somebody else, or reading what lies under the tables. */
const roles: Look[] = [
  { tries: 'being the owner', sql: `set local role commonhold_owner`, refusal: denied },
  { tries: 'being the superuser', sql: `set local role postgres`, refusal: denied },
  {
    tries: 'being the owner by session',
    sql: `set local session authorization commonhold_owner`,
    refusal: denied,
  },
  { tries: 'being nobody in particular again', sql: `reset role; select tenant_id from resource` },
  { tries: 'a right past the wall', sql: `alter role commonhold_app bypassrls`, refusal: denied },
  {
    tries: 'a part in the owner',
    sql: `grant commonhold_owner to commonhold_app`,
    refusal: denied,
  },
  {
    tries: 'all data, as a predefined role has it',
    sql: `grant pg_read_all_data to commonhold_app`,
    refusal: denied,
  },
  {
    tries: 'a wall that is not asked',
    sql: `set local row_security = off; table resource`,
    refusal: /row-level security/,
  },
  { tries: 'a file of the server', sql: `select pg_read_file('PG_VERSION')`, refusal: denied },
  { tries: 'a list of its files', sql: `select pg_ls_dir('.')`, refusal: denied },
  { tries: 'a copy into a file', sql: `copy resource to '/tmp/look'`, refusal: denied },
  { tries: 'a copy into a program', sql: `copy resource to program 'cat'`, refusal: denied },
  {
    tries: 'a large object from a file',
    sql: `select lo_import('/etc/hostname')`,
    refusal: denied,
  },
  { tries: 'a large object into a file', sql: `select lo_export(1, '/tmp/look')`, refusal: denied },
  {
    tries: 'large objects that are there',
    sql: `select loid, data from pg_largeobject`,
    refusal: denied,
  },
  { tries: 'passwords of roles', sql: `select rolpassword from pg_authid`, refusal: denied },
  {
    tries: 'settings of the server',
    sql: `select set_config('log_statement', 'all', true)`,
    refusal: denied,
  },
  { tries: 'the settings’ files', sql: `select * from pg_hba_file_rules`, refusal: denied },
]

/** What the database keeps about the rows. */
const statistics: Look[] = [
  { tries: 'raw statistics', sql: `select stavalues1::text from pg_statistic`, refusal: denied },
  {
    tries: 'statistics by column',
    sql: `select most_common_vals::text, histogram_bounds::text from pg_stats where schemaname = 'public'`,
  },
  {
    tries: 'extended statistics',
    sql: `select most_common_vals::text from pg_stats_ext where schemaname = 'public'`,
  },
  {
    tries: 'statistics of expressions',
    sql: `select most_common_vals::text from pg_stats_ext_exprs`,
  },
  { tries: 'what others are asking right now', sql: `select query from pg_stat_activity` },
  { tries: 'statements that are prepared', sql: `select statement from pg_prepared_statements` },
  { tries: 'cursors that are open', sql: `select statement from pg_cursors` },
  {
    tries: 'locks that are held',
    sql: `select locktype, objid::text, classid::text from pg_locks`,
  },
  { tries: 'what listens', sql: `select pg_listening_channels()` },
  {
    tries: 'comments',
    sql: `select description from pg_description d join pg_class c on c.oid = d.objoid where relname !~ '^pg_'`,
  },
]

export const looks: readonly Look[] = [...oracles, ...readers, ...helpers, ...roles, ...statistics]
