/**
 * Two tenants, in rows, for attempts to step over the lines between them and between accounts. SQL
 * in these tests writes ids by name: `:cluster` becomes the quoted UUID of that name.
 *
 * acme has the accounts root, research and sales; globex has root. Of root's things, the cluster and
 * the model `shared` are shared to research, the cluster to sales as well.
 */
import { createHash } from 'node:crypto'
import type { Client } from 'pg'

/** The same name always has the same id. */
export function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** `:name` stands for an id, but `::type` is a cast. */
export const withIds = (sql: string) =>
  sql.replace(/(?<![:\w]):([a-z][a-z0-9_]*)/g, (_, name: string) => `'${idOf(name)}'`)

/** Runs SQL as the application does: one transaction that has named its tenant. Rolled back. */
export async function attempt(client: Client, tenant: string | null, sql: string) {
  await client.query('begin')
  try {
    if (tenant !== null) {
      await client.query(`select set_config('commonhold.tenant_id', $1, true)`, [idOf(tenant)])
    }
    const result = await client.query(withIds(sql))
    // Deferred constraints are the database's last word.
    await client.query('set constraints all immediate')
    return [result].flat().at(-1)!
  } finally {
    await client.query('rollback')
  }
}

/** The same, kept. */
export async function keep(client: Client, tenant: string, sql: string): Promise<void> {
  await client.query('begin')
  await client.query(`select set_config('commonhold.tenant_id', $1, true)`, [idOf(tenant)])
  await client.query(withIds(sql))
  await client.query('commit')
}

const account = (tenant: string, name: string, isRoot = false) =>
  `insert into account (tenant_id, id, name, display_name, is_root, boundary, created_by)
    values (:${tenant}, :${tenant}_${name}, '${name}', '${name}', ${isRoot}, '{}', 'test');`

const user = (tenant: string, name: string, ...accounts: string[]) =>
  `insert into principal values (:${tenant}, :${name}, 'user');
  insert into "user" (tenant_id, id, email, display_name, state, created_by)
    values (:${tenant}, :${name}, '${name}@example.com', '${name}', 'active', 'test');` +
  accounts.map((at) => member(tenant, at, name)).join('')

export const member = (tenant: string, at: string, who: string) =>
  `insert into membership (tenant_id, account_id, principal_id, created_by)
    values (:${tenant}, :${tenant}_${at}, :${who}, 'test');`

const robot = (tenant: string, at: string, name: string) =>
  `insert into principal values (:${tenant}, :${name}, 'virtual-account');
  ${member(tenant, at, name)}
  insert into virtual_account (tenant_id, account_id, id, name, display_name, created_by)
    values (:${tenant}, :${tenant}_${at}, :${name}, 'robot', 'robot', 'test');`

const team = (tenant: string, at: string, name: string, who: string) =>
  `insert into team (tenant_id, account_id, id, name, display_name, created_by)
    values (:${tenant}, :${tenant}_${at}, :${name}, 'team', 'team', 'test');
  insert into team_member (tenant_id, account_id, team_id, principal_id, created_by)
    values (:${tenant}, :${tenant}_${at}, :${name}, :${who}, 'test');`

const role = (tenant: string, at: string, name: string) =>
  `insert into role (tenant_id, account_id, id, name, display_name, permissions, created_by)
    values (:${tenant}, :${tenant}_${at}, :${name}, 'role', 'role', '{model:use}', 'test');`

export const token = (tenant: string, at: string, name: string, who: string) =>
  `insert into token (tenant_id, account_id, id, principal_id, name, display_name, created_by)
    values (:${tenant}, :${tenant}_${at}, :${name}, :${who}, 'token', 'token', 'test');
  insert into credential (tenant_id, hash, pepper_id, token_id)
    values (:${tenant}, sha256('${name}'), 'pepper', :${name});`

const resource = (tenant: string, at: string, kind: string, name: string, parent?: string) =>
  `insert into resource (tenant_id, account_id, id, kind, parent_id, name, display_name, created_by)
    values (:${tenant}, :${tenant}_${at}, :${name}, '${kind}', ${parent ? `:${parent}` : 'null'},
      '${name.replaceAll('_', '-')}', '${name}', 'test');`

export const share = (what: string, to: string) =>
  `insert into share (tenant_id, root_account_id, id, resource_id, to_account_id, permissions, created_by)
    values (:acme, :acme_root, :share_of_${what}_to_${to}, :${what}, :acme_${to}, '{}', 'test');`

/** An offer of one account of acme to another. */
export const offer = (name: string, from: string, what: string, to: string, days = 1) =>
  `insert into transfer (tenant_id, account_id, id, resource_id, to_account_id, with_secrets,
      created_by, expires_at)
    values (:acme, :acme_${from}, :${name}, :${what}, :acme_${to}, false, 'test',
      now() + interval '${days} days');`

export const acceptOffer = (name: string, more = '') =>
  `update transfer set state = 'accepted', accepted_by = 'test', accepted_at = now(),
      accepted_in = pg_current_xact_id()${more} where id = :${name};`

export const move = (to: string, ...what: string[]) =>
  `update resource set account_id = :acme_${to}
    where id in (${what.map((name) => `:${name}`).join(', ')});`

/** A grant in an account of acme. */
export const grant = (fields: {
  id?: string
  at?: string
  principal?: string
  team?: string
  resource?: string
  via?: string
  role?: string
}) => {
  const { id = 'new_grant', at = 'research', principal, team: to, resource: on, via } = fields
  const value = (name?: string) => (name === undefined ? 'null' : `:${name}`)
  return `insert into "grant" (tenant_id, account_id, id, principal_id, team_id, object_type,
      object_kind, resource_id, via_resource_id, role_id, created_by)
    values (:acme, :acme_${at}, :${id}, ${value(principal)}, ${value(to)},
      '${on ? 'resource' : 'account'}', ${on ? "'model'" : 'null'}, ${value(on)}, ${value(via)},
      :${fields.role ?? 'role_root'}, 'test');`
}

const tenant = (name: string) =>
  `insert into tenant (id, name, display_name, root_account_id)
    values (:${name}, '${name}', '${name}', :${name}_root);
  insert into tenant_revision (tenant_id) values (:${name});
  insert into tenant_setting (tenant_id) values (:${name});
  insert into tenant_key (tenant_id, master_key_id, wrapped_key) values (:${name}, 'key', 'x');
  ${account(name, 'root', true)}`

const bill = (of: string, at: string, name: string) =>
  `insert into usage_record (tenant_id, account_id, id, request_id, at, principal_id, principal_kind,
      principal_name, model_id, model_name, provider_account_id, route, status, numbers_from,
      cost_nanos, held_nanos, duration_ms)
    values (:${of}, :${of}_${at}, :${name}, :request_${name}, now(), :ana, 'user', 'ana', :shared,
      'shared', :provider, '/v1', 'ok', 'provider', 1, 1, 1);
  insert into ledger_entry (tenant_id, account_id, id, at, kind, amount_nanos, usage_record_id)
    values (:${of}, :${of}_${at}, :entry_${name}, now(), 'credit', 1, :${name});
  insert into invoice (tenant_id, account_id, id, period_id, starts_at, ends_at, state)
    values (:${of}, :${of}_${at}, :invoice_${name}, '2026-01', now(), now(), 'closed');
  insert into audit_event (tenant_id, account_id, sequence, id, at, actor_id, actor_name, operation,
      target_kind, target_id, target_name, request_id, previous_hash, hash)
    values (:${of}, :${of}_${at}, 1, :event_${name}, now(), '', '', '', '', '', '', '', '', '');
  insert into audit_denial (tenant_id, account_id, id, actor_id, operation, target_id, reason, request_id)
    values (:${of}, :${of}_${at}, :denial_${name}, '', '', '', '', '');`

export async function buildWorld(client: Client): Promise<void> {
  await keep(
    client,
    'acme',
    tenant('acme') +
      account('acme', 'research') +
      account('acme', 'sales') +
      user('acme', 'ana', 'root', 'research') +
      user('acme', 'bob', 'sales') +
      robot('acme', 'research', 'robot') +
      team('acme', 'research', 'team_research', 'ana') +
      team('acme', 'sales', 'team_sales', 'bob') +
      role('acme', 'root', 'role_root') +
      role('acme', 'sales', 'role_sales') +
      token('acme', 'research', 'token_research', 'ana') +
      token('acme', 'sales', 'token_sales', 'bob') +
      resource('acme', 'root', 'cluster', 'cluster') +
      resource('acme', 'root', 'workspace', 'workspace', 'cluster') +
      resource('acme', 'root', 'cluster', 'unshared_cluster') +
      resource('acme', 'root', 'secret-group', 'group') +
      resource('acme', 'root', 'provider-account', 'provider') +
      resource('acme', 'root', 'model', 'shared', 'provider') +
      resource('acme', 'root', 'model', 'unshared', 'provider') +
      resource('acme', 'root', 'prompt', 'prompt') +
      resource('acme', 'root', 'prompt', 'other_prompt') +
      resource('acme', 'research', 'cluster', 'cluster_research') +
      resource('acme', 'sales', 'cluster', 'cluster_sales') +
      resource('acme', 'sales', 'provider-account', 'provider_sales') +
      resource('acme', 'sales', 'model', 'model_sales', 'provider_sales') +
      ['cluster', 'shared', 'group'].map((what) => share(what, 'research')).join('') +
      share('cluster', 'sales') +
      resource('acme', 'sales', 'workspace', 'workspace_sales', 'cluster') +
      resource('acme', 'research', 'provider-account', 'provider_moving') +
      resource('acme', 'research', 'model', 'model_moving', 'provider_moving') +
      resource('acme', 'research', 'prompt', 'prompt_moved') +
      resource('acme', 'research', 'prompt', 'prompt_late') +
      offer('offer', 'research', 'provider_moving', 'sales') +
      offer('offer_moved', 'research', 'prompt_moved', 'sales') +
      offer('offer_late', 'research', 'prompt_late', 'sales', -1) +
      offer('offer_shared', 'root', 'cluster', 'research') +
      `insert into prompt_version (tenant_id, resource_id, version, content, created_by)
        values (:acme, :prompt, 1, '{}', 'test');` +
      grant({ id: 'grant_own', principal: 'ana', resource: 'cluster_research' }) +
      grant({ id: 'grant_shared', principal: 'ana', resource: 'shared', via: 'shared' }) +
      grant({ id: 'grant_child', team: 'team_research', resource: 'workspace', via: 'cluster' }) +
      bill('acme', 'research', 'use_research') +
      bill('acme', 'sales', 'use_sales').replace(/insert into audit_event[^;]+;/, ''),
  )
  await keep(client, 'acme', acceptOffer('offer_moved') + move('sales', 'prompt_moved'))
  await keep(
    client,
    'globex',
    tenant('globex') +
      user('globex', 'eve', 'root') +
      robot('globex', 'root', 'robot_globex') +
      team('globex', 'root', 'team_globex', 'eve') +
      role('globex', 'root', 'role_globex') +
      token('globex', 'root', 'token_globex', 'eve') +
      resource('globex', 'root', 'cluster', 'cluster_globex') +
      resource('globex', 'root', 'secret-group', 'group_globex') +
      `insert into secret_value (tenant_id, resource_id, field, ciphertext)
        values (:globex, :group_globex, 'value', 'x');` +
      bill('globex', 'root', 'use_globex'),
  )
}
