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

do $$
declare name text;
begin
  foreach name in array array['batch_file', 'batch'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy everyone on %I using (true) with check (true)', name);
    execute format('create policy tenant_wall on %I as restrictive
      using (tenant_id = (select nullif(current_setting(''commonhold.tenant_id'', true), '''')::uuid))
      with check (tenant_id = (select nullif(current_setting(''commonhold.tenant_id'', true), '''')::uuid))',
      name);
    execute format('grant select, insert, update, delete on %I to commonhold_app', name);
  end loop;
end $$;
