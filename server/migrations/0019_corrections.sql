-- Corrections of charges (docs/decisions/0024-a-wrong-charge-is-credited.md). A credit gives back to the
-- budgets in which its charge was counted, so a charge says which those are. Many calls count in the same
-- ones, so they share a row that names them.
create table charged_budgets (
  tenant_id  uuid not null references tenant (id) on delete cascade,
  id         uuid not null,
  owner_ids  uuid[] not null,
  period_ids text[] not null,
  primary key (tenant_id, id),
  check (cardinality(owner_ids) = cardinality(period_ids))
);
alter table charged_budgets enable row level security;
alter table charged_budgets force row level security;
create policy everyone on charged_budgets using (true) with check (true);
create policy tenant_wall on charged_budgets as restrictive
  using (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
grant select, insert on charged_budgets to commonhold_app;

alter table usage_record add column charged_budgets_id uuid;

-- What is settled only rises. What credits gave back stands beside it, and adds to the room.
alter table pool add column credited bigint not null default 0;
alter table pool add constraint pool_credited_check check (credited >= 0 and credited <= settled);

-- The version of the price that a correction went by; null for what people decide one by one.
alter table ledger_entry add column price_id uuid;
alter table ledger_entry add column created_by text not null default '';
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
