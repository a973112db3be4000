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

-- In the order of a list, its tie-breaker included, a page is read without sorting.
drop index resource_list;
create index resource_list on resource (tenant_id, account_id, kind, name, id);
create index resource_created on resource (tenant_id, account_id, kind, created_at, id);

alter table resource no force row level security;
insert into resource_count (tenant_id, account_id, kind, parent_id, count)
  select tenant_id, account_id, kind, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'),
    count(*) from resource group by 1, 2, 3, 4;
alter table resource force row level security;

alter table resource_count enable row level security;
alter table resource_count force row level security;
create policy everyone on resource_count using (true) with check (true);
create policy tenant_wall on resource_count as restrictive
  using (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
grant select, insert, update, delete on resource_count to commonhold_app;
