-- What runs through the gateways now, asked by the control plane and answered by each of them
-- (docs/decisions/0013-gateways-are-asked-what-runs.md).

-- A gateway says every few seconds that it lives, and when it stops.
alter table gateway_source add column stopped_at timestamptz;

-- One gateway's answer to one question: ids and numbers, kept for as long as the asker waits. The
-- question itself is only announced. Behind the tenant wall, unlike what a NOTIFY carries.
create table gateway_answer (
  tenant_id   uuid not null references tenant (id) on delete cascade,
  question_id uuid not null,
  source_id   uuid not null,
  calls       jsonb not null,
  at          timestamptz not null default now(),
  primary key (tenant_id, question_id, source_id)
);

alter table gateway_answer enable row level security;
alter table gateway_answer force row level security;
create policy everyone on gateway_answer using (true) with check (true);
create policy tenant_wall on gateway_answer as restrictive
  using (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('commonhold.tenant_id', true), '')::uuid));
grant select, insert, update, delete on gateway_answer to commonhold_app;
