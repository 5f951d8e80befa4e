create table followed_feed (
  id $id not null primary key,
  address text not null unique,
  title text not null,
  theme text not null,
  state text not null,
  followed_at $instant not null,
  followed_by $id not null references person (id),
  revision $int not null,
  etag text,
  modified_at $instant,
  read_at $instant,
  trouble text,
  failures $int not null
);

create table feed_entry (
  id $id not null primary key,
  feed_id $id not null references followed_feed (id),
  key text not null,
  title text not null,
  text text not null,
  author text,
  link text,
  at $instant not null,
  seen_at $instant not null,
  changed_at $instant,
  hash text not null,
  unique (feed_id, key)
);
create index feed_entry_newest on feed_entry (at desc, id);

-- What the hub was told of the newsrooms' feeds.
create table hub_topic (
  id $id not null primary key,
  account_id $id references account (id),
  wanted text not null,
  told text,
  told_at $instant,
  failures $int not null,
  trouble text
);
