/** Money, records that are written once, and the wall itself: what must not be stored or done. */
import type { Attempt } from './kernel-attempts.ts'

const foreignKey = /violates foreign key constraint/
const check = /violates check constraint/
const denied = /permission denied|must be owner/
const once = /written once|permission denied/

const budget = (level: string, column: string, of: string, at = 'research') =>
  `insert into budget (tenant_id, account_id, id, name, display_name, level, ${column}, amount_nanos,
      period, created_by)
    values (:acme, :acme_${at}, :new, 'new', 'new', '${level}', :${of}, 1, 'day', 'test')`
const price = (at: string, model: string) =>
  `insert into price (tenant_id, account_id, id, resource_id, version, components, valid_from, created_by)
    values (:acme, :acme_${at}, :new, :${model}, 1, '{}', now(), 'test')`
const entry = (usage: string, kind = 'credit', amount = 1) =>
  `insert into ledger_entry (tenant_id, account_id, id, at, kind, amount_nanos, usage_record_id)
    values (:acme, :acme_research, :new, now(), '${kind}', ${amount}, :${usage})`

export const recordAttempts: Attempt[] = [
  {
    tries: 'a budget for another account’s team',
    sql: budget('team', 'team_id', 'team_sales'),
    refusal: foreignKey,
  },
  {
    tries: 'a budget for another account’s user',
    sql: budget('user', 'principal_id', 'bob'),
    refusal: foreignKey,
  },
  {
    tries: 'a budget for another account’s token',
    sql: budget('token', 'token_id', 'token_sales'),
    refusal: foreignKey,
  },
  {
    tries: 'a budget on another account’s model',
    sql: budget('model', 'resource_id', 'model_sales'),
    refusal: /can't reach this model/,
  },
  {
    tries: 'a budget on root’s model that is not shared',
    sql: budget('model', 'resource_id', 'unshared'),
    refusal: /can't reach this model/,
  },
  {
    tries: 'a budget on what is no model',
    sql: budget('model', 'resource_id', 'cluster_research'),
    refusal: /can't reach this model/,
  },
  {
    tries: 'a budget on the share of another account',
    sql: budget('share', 'share_id', 'share_of_cluster_to_sales'),
    refusal: foreignKey,
  },
  {
    tries: 'a budget whose level is not what it limits',
    sql: budget('team', 'principal_id', 'ana'),
    refusal: check,
  },
  {
    tries: 'a usage limit on another account’s model',
    sql: budget('model', 'resource_id', 'model_sales')
      .replace('budget', 'usage_limit')
      .replace('amount_nanos,\n      period', 'metric, amount, window_seconds')
      .replace("1, 'day'", "'tokens', 1, 60"),
    refusal: /can't reach this model/,
  },
  {
    tries: 'a price for a model that is only shared to the account',
    sql: price('research', 'shared'),
    refusal: /another account/,
  },
  { tries: 'a credit for what another account used', sql: entry('use_sales'), refusal: foreignKey },
  { tries: 'a credit below zero', sql: entry('use_research', 'credit', -1), refusal: check },
  {
    tries: 'a charge that is no usage record',
    sql: entry('use_research', 'usage_charge'),
    refusal: check,
  },
  {
    tries: 'changing a closed invoice',
    sql: `update invoice set total_nanos = 0`,
    refusal: /invoice is closed/,
  },
  { tries: 'deleting an invoice', sql: 'delete from invoice', refusal: denied },
  ...['audit_event', 'audit_denial', 'ledger_entry', 'usage_record'].flatMap((table) => [
    {
      tries: `changing ${table}`,
      sql: `update ${table} set account_id = account_id`,
      refusal: once,
    },
    { tries: `deleting ${table}`, sql: `delete from ${table}`, refusal: denied },
  ]),
  { tries: 'emptying a table', sql: 'truncate audit_event', refusal: denied },
  {
    tries: 'turning the wall off',
    sql: 'alter table resource disable row level security',
    refusal: denied,
  },
  {
    tries: 'adding a door to the wall',
    sql: 'create policy door on resource using (true)',
    refusal: denied,
  },
  {
    tries: 'taking a trigger away',
    sql: 'drop trigger keep_identity on resource',
    refusal: denied,
  },
  {
    tries: 'skipping triggers',
    sql: `set local session_replication_role = 'replica'`,
    refusal: denied,
  },
  { tries: 'becoming the owner', sql: 'set local role commonhold_owner', refusal: denied },
  {
    tries: 'making a function to hide behind',
    sql: `create function f() returns int language sql security definer as 'select 1'`,
    refusal: denied,
  },
  {
    tries: 'reading past the wall',
    sql: 'set local row_security = off; select * from resource',
    refusal: /would be affected by row-level security/,
  },
]
