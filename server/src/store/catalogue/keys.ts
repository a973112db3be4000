/** The keys that make a row of one tenant unable to point at another's. */
import { type CatalogueCheck, tenantTables } from './check.ts'

export const keyChecks: readonly CatalogueCheck[] = [
  {
    name: 'keys',
    rule: 'Every primary and unique key begins with tenant_id.',
    sql: `select t.relname || ': ' || i.indexrelid::regclass::text as problem
      from ${tenantTables} t join pg_index i on i.indrelid = t.oid and i.indisunique
      join pg_attribute first on first.attrelid = t.oid and first.attnum = i.indkey[0]
      where first.attname <> 'tenant_id'`,
  },
  {
    name: 'foreign keys',
    rule: 'Every foreign key between them carries tenant_id, in the same place on both sides.',
    sql: `select k.conrelid::regclass::text || ': ' || k.conname as problem
      from pg_constraint k
      join ${tenantTables} a on a.oid = k.conrelid join ${tenantTables} b on b.oid = k.confrelid
      join pg_attribute mine on mine.attrelid = k.conrelid and mine.attnum = k.conkey[1]
      join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attnum = k.confkey[1]
      where k.contype = 'f' and (cardinality(k.conkey) < 2
        or mine.attname <> 'tenant_id' or theirs.attname <> 'tenant_id')`,
  },
  {
    name: 'owners',
    rule: 'No row that belongs to an account may leave the account open.',
    sql: `select t.relname || '.' || a.attname || ': may be null' as problem
      from ${tenantTables} t join pg_attribute a on a.attrelid = t.oid
      where a.attname in ('tenant_id', 'account_id') and not a.attnotnull`,
  },
  {
    name: 'constraints',
    rule: 'Every constraint has been checked against every row, and every trigger fires.',
    sql: `select k.conrelid::regclass::text || ': ' || k.conname || ' is not validated' as problem
      from pg_constraint k
      where k.connamespace = 'public'::regnamespace and not k.convalidated
      union all select t.tgrelid::regclass::text || ': ' || t.tgname || ' is disabled'
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = 'public'::regnamespace and t.tgenabled <> 'O'`,
  },
]
