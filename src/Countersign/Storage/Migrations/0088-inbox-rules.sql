-- Rules of the inbox, each with all its versions; and on a message, those that did something about it.
create table inbox_rule (
  id $id not null primary key,
  site_id $id references site (id),
  created_by $id not null references person (id),
  created_at $instant not null,
  place $int not null,
  latest $int not null,
  live $int,
  live_since $instant,
  live_by $id references person (id),
  revision $int not null
);

create table inbox_rule_version (
  rule_id $id not null references inbox_rule (id),
  version $int not null,
  content text not null,
  content_commitment text not null,
  editor_id $id not null references person (id),
  at $instant not null,
  trial text,
  revision $int not null,
  primary key (rule_id, version)
);

alter table message add column rules text not null default '[]';

-- Whom rules want to be told of a conversation, until they were: the messages' entries hold it.
alter table conversation add column rule_tells text not null default '[]';
