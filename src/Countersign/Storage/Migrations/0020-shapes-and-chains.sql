alter table draft add column shape text;
alter table draft_version add column shape text;
alter table publication add column place text not null default 'Post';
alter table publication add column number $int not null default 1;
alter table publication add column of $int not null default 1;
alter table publication add column follows_id $id;
alter table publication add column differs text;
create index publication_follows on publication (follows_id);
