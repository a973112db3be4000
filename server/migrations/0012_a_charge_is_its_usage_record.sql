-- A charge is its usage record. It was written once more as an entry of the ledger, which said nothing
-- else and took longer to write than the record itself
-- (docs/decisions/0017-a-charge-is-its-usage-record.md). Entries are what people book.
alter table ledger_entry no force row level security;
alter table usage_record no force row level security;
delete from ledger_entry e using usage_record u
  where e.kind = 'usage_charge'
    and (e.tenant_id, e.account_id, e.usage_record_id) = (u.tenant_id, u.account_id, u.id)
    and e.amount_nanos = u.cost_nanos;
alter table usage_record force row level security;
alter table ledger_entry force row level security;

alter table ledger_entry drop constraint ledger_entry_kind_check;
alter table ledger_entry add constraint ledger_entry_kind_check
  check (kind in ('credit', 'adjustment'));
alter table usage_record add constraint usage_record_cost_nanos_check check (cost_nanos >= 0);

drop index usage_record_at;
create index usage_record_at on usage_record (tenant_id, account_id, at desc, id desc)
  include (cost_nanos);
