-- When power was last used: for access reviews. docs/guides/review-access.md says what counts.

-- Who used which permission on what, and when last. Apart from grants, and without a revision: use is
-- no change of policy. resource_id is the account's own id where the use was about no resource.
-- Pages are left room, so that a later use of the same rewrites its row in place.
create table access_use (
  tenant_id    uuid not null,
  account_id   uuid not null,
  principal_id uuid not null,
  permission   text not null,
  resource_id  uuid not null,
  last_used_at timestamptz not null,
  primary key (tenant_id, account_id, principal_id, permission, resource_id),
  foreign key (tenant_id, account_id, principal_id)
    references membership (tenant_id, account_id, principal_id) on delete cascade
) with (fillfactor = 80);
create index access_use_resource on access_use (tenant_id, resource_id, account_id);

alter table access_use enable row level security;
alter table access_use force row level security;
create policy everyone on access_use using (true) with check (true);
create policy tenant_wall on access_use as restrictive
  using (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
grant select, insert, update, delete on access_use to commonhold_app;

-- What was done in reviews is read back from the audit log: the newest of few among many.
create index audit_event_review on audit_event (tenant_id, account_id, sequence desc)
  where operation in
    ('access-review.complete', 'access-review.revoke-grants', 'access-review.revoke-shares');

-- Before this moment nothing is known of use: "not used" can't be said of what lies before it.
insert into deployment_setting (name, value) values ('access_use_since', to_jsonb(now()))
  on conflict (name) do nothing;
