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

do $$
declare name text;
begin
  foreach name in array array['spending_key'] loop
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
