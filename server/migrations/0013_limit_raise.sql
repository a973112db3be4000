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

alter table limit_raise enable row level security;
alter table limit_raise force row level security;
create policy everyone on limit_raise using (true) with check (true);
create policy tenant_wall on limit_raise as restrictive
  using (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
grant select, insert on limit_raise to commonhold_app;
grant update (ended_at, ended_by) on limit_raise to commonhold_app;
