-- Limits on what an account spends through a share, and on all accounts together, are root's. A
-- default for every user or virtual account is counted for each of them on its own.
alter table share add unique (tenant_id, root_account_id, id);

do $$
declare name text;
begin
  foreach name in array array['budget', 'usage_limit']
  loop
    execute format('alter table %I drop constraint %I', name, name || '_level_check');
    execute format('alter table %I add constraint %I check (level in
      (''tenant'', ''account'', ''each-user'', ''each-virtual-account'', ''team'', ''user'',
      ''virtual-account'', ''token'', ''model'', ''share''))', name, name || '_level_check');
    execute format('alter table %I drop constraint %I', name, name || '_tenant_id_account_id_share_id_fkey');
    execute format('update %I b set account_id = s.root_account_id from share s
      where s.tenant_id = b.tenant_id and s.id = b.share_id', name);
    execute format('alter table %I add foreign key (tenant_id, account_id, share_id)
      references share (tenant_id, root_account_id, id) on delete cascade', name);
    execute format('alter table %I add column of_root_id uuid
      generated always as (case when level in (''tenant'', ''share'') then account_id end) stored', name);
    execute format('alter table %I add foreign key (tenant_id, of_root_id)
      references tenant (id, root_account_id)', name);
  end loop;
end $$;
