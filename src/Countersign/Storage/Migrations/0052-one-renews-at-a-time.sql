alter table account add column renewing_until $instant;
