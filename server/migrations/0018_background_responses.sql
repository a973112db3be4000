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

do $$
declare name text;
begin
  foreach name in array array['background_response'] loop
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
