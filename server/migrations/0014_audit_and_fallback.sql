-- What a limit that only counts would have refused, in each of its periods. In enforced ones it stays 0.
alter table pool add column would_refuse bigint not null default 0 check (would_refuse >= 0);
alter table pool add column would_refuse_amount bigint not null default 0
  check (would_refuse_amount >= 0);
alter table usage_limit add column mode text not null default 'enforce'
  check (mode in ('enforce', 'audit'));

-- A model to call instead of refusing, where a budget has no room for the one that was asked for.
alter table budget add column fallback_model_id uuid;
alter table budget add constraint budget_fallback_model foreign key (tenant_id, fallback_model_id)
  references resource (tenant_id, id) on delete set null (fallback_model_id);
create index budget_fallback_model on budget (tenant_id, fallback_model_id)
  where fallback_model_id is not null;

create or replace function check_limited_model() returns trigger language plpgsql as $$
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
drop trigger check_limited_model on budget;
drop trigger check_limited_model on usage_limit;
create trigger check_limited_model before insert or update of resource_id on budget
  for each row execute function check_limited_model('resource_id');
create trigger check_limited_model before insert or update of resource_id on usage_limit
  for each row execute function check_limited_model('resource_id');
create trigger check_fallback_model before insert or update of fallback_model_id on budget
  for each row execute function check_limited_model('fallback_model_id');
