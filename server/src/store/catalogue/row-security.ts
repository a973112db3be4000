/** The wall between tenants: row-level security on each table, and what its policies say. */
import { type CatalogueCheck, tenantTables } from './check.ts'

/** Fewer means that the question was asked of the wrong database. */
export const tenantTablesMin = 30

const nullIf = (setting: string) =>
  `NULLIF(current_setting(''commonhold.${setting}''::text, true), ''''::text)`
const ofTenant = (column: string) =>
  `(${column} = ( SELECT (${nullIf('tenant_id')})::uuid AS "nullif"))`
const controlPlane = `(( SELECT current_setting(''commonhold.control_plane''::text, true) AS current_setting) = ''on''::text)`
const wall = ofTenant('tenant_id')
const byHash = `(hash = ( SELECT decode(${nullIf('credential_hash')}, ''hex''::text) AS decode))`

// A credential's tenant is looked up before any is known; revisions are numbers, not data. Both may
// be seen from outside, one by its hash, and written from inside only.
const byCommand = `array['everyone:*:true','tenant_wall:r:false','tenant_wall_delete:d:false',
  'tenant_wall_insert:a:false','tenant_wall_update:w:false']`
const byAll = `array['everyone:*:true','tenant_wall:*:false']`

export const rowSecurityChecks: readonly CatalogueCheck[] = [
  {
    name: 'tables',
    rule: 'The tables with tenants’ data are there.',
    sql: `select 'there are only ' || count(*) as problem from ${tenantTables} t
      having count(*) < ${tenantTablesMin}`,
  },
  {
    name: 'row-level security',
    rule: 'Every table with tenants’ data has row-level security, enabled and forced.',
    sql: `select relname || case when relrowsecurity then ': not forced' else ': off' end as problem
      from ${tenantTables} t where not (relrowsecurity and relforcerowsecurity)
      union all select 'tenant: off or not forced' from pg_class where oid = 'tenant'::regclass
        and not (relrowsecurity and relforcerowsecurity)`,
  },
  {
    name: 'policies',
    rule: 'Each has one permissive policy for all, and the restrictive wall for every command.',
    sql: `select relname || ': ' || array_to_string(policies, ' ') as problem from (
        select t.relname, array_agg(p.polname || ':' || p.polcmd::text || ':' || p.polpermissive
          order by p.polname)::text[] as policies
        from (select oid, relname from ${tenantTables} x
          union all select oid, relname from pg_class where oid = 'tenant'::regclass) t
        left join pg_policy p on p.polrelid = t.oid group by 1) found
      where policies is distinct from case when relname in ('credential', 'tenant_revision')
        then ${byCommand} else ${byAll} end
      union all select t.relname || '.' || p.polname || ': not for every role'
        from ${tenantTables} t join pg_policy p on p.polrelid = t.oid where p.polroles <> '{0}'`,
  },
  {
    name: 'walls',
    rule: 'Each wall compares tenant_id with the transaction’s tenant, and takes nothing else in.',
    sql: `select relname || '.' || polname || ': ' || coalesce(used, checked) as problem from (
        select t.relname, p.polname, p.polcmd::text as command,
          pg_get_expr(p.polqual, t.oid) as used, pg_get_expr(p.polwithcheck, t.oid) as checked
        from (select oid, relname from ${tenantTables} x
          union all select oid, relname from pg_class where oid = 'tenant'::regclass) t
        join pg_policy p on p.polrelid = t.oid and not p.polpermissive) found
      where coalesce(used, checked) <> coalesce(checked, used) or coalesce(used, checked) <> case
        when relname = 'tenant' then '(${ofTenant('id')} OR ${controlPlane})'
        when relname = 'credential' and command = 'r' then '(${wall} OR ${byHash})'
        when relname = 'tenant_revision' and command = 'r' then '(${wall} OR ${controlPlane})'
        else '${wall}' end`,
  },
  {
    name: 'views and functions',
    rule: 'No function runs with its owner’s rights, and there is no view to look through.',
    sql: `select proname || ': security definer' as problem from pg_proc
      where pronamespace = 'public'::regnamespace and prosecdef
      union all select relname || ': a view or foreign table' from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')`,
  },
]
