-- A resource goes from one account to another by an offer and its acceptance
-- (docs/decisions/0010-a-transfer-is-an-offer-and-its-acceptance.md), and a team may answer for a
-- virtual account (docs/decisions/0011-a-team-answers-for-a-virtual-account.md).

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

alter table transfer enable row level security;
alter table transfer force row level security;
create policy everyone on transfer using (true) with check (true);
create policy tenant_wall on transfer as restrictive
  using (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
grant select, insert, update, delete on transfer to commonhold_app;

create trigger keep_identity before update on transfer
  for each row execute function keep_identity();

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

-- The identity of a row, but for the columns that the trigger itself names.
create or replace function keep_identity() returns trigger language plpgsql as $$
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
drop trigger keep_identity on resource;
create trigger keep_identity before update on resource
  for each row execute function keep_identity('account_id');

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

-- The team that answers for a virtual account, and the name of the one that did until it was deleted.
alter table virtual_account
  add column owner_team_id uuid,
  add column former_owner_team text,
  add constraint virtual_account_owner_team foreign key (tenant_id, account_id, owner_team_id)
    references team (tenant_id, account_id, id) on delete set null (owner_team_id),
  add constraint virtual_account_one_owner check (num_nonnulls(owner_team_id, former_owner_team) <= 1);
create index virtual_account_owner on virtual_account (tenant_id, owner_team_id);

create function keep_former_owner() returns trigger language plpgsql as $$
begin
  update virtual_account set owner_team_id = null, former_owner_team = old.name
    where tenant_id = old.tenant_id and owner_team_id = old.id;
  return old;
end $$;
create trigger keep_former_owner before delete on team
  for each row execute function keep_former_owner();
