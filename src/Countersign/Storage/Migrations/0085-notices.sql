-- When somebody has to be told of a conversation, and what was said already: worked out from the rest of the row, so no entry holds it.
alter table conversation add column warn_at $instant;
alter table conversation add column tell_at $instant;
alter table conversation add column handed_by $id;
alter table conversation add column lapsed_from $id;
alter table conversation add column lapsed_at $instant;
alter table conversation add column urgent_for $instant;
alter table conversation add column warned_for $instant;
alter table conversation add column escalated_for $instant;
update conversation set tell_at = due_at where state = 'Open' and due_at is not null;
create index conversation_tell on conversation (tell_at) where tell_at is not null;

-- What a person was told: identifiers and kinds, never words.
create table notice (
  id $id not null primary key,
  person_id $id not null references person (id),
  kind text not null,
  subject $id not null,
  occasion text not null,
  account_id $id references account (id),
  is_urgent $bool not null,
  at $instant not null,
  read_at $instant,
  over_at $instant,
  way text not null,
  mail_at $instant,
  mail_id $id,
  unique (person_id, kind, subject, occasion)
);
create index notice_person on notice (person_id, at);
create index notice_unread on notice (person_id) where read_at is null and over_at is null;
create index notice_standing on notice (subject) where over_at is null;
create index notice_mail on notice (mail_at) where mail_at is not null;

-- How a person wants to be told. No row: as everybody is.
create table notice_choice (
  person_id $id not null primary key references person (id),
  choice text not null,
  revision $int not null
);

create index publication_settled on publication (state, settled_at);
