/**
 * Whose what is: what must not be stored about people, resources, shares and grants, whatever the
 * code above thinks. Each comes with what the database has to say. Every attempt runs as the
 * application role, in a transaction of acme.
 */
import { grant, member, share, token } from './kernel-world.ts'

export interface Attempt {
  readonly tries: string
  readonly sql: string
  readonly refusal: RegExp
}

const foreignKey = /violates foreign key constraint/
const wall = /violates row-level security policy/
const check = /violates check constraint/
const immutable = /can't change/
const notNull = /violates not-null constraint/

const teamMember = (team: string, at: string, who: string) =>
  `insert into team_member (tenant_id, account_id, team_id, principal_id, created_by)
    values (:acme, :acme_${at}, :${team}, :${who}, 'test')`
const resource = (at: string, kind: string, parent: string, tenant = 'acme') =>
  `insert into resource (tenant_id, account_id, id, kind, parent_id, name, display_name, created_by)
    values (:${tenant}, :${at}, :new, '${kind}', :${parent}, 'new', 'new', 'test')`
const shareBy = (root: string, what: string, to: string) =>
  `insert into share (tenant_id, root_account_id, id, resource_id, to_account_id, permissions, created_by)
    values (:acme, :${root}, :new, :${what}, :${to}, '{}', 'test')`
const invitation = (who: string, role: string) =>
  `insert into invitation (tenant_id, account_id, id, user_id, role_id, created_by, expires_at)
    values (:acme, :acme_research, :new, :${who}, :${role}, 'test', now())`

const grants: Attempt[] = [
  ['a grant on what another account owns', { principal: 'ana', resource: 'cluster_sales' }],
  [
    'the same in the name of its owner',
    { at: 'sales', principal: 'ana', resource: 'cluster_sales' },
  ],
  ['a grant to a user who is no member', { principal: 'bob', resource: 'cluster_research' }],
  ['a grant to another account’s team', { team: 'team_sales', resource: 'cluster_research' }],
  ['a grant on root’s resource that is not shared', { principal: 'ana', resource: 'unshared' }],
  ['the same by a share that is not', { principal: 'ana', resource: 'unshared', via: 'unshared' }],
  [
    'a grant by the share of another account',
    { at: 'sales', principal: 'bob', resource: 'shared', via: 'shared' },
  ],
  ['a grant on what is shared, as if it were owned', { principal: 'robot', resource: 'shared' }],
  ['a grant on another tenant’s resource', { principal: 'ana', resource: 'cluster_globex' }],
  ['a grant to another tenant’s user', { principal: 'eve', resource: 'cluster_research' }],
  ['a grant to another tenant’s team', { team: 'team_globex', resource: 'cluster_research' }],
].map(([tries, fields]) => ({
  tries: tries as string,
  sql: grant(fields as Parameters<typeof grant>[0]),
  refusal: foreignKey,
}))

export const accessAttempts: Attempt[] = [
  ...grants,
  {
    tries: 'a grant on something else by a share that is there',
    sql: grant({ principal: 'ana', resource: 'unshared', via: 'cluster' }),
    refusal: /not under what was shared/,
  },
  {
    tries: 'a grant on another account’s workspace in a cluster shared to both',
    sql: grant({ principal: 'ana', resource: 'workspace_sales', via: 'cluster' }),
    refusal: /not under what was shared/,
  },
  {
    tries: 'a grant of another account’s role',
    sql: grant({ principal: 'ana', role: 'role_sales' }),
    refusal: /role belongs to another account/,
  },
  {
    tries: 'a grant of another tenant’s role',
    sql: grant({ principal: 'ana', role: 'role_globex' }),
    refusal: /role belongs to another account/,
  },
  {
    tries: 'a grant to nobody',
    sql: grant({ resource: 'cluster_research' }),
    refusal: check,
  },
  {
    tries: 'a grant to a user and a team at once',
    sql: grant({ principal: 'ana', team: 'team_research' }),
    refusal: check,
  },
  {
    tries: 'a grant row of another tenant',
    sql: grant({ principal: 'ana' }).replace('values (:acme,', 'values (:globex,'),
    refusal: /role belongs to another account|row-level security/,
  },
  {
    tries: 'moving a grant to another account',
    sql: `update "grant" set account_id = :acme_sales where id = :grant_own`,
    refusal: immutable,
  },
  {
    tries: 'turning a grant to another account’s resource',
    sql: `update "grant" set resource_id = :cluster_sales where id = :grant_own`,
    refusal: immutable,
  },
  {
    tries: 'turning a grant to another account’s user',
    sql: `update "grant" set principal_id = :bob where id = :grant_own`,
    refusal: immutable,
  },
  {
    tries: 'sharing what an account owns',
    sql: shareBy('acme_root', 'cluster_research', 'acme_sales'),
    refusal: foreignKey,
  },
  {
    tries: 'sharing from an account',
    sql: shareBy('acme_research', 'cluster_research', 'acme_sales'),
    refusal: foreignKey,
  },
  {
    tries: 'sharing to root itself',
    sql: shareBy('acme_root', 'unshared', 'acme_root'),
    refusal: check,
  },
  {
    tries: 'sharing to another tenant',
    sql: shareBy('acme_root', 'unshared', 'globex_root'),
    refusal: foreignKey,
  },
  {
    tries: 'sharing another tenant’s resource',
    sql: shareBy('acme_root', 'cluster_globex', 'acme_sales'),
    refusal: foreignKey,
  },
  {
    tries: 'sharing twice to one account',
    sql: share('shared', 'research').replace(':share_of', ':second_share_of'),
    refusal: /unique/,
  },
  {
    tries: 'moving a share to another account',
    sql: `update share set to_account_id = :acme_sales where resource_id = :group`,
    refusal: immutable,
  },
  {
    tries: 'moving a resource to another account',
    sql: `update resource set account_id = :acme_sales where id = :cluster_research`,
    refusal: immutable,
  },
  {
    tries: 'moving a resource to another tenant',
    sql: `update resource set tenant_id = :globex where id = :cluster_research`,
    refusal: /can't change|row-level security/,
  },
  {
    tries: 'moving a resource under another parent',
    sql: `update resource set parent_id = :cluster_research where id = :workspace`,
    refusal: immutable,
  },
  {
    tries: 'changing what kind a resource is',
    sql: `update resource set kind = 'cluster' where id = :shared`,
    refusal: immutable,
  },
  {
    tries: 'a resource in another tenant',
    sql: resource('globex_root', 'cluster', 'cluster_globex', 'globex'),
    refusal: /row-level security|another account/,
  },
  {
    tries: 'a workspace in another account’s cluster',
    sql: resource('acme_research', 'workspace', 'cluster_sales'),
    refusal: /parent belongs to another account/,
  },
  {
    tries: 'a workspace in root’s cluster that is not shared',
    sql: resource('acme_sales', 'workspace', 'unshared_cluster'),
    refusal: /parent belongs to another account/,
  },
  {
    tries: 'a secret of one’s own in root’s shared group',
    sql: resource('acme_research', 'secret', 'group'),
    refusal: /parent belongs to another account/,
  },
  {
    tries: 'a resource under another tenant’s',
    sql: resource('acme_root', 'workspace', 'cluster_globex'),
    refusal: /parent belongs to another account/,
  },
  {
    tries: 'moving the pointer to the root account',
    sql: `update tenant set root_account_id = :acme_sales where id = :acme`,
    refusal: immutable,
  },
  {
    tries: 'a second root account',
    sql: `insert into account (tenant_id, id, name, display_name, is_root, boundary, created_by) values (:acme, :new, 'root', 'x', true, '{}', 'x')`,
    refusal: /unique/,
  },
  {
    tries: 'an account that calls itself root',
    sql: `insert into account (tenant_id, id, name, display_name, boundary, created_by) values (:acme, :new, 'root', 'x', '{}', 'x')`,
    refusal: /check|unique/,
  },
  {
    tries: 'making root an account like any other',
    sql: `update account set is_root = false, name = 'former' where id = :acme_root`,
    refusal: immutable,
  },
  {
    tries: 'a member from another tenant',
    sql: member('acme', 'research', 'eve'),
    refusal: foreignKey,
  },
  {
    tries: 'a membership in another tenant’s account',
    sql: `insert into membership (tenant_id, account_id, principal_id, created_by) values (:acme, :globex_root, :ana, 'x')`,
    refusal: foreignKey,
  },
  {
    tries: 'a virtual account in a second account',
    sql: member('acme', 'sales', 'robot'),
    refusal: /one home/,
  },
  {
    tries: 'a virtual account without a membership',
    sql: `insert into principal values (:acme, :new, 'virtual-account'); insert into virtual_account (tenant_id, account_id, id, name, display_name, created_by) values (:acme, :acme_sales, :new, 'new', 'new', 'x')`,
    refusal: foreignKey,
  },
  {
    tries: 'a user made of a virtual account',
    sql: `insert into "user" (tenant_id, id, email, display_name, state, created_by) values (:acme, :robot, 'r@example.com', 'x', 'active', 'x')`,
    refusal: foreignKey,
  },
  {
    tries: 'somebody in a team who is not in its account',
    sql: teamMember('team_research', 'research', 'bob'),
    refusal: foreignKey,
  },
  {
    tries: 'the same with the account of the person',
    sql: teamMember('team_research', 'sales', 'bob'),
    refusal: foreignKey,
  },
  {
    tries: 'a token in an account that its holder is not in',
    sql: token('acme', 'sales', 'new', 'robot'),
    refusal: foreignKey,
  },
  {
    tries: 'moving a token to another account',
    sql: `update token set account_id = :acme_root where id = :token_research`,
    refusal: immutable,
  },
  {
    tries: 'a credential for another tenant’s token',
    sql: `insert into credential (tenant_id, hash, pepper_id, token_id) values (:acme, sha256('x'), 'p', :token_globex)`,
    refusal: foreignKey,
  },
  {
    tries: 'a credential in another tenant',
    sql: `insert into credential (tenant_id, hash, pepper_id, token_id) values (:globex, sha256('x'), 'p', :token_globex)`,
    refusal: wall,
  },
  {
    tries: 'a session for another tenant’s user',
    sql: `insert into session (tenant_id, id, user_id, expires_at) values (:acme, :new, :eve, now())`,
    refusal: foreignKey,
  },
  {
    tries: 'an invitation for a stranger',
    sql: invitation('bob', 'role_root'),
    refusal: foreignKey,
  },
  {
    tries: 'an invitation with another tenant’s role',
    sql: invitation('ana', 'role_globex'),
    refusal: foreignKey,
  },
  {
    tries: 'a secret in another tenant’s resource',
    sql: `insert into secret_value (tenant_id, resource_id, field, ciphertext) values (:acme, :group_globex, 'x', 'x')`,
    refusal: foreignKey,
  },
  {
    tries: 'a label on another prompt’s version',
    sql: `insert into prompt_label (tenant_id, resource_id, label, version) values (:acme, :other_prompt, 'x', 1)`,
    refusal: foreignKey,
  },
  {
    tries: 'a team of no account',
    sql: `insert into team (tenant_id, id, name, display_name, created_by) values (:acme, :new, 'new', 'new', 'x')`,
    refusal: notNull,
  },
]
