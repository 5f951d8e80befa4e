-- Replies that were agreed beforehand, and what let an answer out without being read again.
create table reply_template (
  id $id not null primary key,
  owner_id $id not null references person (id),
  created_by $id not null references person (id),
  created_at $instant not null,
  latest $int not null,
  live $int,
  editors text not null,
  withdrawn_at $instant,
  withdrawn_by $id references person (id),
  revision $int not null
);

create table reply_template_version (
  template_id $id not null references reply_template (id),
  version $int not null,
  content text not null,
  content_commitment text not null,
  editor_id $id not null references person (id),
  at $instant not null,
  stage text not null,
  assessment text,
  digest text,
  sent_at $instant,
  sent_by $id references person (id),
  requirements text not null,
  signatures text not null,
  remarks text not null,
  revision $int not null,
  primary key (template_id, version)
);

alter table draft add column clearance text;
alter table draft add column template_id $id references reply_template (id);
create index draft_template on draft (template_id) where template_id is not null;
