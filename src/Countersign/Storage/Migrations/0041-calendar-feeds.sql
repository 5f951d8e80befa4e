create table calendar_feed (
  id $id not null primary key,
  person_id $id not null references person (id),
  token_digest text not null unique,
  filter text not null,
  created_at $instant not null,
  revoked_at $instant,
  read_at $instant,
  revision $int not null
);
create index calendar_feed_person on calendar_feed (person_id);
