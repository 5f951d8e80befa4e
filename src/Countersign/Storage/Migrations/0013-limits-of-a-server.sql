alter table account add column limits text;
