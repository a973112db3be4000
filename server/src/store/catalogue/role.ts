/** The role that the server asks as: what it must not be able to do, whatever SQL it is given. */
import { type CatalogueCheck, tenantTables } from './check.ts'

/** What is written once: the bill's and the log's tables. */
const writtenOnce = `('audit_event', 'audit_denial', 'ledger_entry', 'usage_record',
  'prompt_version', 'price')`

export const roleChecks: readonly CatalogueCheck[] = [
  {
    name: 'role',
    rule: 'The server’s role can’t step around the wall, and is a member of no other role.',
    sql: `select rolname || ': has ' || concat_ws(', ', case when rolsuper then 'SUPERUSER' end,
        case when rolbypassrls then 'BYPASSRLS' end, case when rolcreatedb then 'CREATEDB' end,
        case when rolcreaterole then 'CREATEROLE' end,
        case when rolreplication then 'REPLICATION' end) as problem
      from pg_roles where rolname = current_user
        and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication)
      union all select me.rolname || ': is a member of ' || r.rolname
      from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles me on me.oid = m.member
      where me.rolname = current_user`,
  },
  {
    name: 'ownership',
    rule: 'It owns nothing, and can make nothing, in the schema.',
    sql: `select 'owns ' || relname as problem from pg_class
        where pg_get_userbyid(relowner) = current_user and relpersistence <> 't'
      union all select 'owns ' || proname from pg_proc where pg_get_userbyid(proowner) = current_user
      union all select 'owns ' || nspname from pg_namespace
        where pg_get_userbyid(nspowner) = current_user and nspname not like 'pg\\_%'
      union all select 'can create in the schema'
        where has_schema_privilege(current_user, 'public', 'create')`,
  },
  {
    name: 'privileges',
    rule: 'It can neither empty a table past its triggers nor hang anything on one.',
    sql: `select relname || ': truncate, references or trigger' as problem from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and has_table_privilege(current_user, oid, 'truncate, references, trigger')`,
  },
  {
    name: 'written once',
    rule: 'What is written once can neither be updated nor deleted by it.',
    sql: `select relname || ': update or delete' as problem from ${tenantTables} t
      where relname in ${writtenOnce} and has_table_privilege(current_user, oid, 'update, delete')`,
  },
  {
    name: 'session',
    rule: 'Its connections apply row-level security and fire triggers.',
    sql: `select name || ' is ' || setting as problem from pg_settings
      where (name = 'row_security' and setting <> 'on')
        or (name = 'session_replication_role' and setting <> 'origin')
      union all select 'the login ' || session_user || ' can step around the wall' from pg_roles
        where rolname = session_user and (rolsuper or rolbypassrls)`,
  },
]
