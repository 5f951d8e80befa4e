create table standing_post (
  id $id not null primary key,
  account_id $id not null references account (id),
  remote_id text not null,
  address text,
  publication_id $id,
  origin text not null,
  state text not null,
  version $int not null,
  text text not null,
  text_commitment text,
  alts text not null,
  warning text,
  warning_commitment text,
  audience text,
  reply_to text,
  quotes text,
  link text,
  picture_ids text not null,
  edition text,
  created_at $instant,
  edited_at $instant,
  differences text not null,
  first_seen_at $instant not null,
  gone_at $instant,
  last_seen_at $instant not null,
  missing_since $instant,
  remote_ids text not null,
  revision $int not null
);
create unique index standing_post_remote on standing_post (account_id, remote_id);
create index standing_post_publication on standing_post (publication_id);
create index standing_post_state on standing_post (account_id, state, created_at);

create table standing_version (
  standing_id $id not null references standing_post (id),
  version $int not null,
  text text not null,
  text_commitment text,
  alts text not null,
  warning text,
  warning_commitment text,
  edition text,
  replaced_at $instant not null,
  revision $int not null,
  primary key (standing_id, version)
);

create table incident (
  id $id not null primary key,
  kind text not null,
  account_id $id not null references account (id),
  standing_id $id not null references standing_post (id),
  version $int not null,
  opened_at $instant not null,
  opened_by $id not null,
  differences text not null,
  rules text not null,
  release $int,
  take_down_id $id,
  outcome text,
  decided_by $id,
  closed_at $instant,
  reason text,
  reason_commitment text,
  revision $int not null
);
create index incident_open on incident (opened_at) where outcome is null;
create index incident_standing on incident (standing_id);
create index incident_account on incident (account_id, opened_at);

create table take_down (
  id $id not null primary key,
  account_id $id not null references account (id),
  remote_id text not null,
  address text,
  remote_version text,
  ordered_by $id not null references person (id),
  ordered_at $instant not null,
  state text not null,
  attempts $int not null,
  note text,
  settled_at $instant,
  revision $int not null
);
create index take_down_remote on take_down (account_id, remote_id);

create table standing_review (
  id $id not null primary key,
  cause text not null,
  release $int not null,
  at $instant not null,
  posts $int not null,
  withdrawals $int not null,
  revision $int not null
);

create table account_watch (
  account_id $id not null primary key references account (id),
  watched_from $instant,
  history_from $instant,
  whole_at $instant,
  read_at $instant,
  read_until $instant,
  has_gap $bool not null,
  trouble text,
  trouble_since $instant,
  failures $int not null,
  checked_at $instant,
  standing text,
  note text,
  ends_at $instant,
  missing text not null,
  quota_limit $long,
  quota_left $long,
  answered_at $instant,
  warned_days $int,
  warned_for $instant
);
