-- An answer from the cache is billed at its own price, and no provider's numbers are behind it.
alter table usage_record drop constraint usage_record_numbers_from_check;
alter table usage_record add constraint usage_record_numbers_from_check
  check (numbers_from in ('provider', 'estimate', 'worst-case', 'cache'));
