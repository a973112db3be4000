-- Throw-away tenants, in which an install checks its own isolation: nobody signs in to one by name,
-- no mail leaves it, and at this time it ends by itself.
alter table tenant add column check_until timestamptz;
