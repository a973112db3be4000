-- The whole schema of Commonhold. A test proves that migrations/ produces exactly this.
--
-- The kernel idea: a grant on something of a foreign account must be impossible to *store*. One
-- account_id per row takes part in two composite foreign keys, so the database itself refuses what
-- the code must never write. Row-level security is the second wall, between tenants.
--
-- Conventions. Every table with tenant_id: forced row-level security with one restrictive and one
-- permissive policy, every key begins with tenant_id, every foreign key is composite. Money is
-- bigint nano-US-dollars (…_nanos). Ids are UUIDv7, made by the server. docs/guides/change-the-schema.md

-- ───────────────────────────────────────────────────────────── control plane (no tenant's data)

-- A tenant's name is not secret; what is in it is. The operator's transactions see all rows.
create table tenant (
  id              uuid primary key,
  name            text not null unique check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name    text not null check (length(display_name) between 1 and 200),
  state           text not null default 'active' check (state in ('active', 'suspended', 'deleted')),
  plan            text not null default 'standard',
  root_account_id uuid not null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  -- Throw-away tenants, in which an install checks its own isolation: nobody signs in to one by name,
  -- no mail leaves it, and at this time it ends by itself. Null for every other tenant.
  check_until     timestamptz,
  unique (id, root_account_id)
);

create table deployment_setting (
  name       text primary key,
  value      jsonb not null,
  updated_at timestamptz not null default now()
);

create table operator_session (
  hash       bytea primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- One row per gateway journal that ever was, with the newest epoch that it was opened in. A gateway says
-- every few seconds that it lives, and when it stops.
create table gateway_source (
  id      uuid primary key,
  epoch   bigint not null,
  seen_at timestamptz not null default now(),
  stopped_at timestamptz
);

-- ───────────────────────────────────────────────────────────── revision, keys, settings

-- The per-tenant lock. Whoever writes policy holds this row until commit, so revisions commit in
-- order and a reader that has seen revision n has seen everything before it.
create table tenant_revision (
  tenant_id      uuid primary key references tenant (id) on delete cascade,
  revision       bigint not null default 0,
  bumped_by      xid8,
  audit_sequence bigint not null default 0,
  audit_hash     bytea not null default '\x'
);

create table change (
  tenant_id uuid not null references tenant (id) on delete cascade,
  revision  bigint not null,
  ordinal   bigint generated always as identity,
  noun      text not null,
  row_id    text not null,
  at        timestamptz not null default now(),
  primary key (tenant_id, revision, ordinal)
);

-- The tenant's data key, wrapped by the master key. Deleting the row makes its secrets unreadable.
create table tenant_key (
  tenant_id     uuid primary key references tenant (id) on delete cascade,
  master_key_id text not null,
  wrapped_key   bytea not null,
  created_at    timestamptz not null default now()
);

create table tenant_setting (
  tenant_id  uuid primary key references tenant (id) on delete cascade,
  settings   jsonb not null default '{}',
  revision   bigint not null default 1,
  updated_at timestamptz not null default now()
);

-- ───────────────────────────────────────────────────────────── accounts and principals

create table account (
  tenant_id    uuid not null references tenant (id) on delete cascade,
  id           uuid not null,
  name         text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name text not null check (length(display_name) between 1 and 200),
  is_root      boolean not null default false,
  state        text not null default 'active' check (state in ('active', 'suspended', 'deleted')),
  boundary     text[] not null,
  settings     jsonb not null default '{}',
  created_by   text not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  revision     bigint not null default 1,
  -- What the gateway does for the account besides calling models: store/gateway-setting.ts.
  gateway_settings jsonb not null default '{}',
  primary key (tenant_id, id),
  check (is_root = (name = 'root'))
);
-- A deleted account stays as a tombstone for its records; its name is free again.
create unique index account_name on account (tenant_id, name) where state <> 'deleted';
create unique index account_one_root on account (tenant_id) where is_root;
alter table tenant add constraint tenant_root_account
  foreign key (id, root_account_id) references account (tenant_id, id) deferrable initially deferred;

create table principal (
  tenant_id uuid not null references tenant (id) on delete cascade,
  id        uuid not null,
  kind      text not null check (kind in ('user', 'virtual-account')),
  primary key (tenant_id, id),
  unique (tenant_id, id, kind)
);

create table membership (
  tenant_id    uuid not null,
  account_id   uuid not null,
  principal_id uuid not null,
  source       text not null default 'manual' check (source in ('manual', 'scim', 'sso')),
  created_by   text not null,
  created_at   timestamptz not null default now(),
  primary key (tenant_id, account_id, principal_id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, principal_id) references principal (tenant_id, id) on delete cascade
);
create index membership_principal on membership (tenant_id, principal_id);

create table "user" (
  tenant_id     uuid not null,
  id            uuid not null,
  kind          text not null default 'user' check (kind = 'user'),
  email         text not null check (length(email) between 3 and 254),
  email_key     text generated always as (lower(email)) stored,
  display_name  text not null check (length(display_name) between 1 and 200),
  state         text not null check (state in ('invited', 'active', 'deactivated', 'deleted')),
  password_hash text,
  created_by    text not null,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  revision      bigint not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, email_key),
  foreign key (tenant_id, id, kind) references principal (tenant_id, id, kind) on delete cascade
);

create table virtual_account (
  tenant_id    uuid not null,
  account_id   uuid not null,
  id           uuid not null,
  kind         text not null default 'virtual-account' check (kind = 'virtual-account'),
  name         text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name text not null check (length(display_name) between 1 and 200),
  state        text not null default 'active' check (state in ('active', 'suspended')),
  created_by   text not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  revision     bigint not null default 1,
  -- The team that answers for it, and the name of the one that did until it was deleted.
  owner_team_id     uuid,
  former_owner_team text,
  primary key (tenant_id, id),
  unique (tenant_id, account_id, name),
  unique (tenant_id, account_id, id),
  constraint virtual_account_one_owner check (num_nonnulls(owner_team_id, former_owner_team) <= 1),
  foreign key (tenant_id, id, kind) references principal (tenant_id, id, kind) on delete cascade,
  foreign key (tenant_id, account_id, id)
    references membership (tenant_id, account_id, principal_id) on delete cascade
);

create table team (
  tenant_id    uuid not null,
  account_id   uuid not null,
  id           uuid not null,
  name         text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name text not null check (length(display_name) between 1 and 200),
  state        text not null default 'active' check (state in ('active', 'suspended')),
  created_by   text not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  revision     bigint not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, account_id, name),
  unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

-- Named here, because teams come after virtual accounts.
alter table virtual_account add constraint virtual_account_owner_team
  foreign key (tenant_id, account_id, owner_team_id)
  references team (tenant_id, account_id, id) on delete set null (owner_team_id);
create index virtual_account_owner on virtual_account (tenant_id, owner_team_id);

create table team_member (
  tenant_id    uuid not null,
  account_id   uuid not null,
  team_id      uuid not null,
  principal_id uuid not null,
  created_by   text not null,
  created_at   timestamptz not null default now(),
  primary key (tenant_id, account_id, team_id, principal_id),
  foreign key (tenant_id, account_id, team_id)
    references team (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, account_id, principal_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade
);
create index team_member_principal on team_member (tenant_id, account_id, principal_id);

-- ───────────────────────────────────────────────────────────── credentials

create table session (
  tenant_id    uuid not null,
  id           uuid not null,
  user_id      uuid not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  last_seen_at timestamptz not null default now(),
  address      inet,
  user_agent   text,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references "user" (tenant_id, id) on delete cascade
);
create index session_by_user on session (tenant_id, user_id);

-- Leaving the account deletes the membership, and with it the tokens bound to it.
create table token (
  tenant_id    uuid not null,
  account_id   uuid not null,
  id           uuid not null,
  principal_id uuid not null,
  name         text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name text not null check (length(display_name) between 1 and 200),
  state        text not null default 'active' check (state in ('active', 'deleted')),
  scopes       text[],
  ip_allowlist cidr[],
  expires_at   timestamptz,
  created_by   text not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  revision     bigint not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, principal_id, name),
  unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, principal_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade
);

-- Apart from token, so that the hot update neither bumps the revision nor the object.
create table token_use (
  tenant_id    uuid not null,
  token_id     uuid not null,
  last_used_at timestamptz not null,
  primary key (tenant_id, token_id),
  foreign key (tenant_id, token_id) references token (tenant_id, id) on delete cascade
);

-- Who used which permission on what, and when last. Apart from grants, and without a revision: use is
-- no change of policy. resource_id is the account's own id where the use was about no resource.
-- Pages are left room, so that a later use of the same rewrites its row in place.
create table access_use (
  tenant_id    uuid not null,
  account_id   uuid not null,
  principal_id uuid not null,
  permission   text not null,
  resource_id  uuid not null,
  last_used_at timestamptz not null,
  primary key (tenant_id, account_id, principal_id, permission, resource_id),
  foreign key (tenant_id, account_id, principal_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade
) with (fillfactor = 80);
create index access_use_resource on access_use (tenant_id, resource_id, account_id);

create table invitation (
  tenant_id  uuid not null,
  account_id uuid not null,
  id         uuid not null,
  user_id    uuid not null,
  role_id    uuid,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id, user_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade
);

-- Every secret that proves something: only its keyed hash. Which tenant a credential belongs to is
-- asked before any tenant is known; see its select policy below.
create table credential (
  tenant_id     uuid not null references tenant (id) on delete cascade,
  hash          bytea not null check (length(hash) = 32),
  pepper_id     text not null,
  session_id    uuid,
  token_id      uuid,
  invitation_id uuid,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz,
  primary key (tenant_id, hash),
  foreign key (tenant_id, session_id) references session (tenant_id, id) on delete cascade,
  foreign key (tenant_id, token_id) references token (tenant_id, id) on delete cascade,
  foreign key (tenant_id, invitation_id) references invitation (tenant_id, id) on delete cascade,
  check (num_nonnulls(session_id, token_id, invitation_id) = 1)
);
create index credential_hash on credential (hash);
create index credential_token on credential (tenant_id, token_id);

-- ───────────────────────────────────────────────────────────── resources, shares, roles, grants

create table resource (
  tenant_id    uuid not null,
  account_id   uuid not null,
  id           uuid not null,
  kind         text not null,
  parent_id    uuid,
  name         text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name text not null check (length(display_name) between 1 and 200),
  spec         jsonb not null default '{}',
  created_by   text not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  revision     bigint not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, account_id, id),
  unique nulls not distinct (tenant_id, account_id, kind, parent_id, name),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, parent_id) references resource (tenant_id, id) on delete cascade
);
create index resource_parent on resource (tenant_id, parent_id);
create index resource_list on resource (tenant_id, account_id, kind, name, id);
create index resource_created on resource (tenant_id, account_id, kind, created_at, id);

-- How many resources an account has of a kind, by parent (the nil UUID stands for none), so that a list
-- can say its total without reading a hundred thousand rows. Kept by triggers: nobody can forget.
create table resource_count (
  tenant_id  uuid not null,
  account_id uuid not null,
  kind       text not null,
  parent_id  uuid not null,
  count      bigint not null,
  primary key (tenant_id, account_id, kind, parent_id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

create table secret_value (
  tenant_id   uuid not null,
  resource_id uuid not null,
  field       text not null,
  ciphertext  bytea not null,
  updated_at  timestamptz not null default now(),
  primary key (tenant_id, resource_id, field),
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade
);

create table prompt_version (
  tenant_id   uuid not null,
  resource_id uuid not null,
  version     integer not null check (version > 0),
  content     jsonb not null,
  note        text not null default '',
  created_by  text not null,
  created_at  timestamptz not null default now(),
  primary key (tenant_id, resource_id, version),
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade
);

create table prompt_label (
  tenant_id   uuid not null,
  resource_id uuid not null,
  label       text not null check (label ~ '^[a-z][a-z0-9-]{0,62}$'),
  version     integer not null,
  primary key (tenant_id, resource_id, label),
  foreign key (tenant_id, resource_id, version)
    references prompt_version (tenant_id, resource_id, version) on delete cascade
);

-- An offer of one account to another, of the same tenant. While it is open, its key ties it to the
-- owner of the resource, so that nobody offers what is not theirs, and nothing that is offered moves
-- by another way. Offer and acceptance are two transactions: each acts in one account.
create table transfer (
  tenant_id           uuid not null,
  account_id          uuid not null,
  id                  uuid not null,
  to_account_id       uuid not null,
  resource_id         uuid not null,
  state               text not null default 'offered' check (state in ('offered', 'accepted')),
  offered_resource_id uuid generated always as
    (case when state = 'offered' then resource_id end) stored,
  with_secrets        boolean not null,
  created_by          text not null,
  created_at          timestamptz not null default now(),
  created_in          xid8 not null default pg_current_xact_id(),
  expires_at          timestamptz not null,
  accepted_by         text,
  accepted_at         timestamptz,
  accepted_in         xid8,
  primary key (tenant_id, id),
  unique (tenant_id, offered_resource_id),
  check (to_account_id <> account_id),
  check (num_nonnulls(accepted_by, accepted_at, accepted_in) =
    case state when 'accepted' then 3 else 0 end),
  check (accepted_in <> created_in),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, to_account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, offered_resource_id)
    references resource (tenant_id, account_id, id) on delete cascade
);
create index transfer_from on transfer (tenant_id, account_id, created_at);
create index transfer_to on transfer (tenant_id, to_account_id, created_at);
create index transfer_resource on transfer (tenant_id, resource_id);

create table share (
  tenant_id       uuid not null,
  root_account_id uuid not null,
  id              uuid not null,
  resource_id     uuid not null,
  to_account_id   uuid not null,
  permissions     text[] not null,
  markup_ppm      bigint not null default 0 check (markup_ppm between 0 and 100000000),
  created_by      text not null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  revision        bigint not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, resource_id, to_account_id),
  unique (tenant_id, to_account_id, id),
  unique (tenant_id, root_account_id, id),
  check (to_account_id <> root_account_id),
  foreign key (tenant_id, root_account_id) references tenant (id, root_account_id),
  foreign key (tenant_id, root_account_id, resource_id)
    references resource (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, to_account_id) references account (tenant_id, id) on delete cascade
);
create index share_to on share (tenant_id, to_account_id);

create table role (
  tenant_id    uuid not null,
  account_id   uuid not null,
  id           uuid not null,
  name         text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name text not null check (length(display_name) between 1 and 200),
  description  text not null default '',
  built_in     boolean not null default false,
  permissions  text[] not null,
  created_by   text not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  revision     bigint not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, account_id, name),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

-- Subject: exactly one of principal_id, team_id, both tied to this account. Object: the account, a
-- kind in it, or a resource that this account owns, or that came by a share to this account
-- (via_resource_id: the resource itself or its parent, whatever was shared).
create table "grant" (
  tenant_id       uuid not null,
  account_id      uuid not null,
  id              uuid not null,
  principal_id    uuid,
  team_id         uuid,
  object_type     text not null check (object_type in ('account', 'kind', 'resource')),
  object_kind     text,
  resource_id     uuid,
  via_resource_id uuid,
  own_resource_id uuid generated always as
    (case when via_resource_id is null then resource_id end) stored,
  role_id         uuid not null,
  expires_at      timestamptz,
  created_by      text not null,
  created_at      timestamptz not null default now(),
  primary key (tenant_id, id),
  unique nulls not distinct
    (tenant_id, account_id, principal_id, team_id, object_type, object_kind, resource_id, role_id),
  check (num_nonnulls(principal_id, team_id) = 1),
  check ((object_type = 'resource') = (resource_id is not null)),
  check ((object_type = 'account') = (object_kind is null)),
  check (via_resource_id is null or object_type = 'resource'),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, principal_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade,
  foreign key (tenant_id, account_id, team_id)
    references team (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, own_resource_id)
    references resource (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, via_resource_id, account_id)
    references share (tenant_id, resource_id, to_account_id) on delete cascade,
  foreign key (tenant_id, role_id) references role (tenant_id, id)
);
create index grant_principal on "grant" (tenant_id, account_id, principal_id);
create index grant_team on "grant" (tenant_id, account_id, team_id);
create index grant_resource on "grant" (tenant_id, resource_id);
create index grant_role on "grant" (tenant_id, role_id);

-- Named here, because roles come after invitations.
alter table invitation add constraint invitation_role
  foreign key (tenant_id, role_id) references role (tenant_id, id) on delete set null (role_id);

-- ───────────────────────────────────────────────────────────── money

-- An immutable version of what a model costs, in decimal US dollars per million units. The newest one
-- whose valid_from has come is in force. No row: unknown, which is never free. A price outlives its
-- model, as bills do; a trigger takes the place of the foreign key when it is written.
create table price (
  tenant_id   uuid not null,
  account_id  uuid not null,
  id          uuid not null,
  resource_id uuid not null,
  version     integer not null check (version > 0),
  components  jsonb not null,
  valid_from  timestamptz not null,
  created_by  text not null,
  created_at  timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, resource_id, version),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

-- imposed: set on the account by the tenant; the account reads it and can't change it. Limits of a
-- share and of all accounts together are root's own. A default for each user or virtual account is
-- counted for each of them, under a period of its own.
create table budget (
  tenant_id    uuid not null,
  account_id   uuid not null,
  id           uuid not null,
  name         text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name text not null check (length(display_name) between 1 and 200),
  imposed      boolean not null default false,
  level        text not null check (level in
    ('tenant', 'account', 'each-user', 'each-virtual-account', 'team', 'user',
    'virtual-account', 'token', 'model', 'share')),
  team_id      uuid,
  principal_id uuid,
  token_id     uuid,
  resource_id  uuid,
  share_id     uuid,
  amount_nanos bigint not null check (amount_nanos >= 0),
  period       text not null check (period in ('day', 'week', 'month', 'year', 'lifetime')),
  time_zone    text not null default 'UTC',
  mode         text not null default 'enforce' check (mode in ('enforce', 'audit')),
  created_by   text not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  revision     bigint not null default 1,
  of_root_id uuid
    generated always as (case when level in ('tenant', 'share') then account_id end) stored,
  -- A model to call instead of refusing, where there is no room for the one that was asked for.
  fallback_model_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, account_id, id),
  unique (tenant_id, account_id, name),
  check ((team_id is not null) = (level = 'team')),
  check ((principal_id is not null) = (level in ('user', 'virtual-account'))),
  check ((token_id is not null) = (level = 'token')),
  check ((resource_id is not null) = (level = 'model')),
  check ((share_id is not null) = (level = 'share')),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, team_id)
    references team (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, account_id, principal_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade,
  foreign key (tenant_id, account_id, token_id)
    references token (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, share_id)
    references share (tenant_id, root_account_id, id) on delete cascade,
  foreign key (tenant_id, of_root_id) references tenant (id, root_account_id),
  constraint budget_fallback_model foreign key (tenant_id, fallback_model_id)
    references resource (tenant_id, id) on delete set null (fallback_model_id)
);
create index budget_fallback_model on budget (tenant_id, fallback_model_id)
  where fallback_model_id is not null;

create table usage_limit (
  tenant_id      uuid not null,
  account_id     uuid not null,
  id             uuid not null,
  name           text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name   text not null check (length(display_name) between 1 and 200),
  imposed        boolean not null default false,
  level          text not null check (level in
    ('tenant', 'account', 'each-user', 'each-virtual-account', 'team', 'user',
    'virtual-account', 'token', 'model', 'share')),
  team_id        uuid,
  principal_id   uuid,
  token_id       uuid,
  resource_id    uuid,
  share_id       uuid,
  metric         text not null check (metric in ('requests', 'tokens', 'concurrency')),
  amount         bigint not null check (amount >= 0),
  window_seconds integer not null check (window_seconds between 0 and 86400),
  created_by     text not null,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  revision       bigint not null default 1,
  of_root_id uuid
    generated always as (case when level in ('tenant', 'share') then account_id end) stored,
  mode           text not null default 'enforce' check (mode in ('enforce', 'audit')),
  primary key (tenant_id, id),
  unique (tenant_id, account_id, id),
  unique (tenant_id, account_id, name),
  check ((metric = 'concurrency') = (window_seconds = 0)),
  check ((team_id is not null) = (level = 'team')),
  check ((principal_id is not null) = (level in ('user', 'virtual-account'))),
  check ((token_id is not null) = (level = 'token')),
  check ((resource_id is not null) = (level = 'model')),
  check ((share_id is not null) = (level = 'share')),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, team_id)
    references team (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, account_id, principal_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade,
  foreign key (tenant_id, account_id, token_id)
    references token (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references resource (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, share_id)
    references share (tenant_id, root_account_id, id) on delete cascade,
  foreign key (tenant_id, of_root_id) references tenant (id, root_account_id)
);

-- A temporary raise of a budget or usage limit: an amount on top, from one instant to another, with who
-- made it and why. It is never edited, only ended; what is in force at an instant is a function of the
-- rows and the instant.
create table limit_raise (
  tenant_id      uuid not null,
  account_id     uuid not null,
  id             uuid not null,
  budget_id      uuid,
  usage_limit_id uuid,
  limit_id       uuid not null generated always as (coalesce(budget_id, usage_limit_id)) stored,
  amount         bigint not null check (amount > 0),
  starts_at      timestamptz not null,
  ends_at        timestamptz not null,
  reason         text not null check (length(reason) between 1 and 500),
  created_by     text not null,
  created_at     timestamptz not null default now(),
  ended_at       timestamptz,
  ended_by       text,
  primary key (tenant_id, id),
  check (starts_at < ends_at),
  check (num_nonnulls(budget_id, usage_limit_id) = 1),
  check ((ended_at is null) = (ended_by is null)),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, budget_id)
    references budget (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, account_id, usage_limit_id)
    references usage_limit (tenant_id, account_id, id) on delete cascade
);
create index limit_raise_limit on limit_raise (tenant_id, limit_id);

-- What a budget or usage limit has given out in one period: the row that gateways lease from. The
-- period is in the key, so a new period starts at zero by itself. Amounts are in the unit of the
-- owner: nano-dollars, requests, tokens, or calls in flight.
create table pool (
  tenant_id  uuid not null,
  account_id uuid not null,
  owner_id   uuid not null,
  period_id  text not null,
  starts_at  timestamptz not null,
  ends_at    timestamptz,
  settled    bigint not null default 0 check (settled >= 0),
  leased     bigint not null default 0 check (leased >= 0),
  -- What a limit that only counts would have refused. In enforced ones it stays 0.
  would_refuse        bigint not null default 0 check (would_refuse >= 0),
  would_refuse_amount bigint not null default 0 check (would_refuse_amount >= 0),
  -- What is settled only rises. What credits gave back stands beside it, and adds to the room.
  credited            bigint not null default 0,
  constraint pool_credited_check check (credited >= 0 and credited <= settled),
  primary key (tenant_id, owner_id, period_id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);
create index pool_ends on pool (tenant_id, ends_at);

-- One gateway process's part of a pool, as core/src/lease.ts defines it: totals that only rise.
create table lease (
  tenant_id  uuid not null,
  owner_id   uuid not null,
  period_id  text not null,
  source_id  uuid not null references gateway_source (id),
  epoch      bigint not null,
  granted    bigint not null default 0,
  returned   bigint not null default 0,
  settled    bigint not null default 0,
  closed     boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, owner_id, period_id, source_id, epoch),
  check (granted >= 0 and returned >= 0 and settled >= 0 and returned + settled <= granted),
  foreign key (tenant_id, owner_id, period_id)
    references pool (tenant_id, owner_id, period_id) on delete cascade
);
create index lease_source on lease (source_id, epoch);

-- How far one gateway's journal has been applied to this tenant. Shipping happens at least once; this
-- mark moves in the transaction that applies, so applying happens exactly once. It is per tenant,
-- because a transaction sees one tenant, and a batch of the journal may hold several.
create table gateway_mark (
  tenant_id uuid not null references tenant (id) on delete cascade,
  source_id uuid not null references gateway_source (id),
  epoch     bigint not null,
  sequence  bigint not null,
  primary key (tenant_id, source_id)
);

-- What runs through one gateway now, for one question of the control plane: ids and numbers, kept for
-- as long as the asker waits. The question itself is only announced.
create table gateway_answer (
  tenant_id   uuid not null references tenant (id) on delete cascade,
  question_id uuid not null,
  source_id   uuid not null,
  calls       jsonb not null,
  at          timestamptz not null default now(),
  primary key (tenant_id, question_id, source_id)
);

-- One row per attempt at a provider. Names are kept as they were, ids without foreign keys: a bill
-- outlives what it bills.
create table usage_record (
  tenant_id           uuid not null,
  account_id          uuid not null,
  id                  uuid not null,
  request_id          uuid not null,
  attempt             integer not null default 1,
  at                  timestamptz not null,
  principal_id        uuid not null,
  principal_kind      text not null,
  principal_name      text not null,
  token_id            uuid,
  team_ids            uuid[] not null default '{}',
  model_id            uuid not null,
  model_name          text not null,
  provider_account_id uuid not null,
  share_id            uuid,
  route               text not null,
  status              text not null check (status in ('ok', 'error', 'cancelled', 'unknown')),
  numbers_from        text not null check (numbers_from in
    ('provider', 'estimate', 'worst-case', 'cache')),
  input_tokens        bigint not null default 0,
  cached_input_tokens bigint not null default 0,
  output_tokens       bigint not null default 0,
  price_id            uuid,
  markup_ppm          bigint not null default 0,
  -- What the account is charged: the record is the charge, and the ledger reads it as one.
  cost_nanos          bigint not null check (cost_nanos >= 0),
  held_nanos          bigint not null,
  over_hold           boolean not null default false,
  duration_ms         integer not null,
  metadata            jsonb not null default '{}',
  -- In which budgets it was counted, and in which of their periods: a credit gives back to those.
  charged_budgets_id  uuid,
  primary key (tenant_id, account_id, id),
  unique (tenant_id, request_id, attempt),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index usage_record_at on usage_record (tenant_id, account_id, at desc, id desc)
  include (cost_nanos);

-- Many calls count in the same budgets, so they share a row that names them.
create table charged_budgets (
  tenant_id  uuid not null references tenant (id) on delete cascade,
  id         uuid not null,
  owner_ids  uuid[] not null,
  period_ids text[] not null,
  primary key (tenant_id, id),
  check (cardinality(owner_ids) = cardinality(period_ids))
);

-- Files and batches of callers at their providers: whose they are, and what is held for a batch until its
-- result is known. Ids upstream are of the provider's key, which many callers share, so nobody gets to name
-- one: callers name ours, and only their own.

create table batch_file (
  tenant_id           uuid not null,
  account_id          uuid not null,
  id                  uuid not null,
  principal_id        uuid not null,
  provider_account_id uuid not null,
  model_id            uuid not null,
  upstream_id         text not null,
  -- The batch whose result it is; null for what a caller uploaded.
  batch_id            uuid,
  purpose             text not null check (purpose in ('batch', 'batch_output')),
  filename            text not null,
  bytes               bigint not null,
  -- Of an upload: which route its lines ask for, and the most that they may use together.
  route               text not null,
  lines               integer not null,
  input_tokens_max    bigint not null,
  output_tokens_max   bigint not null,
  created_at          timestamptz not null default now(),
  primary key (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

create table batch (
  tenant_id           uuid not null,
  account_id          uuid not null,
  id                  uuid not null,
  principal_id        uuid not null,
  provider_account_id uuid not null,
  model_id            uuid not null,
  -- Null until the provider has taken it.
  upstream_id         text,
  -- What was held when it was submitted, as the journal has it for other calls.
  facts               jsonb not null,
  -- The object that the caller sees, as it was last heard of.
  answer              jsonb not null,
  created_at          timestamptz not null default now(),
  settled_at          timestamptz,
  primary key (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);
create index batch_open on batch (tenant_id) where settled_at is null;

-- Responses that run in the background at their providers: whose they are, and what is held for each until
-- its result is known. What was asked and answered is not kept here but where it runs.

create table background_response (
  tenant_id           uuid not null,
  account_id          uuid not null,
  id                  uuid not null,
  principal_id        uuid not null,
  provider_account_id uuid not null,
  model_id            uuid not null,
  -- Null until the provider has taken it.
  upstream_id         text,
  -- The one that it goes on from.
  previous_id         uuid,
  -- What was held when it was submitted, as the journal has it for other calls.
  facts               jsonb not null,
  -- Our own count of its input, for where the provider tells none.
  input_tokens        bigint not null,
  -- All that it used, once that is known: whoever goes on from it pays for reading it again.
  used_tokens         bigint,
  created_at          timestamptz not null default now(),
  settled_at          timestamptz,
  deleted_at          timestamptz,
  primary key (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);
create index background_response_open on background_response (tenant_id) where settled_at is null;

-- Calls that came with an Idempotency-Key: who used which key for what, and what became of it. A key is
-- kept as its hash, and an answer encrypted with the tenant's key
-- (docs/decisions/0023-a-key-spends-once.md).

create table spending_key (
  tenant_id    uuid not null,
  account_id   uuid not null,
  principal_id uuid not null,
  route        text not null,
  key_hash     bytea not null,
  request_hash bytea not null,
  -- The call that has it, and the gateway in which that runs, in the epoch that it had then.
  request_id   uuid not null,
  source_id    uuid not null,
  source_epoch bigint not null,
  state        text not null check (state in ('running', 'answered', 'spent')),
  -- Of an answer that was given in full; null where it was too large to be kept.
  answer       bytea,
  answer_bytes integer not null default 0,
  began_at     timestamptz not null default now(),
  primary key (tenant_id, account_id, principal_id, route, key_hash),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

-- What callers asked of the gateway and what became of it, for accounts that keep it
-- (docs/decisions/0015-the-request-log-is-no-second-bill.md): one row a request. Tokens, cost, holds and attempts are in usage_record, by request_id.
create table request_log (
  tenant_id      uuid not null,
  account_id     uuid not null,
  id             uuid not null,
  at             timestamptz not null,
  route          text not null,
  principal_id   uuid not null,
  principal_kind text not null,
  principal_name text not null,
  token_id       uuid not null,
  token_name     text not null,
  model_asked    text not null,
  model_served   text,
  streamed       boolean not null,
  outcome        text not null check (outcome in ('ok', 'refused', 'failed', 'cancelled')),
  code           text,
  message        text,
  duration_ms    integer not null,
  first_byte_ms  integer,
  request_bytes  bigint not null,
  answer_bytes   bigint not null,
  primary key (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);
create index request_log_at on request_log (tenant_id, account_id, at desc, id desc);

-- The bodies, apart: lists never read them. Encrypted with the tenant's key, as secrets are.
create table request_log_body (
  tenant_id  uuid not null,
  account_id uuid not null,
  id         uuid not null,
  ciphertext bytea not null,
  primary key (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, id)
    references request_log (tenant_id, account_id, id) on delete cascade
);

create table invoice (
  tenant_id   uuid not null,
  account_id  uuid not null,
  id          uuid not null,
  period_id   text not null,
  starts_at   timestamptz not null,
  ends_at     timestamptz not null,
  state       text not null default 'open' check (state in ('open', 'closed')),
  total_nanos bigint not null default 0,
  lines       jsonb not null default '[]',
  closed_at   timestamptz,
  created_at  timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, account_id, period_id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);

create table ledger_entry (
  tenant_id       uuid not null,
  account_id      uuid not null,
  id              uuid not null,
  at              timestamptz not null,
  kind            text not null check (kind in ('credit', 'adjustment')),
  amount_nanos    bigint not null,
  usage_record_id uuid,
  note            text not null default '',
  -- The version of the price that a correction went by; null for what people decide one by one.
  price_id        uuid,
  created_by      text not null default '',
  primary key (tenant_id, id),
  -- A credit takes from what is owed; an adjustment goes both ways.
  check (amount_nanos >= 0 or kind = 'adjustment'),
  foreign key (tenant_id, account_id) references account (tenant_id, id),
  foreign key (tenant_id, account_id, usage_record_id)
    references usage_record (tenant_id, account_id, id)
);
create index ledger_entry_at on ledger_entry (tenant_id, account_id, at) include (kind, amount_nanos);
create index ledger_entry_charge on ledger_entry (tenant_id, account_id, usage_record_id)
  where usage_record_id is not null;

-- Credits of a charge never exceed it. Whoever books one holds the tenant's lock, so that no other comes
-- in between.
create function keep_credits_within_charge() returns trigger language plpgsql as $$
begin
  if exists (select from (
      select u.cost_nanos, (select coalesce(sum(e.amount_nanos), 0) from ledger_entry e
        where e.tenant_id = u.tenant_id and e.account_id = u.account_id
          and e.usage_record_id = u.id and e.kind = 'credit') as credited
      from usage_record u
      where (u.tenant_id, u.account_id, u.id) in
        (select n.tenant_id, n.account_id, n.usage_record_id from booked n where n.kind = 'credit')
    ) charge where charge.credited > charge.cost_nanos) then
    raise exception 'credits would exceed their charge' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger keep_credits_within_charge after insert on ledger_entry
  referencing new table as booked
  for each statement execute function keep_credits_within_charge();

-- ───────────────────────────────────────────────────────────── audit, idempotency

create table audit_event (
  tenant_id     uuid not null references tenant (id) on delete cascade,
  account_id    uuid not null,
  sequence      bigint not null,
  id            uuid not null,
  at            timestamptz not null,
  actor_id      text not null,
  actor_name    text not null,
  token_id      text,
  session_id    text,
  operation     text not null,
  target_kind   text not null,
  target_id     text not null,
  target_name   text not null,
  before        jsonb,
  after         jsonb,
  request_id    text not null,
  address       text,
  previous_hash bytea not null,
  hash          bytea not null,
  primary key (tenant_id, sequence),
  unique (tenant_id, id)
);
create index audit_event_account on audit_event (tenant_id, account_id, sequence desc);
-- What was done to one thing, the newest first.
create index audit_event_target on audit_event (tenant_id, account_id, target_id, sequence desc);

-- What was done in reviews is read back from the audit log: the newest of few among many.
create index audit_event_review on audit_event (tenant_id, account_id, sequence desc)
  where operation in
    ('access-review.complete', 'access-review.revoke-grants', 'access-review.revoke-shares');

-- Refusals: apart from the chain, limited, and never in the way of an answer.
create table audit_denial (
  tenant_id  uuid not null references tenant (id) on delete cascade,
  account_id uuid not null,
  id         uuid not null,
  at         timestamptz not null default now(),
  actor_id   text not null,
  operation  text not null,
  target_id  text not null,
  reason     text not null,
  request_id text not null,
  address    text,
  primary key (tenant_id, id)
);
create index audit_denial_account on audit_denial (tenant_id, account_id, at desc);

create table idempotency_key (
  tenant_id    uuid not null,
  account_id   uuid not null,
  principal_id uuid not null,
  operation    text not null,
  key          text not null check (length(key) between 1 and 255),
  request_hash bytea not null,
  response     bytea not null,
  status       integer not null,
  created_at   timestamptz not null default now(),
  primary key (tenant_id, account_id, principal_id, operation, key),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

-- Mail to send, written in the transaction that causes it and sent by the worker: never for a
-- change that was rolled back, and at least once for one that was not. The body holds links that
-- work as passwords, so it is encrypted with the tenant's key, and deleted once sent.
create table mail (
  tenant_id   uuid not null references tenant (id) on delete cascade,
  id          uuid not null,
  recipient   text not null,
  subject     text not null,
  body        bytea not null,
  attempts    integer not null default 0,
  next_try_at timestamptz not null default now(),
  last_error  text,
  created_at  timestamptz not null default now(),
  primary key (tenant_id, id)
);

-- Where an account wants to be told of things: an address of its own that takes signed messages. The
-- secret that signs is encrypted for its row; after a rotation the one before goes on for a time.
create table webhook (
  tenant_id       uuid not null,
  account_id      uuid not null,
  id              uuid not null,
  name            text not null check (name ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$'),
  display_name    text not null check (length(display_name) between 1 and 200),
  address         text not null check (length(address) between 1 and 2000),
  secret          bytea not null,
  previous_secret bytea,
  previous_until  timestamptz,
  created_by      text not null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  revision        bigint not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, account_id, id),
  unique (tenant_id, account_id, name),
  check ((previous_secret is null) = (previous_until is null)),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

-- One message to one webhook, with the same id however often it is tried.
create table webhook_delivery (
  tenant_id   uuid not null,
  account_id  uuid not null,
  id          uuid not null,
  webhook_id  uuid not null,
  event       text not null,
  body        text not null,
  state       text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts    integer not null default 0,
  next_try_at timestamptz not null default now(),
  last_try_at timestamptz,
  last_status integer,
  last_error  text,
  created_at  timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id, webhook_id)
    references webhook (tenant_id, account_id, id) on delete cascade
);
create index webhook_delivery_webhook on webhook_delivery (tenant_id, webhook_id, created_at);
create index webhook_delivery_due on webhook_delivery (tenant_id, next_try_at)
  where state = 'pending';

-- At which parts of a budget or usage limit somebody is told, and who. What root sets on an account is
-- told to whom root names: set_in_id is the account in which it was said.
create table limit_alert (
  tenant_id      uuid not null,
  account_id     uuid not null,
  budget_id      uuid,
  usage_limit_id uuid,
  limit_id       uuid not null generated always as (coalesce(budget_id, usage_limit_id)) stored,
  set_in_id      uuid not null,
  percents       integer[] not null check (cardinality(percents) between 1 and 10
    and 1 <= all (percents) and 100 >= all (percents)),
  to_admins      boolean not null,
  mails          text[] not null check (cardinality(mails) <= 10),
  since          timestamptz not null default now(),
  primary key (tenant_id, limit_id),
  unique (tenant_id, limit_id, set_in_id),
  check (num_nonnulls(budget_id, usage_limit_id) = 1),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, set_in_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, budget_id)
    references budget (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, account_id, usage_limit_id)
    references usage_limit (tenant_id, account_id, id) on delete cascade
);

create table limit_alert_webhook (
  tenant_id  uuid not null,
  account_id uuid not null,
  limit_id   uuid not null,
  webhook_id uuid not null,
  primary key (tenant_id, limit_id, webhook_id),
  foreign key (tenant_id, limit_id, account_id)
    references limit_alert (tenant_id, limit_id, set_in_id) on delete cascade,
  foreign key (tenant_id, account_id, webhook_id)
    references webhook (tenant_id, account_id, id) on delete cascade
);
create index limit_alert_webhook_webhook on limit_alert_webhook (tenant_id, webhook_id);

-- That it was told: once for each limit, period and percentage, however many look. Windows that are
-- shorter than an hour are told under their hour.
create table alert (
  tenant_id      uuid not null,
  account_id     uuid not null,
  id             uuid not null,
  budget_id      uuid,
  usage_limit_id uuid,
  limit_id       uuid not null generated always as (coalesce(budget_id, usage_limit_id)) stored,
  told_under     text not null,
  percent        integer not null,
  settled        bigint not null,
  amount         bigint not null,
  ends_at        timestamptz,
  at             timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, limit_id, told_under, percent),
  check (num_nonnulls(budget_id, usage_limit_id) = 1),
  foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id, budget_id)
    references budget (tenant_id, account_id, id) on delete cascade,
  foreign key (tenant_id, account_id, usage_limit_id)
    references usage_limit (tenant_id, account_id, id) on delete cascade
);

-- ───────────────────────────────────────────────────────────── triggers

-- Every policy-relevant row change takes the next revision (once per transaction), leaves a change
-- row, and tells whoever listens. A trigger, so that no writer can forget.
create function record_change() returns trigger language plpgsql as $$
declare
  row_now jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
  of_tenant uuid := coalesce(row_now ->> 'tenant_id', row_now ->> 'id')::uuid;
  current_revision bigint;
begin
  perform from tenant where id = of_tenant;
  if not found then
    return null; -- the tenant itself is going away, and its change rows with it
  end if;
  update tenant_revision set revision = revision + 1, bumped_by = pg_current_xact_id()
    where tenant_id = of_tenant and bumped_by is distinct from pg_current_xact_id();
  select revision into current_revision from tenant_revision where tenant_id = of_tenant;
  if current_revision is null then
    return null; -- the tenant is just being made: its first row comes before its revision
  end if;
  insert into change (tenant_id, revision, noun, row_id) values (of_tenant, current_revision,
    tg_table_name, coalesce(row_now ->> 'id', row_now ->> 'principal_id', row_now ->> 'token_id', ''));
  perform pg_notify('commonhold_change', of_tenant::text || ' ' || current_revision::text);
  return null;
end $$;

-- revision and updated_at of an object move by themselves.
create function touch_object() returns trigger language plpgsql as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  return new;
end $$;

-- The identity of a row, but for the columns that the trigger itself names.
create function keep_identity() returns trigger language plpgsql as $$
declare
  was jsonb := to_jsonb(old);
  now_ jsonb := to_jsonb(new);
  field text;
begin
  foreach field in array
    array['tenant_id', 'account_id', 'root_account_id', 'to_account_id', 'is_root', 'id',
      'parent_id', 'kind', 'resource_id', 'principal_id', 'team_id', 'token_id', 'share_id',
      'user_id', 'created_by', 'created_at']
  loop
    if was -> field is distinct from now_ -> field and field <> all (coalesce(tg_argv, '{}')) then
      raise exception '% of % can''t change', field, tg_table_name using errcode = 'check_violation';
    end if;
  end loop;
  return new;
end $$;

-- A role belongs to the account or to root; what is granted via a share must stand under it.
create function check_grant() returns trigger language plpgsql as $$
begin
  perform from role r join account a on a.tenant_id = r.tenant_id and a.id = r.account_id
    where r.tenant_id = new.tenant_id and r.id = new.role_id
      and (r.account_id = new.account_id or a.is_root);
  if not found then
    raise exception 'the role belongs to another account' using errcode = 'check_violation';
  end if;
  if new.via_resource_id is not null and new.via_resource_id <> new.resource_id then
    perform from resource r where r.tenant_id = new.tenant_id and r.id = new.resource_id
      and r.parent_id = new.via_resource_id
      and r.account_id = (select root_account_id from tenant where id = new.tenant_id);
    if not found then
      raise exception 'the object is not under what was shared' using errcode = 'check_violation';
    end if;
  end if;
  return new;
end $$;
create trigger check_grant before insert or update on "grant"
  for each row execute function check_grant();

-- A child lives with its parent, in one account; the exception (1-domain.md) is a workspace of
-- one's own in a cluster that root shares.
create function check_resource_parent() returns trigger language plpgsql as $$
begin
  if new.parent_id is null then
    return new;
  end if;
  perform from resource p where p.tenant_id = new.tenant_id and p.id = new.parent_id
    and (p.account_id = new.account_id or (p.kind = 'cluster' and new.kind = 'workspace' and exists (
      select from share s where s.tenant_id = p.tenant_id and s.resource_id = p.id
        and s.to_account_id = new.account_id)));
  if not found then
    raise exception 'the parent belongs to another account' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger check_resource_parent before insert on resource
  for each row execute function check_resource_parent();

create trigger keep_identity before update on resource
  for each row execute function keep_identity('account_id');

-- An offer begins open, in the transaction that makes it, and is accepted once.
create function check_transfer() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state = 'offered' then
    new.created_in := pg_current_xact_id();
    return new;
  end if;
  if tg_op = 'UPDATE' and old.state = 'offered' and new.state = 'accepted'
    and new.with_secrets = old.with_secrets and new.created_in = old.created_in
    and new.accepted_in = pg_current_xact_id() and old.expires_at > now() then
    return new;
  end if;
  raise exception 'a transfer is offered, then accepted once' using errcode = 'check_violation';
end $$;
create trigger check_transfer before insert or update on transfer
  for each row execute function check_transfer();

-- A resource changes hands in the transaction that accepts its transfer, or that of what it is in,
-- and only once nothing hangs on it. Grants and shares are tied to the owner by their keys.
create function check_owner() returns trigger language plpgsql as $$
begin
  perform from transfer t where t.tenant_id = new.tenant_id and t.account_id = old.account_id
    and t.to_account_id = new.account_id and t.resource_id in (new.id, new.parent_id)
    and t.accepted_in = pg_current_xact_id();
  if not found then
    raise exception 'account_id of resource can''t change but by a transfer' using errcode = 'check_violation';
  end if;
  perform from budget b where b.tenant_id = new.tenant_id and b.resource_id = new.id
    union all select from usage_limit l where l.tenant_id = new.tenant_id and l.resource_id = new.id;
  if found then
    raise exception 'a budget or a usage limit hangs on the resource' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger check_owner before update of account_id on resource
  for each row when (old.account_id is distinct from new.account_id)
  execute function check_owner();

-- After the whole statement: what moved lives with its parent, and what is in it has come along.
create trigger check_moved_parent after update of account_id on resource
  for each row execute function check_resource_parent();
create function check_resource_children() returns trigger language plpgsql as $$
begin
  perform from resource c where c.tenant_id = new.tenant_id and c.parent_id = new.id
    and c.account_id <> new.account_id and not (new.kind = 'cluster' and c.kind = 'workspace' and exists (
      select from share s where s.tenant_id = c.tenant_id and s.resource_id = new.id
        and s.to_account_id = c.account_id));
  if found then
    raise exception 'what is in it belongs to another account' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger check_moved_children after update of account_id on resource
  for each row execute function check_resource_children();

-- What a deleted team answered for keeps its name.
create function keep_former_owner() returns trigger language plpgsql as $$
begin
  update virtual_account set owner_team_id = null, former_owner_team = old.name
    where tenant_id = old.tenant_id and owner_team_id = old.id;
  return old;
end $$;
create trigger keep_former_owner before delete on team
  for each row execute function keep_former_owner();

create function count_created_resources() returns trigger language plpgsql as $$
begin
  insert into resource_count (tenant_id, account_id, kind, parent_id, count)
    select tenant_id, account_id, kind, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'),
      count(*) from created group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (tenant_id, account_id, kind, parent_id)
    do update set count = resource_count.count + excluded.count;
  return null;
end $$;

create function count_deleted_resources() returns trigger language plpgsql as $$
begin
  update resource_count c set count = c.count - gone.count from (
    select tenant_id, account_id, kind,
      coalesce(parent_id, '00000000-0000-0000-0000-000000000000') as parent_id, count(*) as count
    from deleted group by 1, 2, 3, 4) gone
  where (c.tenant_id, c.account_id, c.kind, c.parent_id)
    = (gone.tenant_id, gone.account_id, gone.kind, gone.parent_id);
  delete from resource_count c using (select distinct tenant_id, account_id, kind from deleted) gone
    where (c.tenant_id, c.account_id, c.kind) = (gone.tenant_id, gone.account_id, gone.kind)
      and c.count = 0;
  return null;
end $$;

-- Only a transfer moves a resource to another account; kind and parent never change.
create function count_moved_resources() returns trigger language plpgsql as $$
begin
  perform from deleted o join created n on (n.tenant_id, n.id) = (o.tenant_id, o.id)
    where n.account_id <> o.account_id limit 1;
  if not found then
    return null;
  end if;
  insert into resource_count (tenant_id, account_id, kind, parent_id, count)
    select tenant_id, account_id, kind, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'),
      sum(change) from (
        select tenant_id, account_id, kind, parent_id, -1 as change from deleted
        union all select tenant_id, account_id, kind, parent_id, 1 from created) moved
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (tenant_id, account_id, kind, parent_id)
    do update set count = resource_count.count + excluded.count;
  delete from resource_count c using (select distinct tenant_id, account_id, kind from deleted) gone
    where (c.tenant_id, c.account_id, c.kind) = (gone.tenant_id, gone.account_id, gone.kind)
      and c.count = 0;
  return null;
end $$;

create trigger count_created after insert on resource
  referencing new table as created for each statement execute function count_created_resources();
create trigger count_deleted after delete on resource
  referencing old table as deleted for each statement execute function count_deleted_resources();
create trigger count_moved after update on resource
  referencing old table as deleted new table as created
  for each statement execute function count_moved_resources();

-- A virtual account acts in its home and nowhere else.
create function check_membership() returns trigger language plpgsql as $$
begin
  perform from principal p join membership m
      on m.tenant_id = p.tenant_id and m.principal_id = p.id and m.account_id <> new.account_id
    where p.tenant_id = new.tenant_id and p.id = new.principal_id and p.kind = 'virtual-account';
  if found then
    raise exception 'a virtual account has one home' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger check_membership before insert on membership
  for each row execute function check_membership();

-- A model is limited where it can be used: in the account that owns it, or that it is shared to.
create function check_limited_model() returns trigger language plpgsql as $$
declare
  model uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  if model is null then
    return new;
  end if;
  perform from resource r join tenant t on t.id = r.tenant_id
    where r.tenant_id = new.tenant_id and r.id = model and r.kind = 'model'
      and (r.account_id = new.account_id or (r.account_id = t.root_account_id and exists (
        select from share s where s.tenant_id = r.tenant_id and s.to_account_id = new.account_id
          and s.resource_id in (r.id, r.parent_id))));
  if not found then
    raise exception 'the account can''t reach this model' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger check_limited_model before insert or update of resource_id on budget
  for each row execute function check_limited_model('resource_id');
create trigger check_limited_model before insert or update of resource_id on usage_limit
  for each row execute function check_limited_model('resource_id');
create trigger check_fallback_model before insert or update of fallback_model_id on budget
  for each row execute function check_limited_model('fallback_model_id');

-- A raise is a record: what it was stays.
create function keep_raise() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null or to_jsonb(new) - array['ended_at', 'ended_by', 'limit_id']
    <> to_jsonb(old) - array['ended_at', 'ended_by', 'limit_id'] then
    raise exception 'a raise is never edited, only ended' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keep_raise before update on limit_raise
  for each row execute function keep_raise();

-- Gateways read a limit anew when it changes: whoever ends a raise takes back what was leased under it.
create function touch_raised_limit() returns trigger language plpgsql as $$
begin
  update budget set updated_at = now() where tenant_id = new.tenant_id and id = new.budget_id;
  update usage_limit set updated_at = now()
    where tenant_id = new.tenant_id and id = new.usage_limit_id;
  return null;
end $$;
create trigger touch_raised_limit after insert or update on limit_raise
  for each row execute function touch_raised_limit();

-- Only root says who else is told of an account's limit, and only of one that root has set.
create function check_limit_alert() returns trigger language plpgsql as $$
begin
  if new.set_in_id = new.account_id then
    return new;
  end if;
  perform from tenant t where t.id = new.tenant_id and t.root_account_id = new.set_in_id and (
    exists (select from budget b where b.tenant_id = t.id and b.id = new.budget_id and b.imposed)
    or exists (select from usage_limit l
      where l.tenant_id = t.id and l.id = new.usage_limit_id and l.imposed));
  if not found then
    raise exception 'alerts of a limit are set in its account' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger check_limit_alert before insert or update on limit_alert
  for each row execute function check_limit_alert();

-- Workers know which tenants to look at: only those that want to be told.
create function tell_limit_alert() returns trigger language plpgsql as $$
begin
  perform pg_notify('commonhold_limit_alert', new.tenant_id::text);
  return null;
end $$;
create trigger tell_limit_alert after insert on limit_alert
  for each row execute function tell_limit_alert();

-- Who owns a model prices it.
create function check_price() returns trigger language plpgsql as $$
begin
  perform from resource r where r.tenant_id = new.tenant_id and r.account_id = new.account_id
    and r.id = new.resource_id and r.kind = 'model';
  if not found then
    raise exception 'the model belongs to another account' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger check_price before insert on price
  for each row execute function check_price();

-- A closed invoice was sent to somebody.
create function keep_closed() returns trigger language plpgsql as $$
begin
  if old.state = 'closed' then
    raise exception 'the invoice is closed' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keep_closed before update on invoice
  for each row execute function keep_closed();

-- Versions and bills are written once.
create function refuse_update() returns trigger language plpgsql as $$
begin
  raise exception '% is written once', tg_table_name using errcode = 'check_violation';
end $$;

do $$
declare name text;
begin
  foreach name in array array['tenant', 'tenant_setting', 'account', 'membership', 'user',
    'virtual_account', 'team', 'team_member', 'token', 'credential', 'resource', 'secret_value',
    'share', 'role', 'grant', 'price', 'budget', 'usage_limit']
  loop
    execute format('create trigger record_change after insert or update or delete on %I
      for each row execute function record_change()', name);
  end loop;
  foreach name in array array['account', 'user', 'virtual_account', 'team', 'token', 'resource',
    'share', 'role', 'budget', 'usage_limit', 'tenant_setting', 'webhook']
  loop
    execute format('create trigger touch_object before update on %I
      for each row execute function touch_object()', name);
  end loop;
  foreach name in array array['tenant', 'account', 'principal', 'membership', 'user',
    'virtual_account', 'team', 'team_member', 'token', 'share', 'role', 'grant', 'price', 'budget',
    'usage_limit', 'pool', 'usage_record', 'invoice', 'session', 'invitation', 'transfer',
    'webhook']
  loop
    execute format('create trigger keep_identity before update on %I
      for each row execute function keep_identity()', name);
  end loop;
  foreach name in array array['prompt_version', 'price', 'ledger_entry', 'usage_record',
    'audit_event', 'audit_denial']
  loop
    execute format('create trigger refuse_update before update on %I
      for each row execute function refuse_update()', name);
  end loop;
end $$;

-- ───────────────────────────────────────────────────────────── row-level security and rights

-- The application role owns nothing and sees one tenant at a time: the one that its transaction
-- named. `nullif`, because after COMMIT the setting is '' and not NULL; `(select …)`, because it is
-- then evaluated once per statement instead of once per row.
do $$
declare
  name text;
  wall constant text :=
    'tenant_id = (select nullif(current_setting(''commonhold.tenant_id'', true), '''')::uuid)';
begin
  for name in
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = 'tenant_id' and not a.attisdropped
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy everyone on %I using (true) with check (true)', name);
    if name not in ('credential', 'tenant_revision') then
      execute format('create policy tenant_wall on %I as restrictive using (%s) with check (%s)',
        name, wall, wall);
    end if;
    execute format('grant select, insert, update, delete on %I to commonhold_app', name);
  end loop;

  -- Who presents a credential has to find its tenant first: the one row whose hash the transaction
  -- names is visible, and nothing of it can be written from there.
  execute format('create policy tenant_wall on credential as restrictive for select using
    (%s or hash = (select decode(nullif(current_setting(''commonhold.credential_hash'', true), ''''), ''hex'')))',
    wall);
  execute format('create policy tenant_wall_insert on credential as restrictive for insert
    with check (%s)', wall);
  execute format('create policy tenant_wall_update on credential as restrictive for update
    using (%s) with check (%s)', wall, wall);
  execute format('create policy tenant_wall_delete on credential as restrictive for delete
    using (%s)', wall);
end $$;

-- Revisions are numbers, not data: gateways compare those of all tenants with what they have loaded.
create policy tenant_wall on tenant_revision as restrictive for select using (
  tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid)
  or (select current_setting('commonhold.control_plane', true)) = 'on');
create policy tenant_wall_insert on tenant_revision as restrictive for insert with check (
  tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
create policy tenant_wall_update on tenant_revision as restrictive for update using (
  tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
create policy tenant_wall_delete on tenant_revision as restrictive for delete using (
  tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));

-- The tenant row itself: its own tenant, or the control plane (sign-in by name, the operator).
alter table tenant enable row level security;
alter table tenant force row level security;
create policy everyone on tenant using (true) with check (true);
create policy tenant_wall on tenant as restrictive using (
  id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid)
  or (select current_setting('commonhold.control_plane', true)) = 'on');

grant select, insert, update, delete on tenant, deployment_setting, operator_session, gateway_source
  to commonhold_app;
revoke update, delete on audit_event, audit_denial, ledger_entry, usage_record, prompt_version, price
  from commonhold_app;
revoke delete on invoice from commonhold_app;
revoke update, delete on limit_raise from commonhold_app;
revoke update, delete on charged_budgets from commonhold_app;
grant update (ended_at, ended_by) on limit_raise to commonhold_app;
grant usage on schema public to commonhold_app;

-- Before this moment nothing is known of use: "not used" can't be said of what lies before it.
insert into deployment_setting (name, value) values ('access_use_since', to_jsonb(now()))
  on conflict (name) do nothing;
