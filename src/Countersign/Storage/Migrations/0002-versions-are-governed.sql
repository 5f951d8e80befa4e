alter table draft_version add column text_commitment text;
alter table draft_version add column revision $int not null default 0;
