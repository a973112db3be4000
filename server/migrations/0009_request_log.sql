-- What callers asked of the gateway and what became of it, for accounts that keep it
-- (docs/decisions/0015-the-request-log-is-no-second-bill.md), and what an account lets the gateway do.

-- With the account's row, so that a gateway learns of it as it learns of the account's state.
alter table account add column gateway_settings jsonb not null default '{}';

-- One row a request. Tokens, cost, holds and attempts are in usage_record, by request_id.
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

do $$
declare name text;
begin
  foreach name in array array['request_log', 'request_log_body'] loop
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
