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

create trigger touch_object before update on webhook
  for each row execute function touch_object();
create trigger keep_identity before update on webhook
  for each row execute function keep_identity();

do $$
declare
  name text;
  wall constant text :=
    'tenant_id = (select nullif(current_setting(''commonhold.tenant_id'', true), '''')::uuid)';
begin
  foreach name in array array['webhook', 'webhook_delivery', 'limit_alert', 'limit_alert_webhook',
    'alert']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy everyone on %I using (true) with check (true)', name);
    execute format('create policy tenant_wall on %I as restrictive using (%s) with check (%s)',
      name, wall, wall);
    execute format('grant select, insert, update, delete on %I to commonhold_app', name);
  end loop;
end $$;
