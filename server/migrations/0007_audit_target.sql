-- What was done to one thing, the newest first: Explain asks who changed a link last, which must not
-- mean to read the account's whole log.
create index audit_event_target on audit_event (tenant_id, account_id, target_id, sequence desc);
