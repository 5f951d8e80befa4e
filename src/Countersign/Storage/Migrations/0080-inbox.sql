-- How far each kind of what others write to an account has been read.
create table inbox_reading (
  id $id not null primary key,
  account_id $id not null references account (id),
  kind text not null,
  cursor text,
  read_from $instant,
  read_until $instant,
  gap_since $instant,
  is_behind $bool not null,
  trouble text,
  trouble_since $instant,
  failures $int not null,
  refused text not null,
  unique (account_id, kind)
);

create table conversation (
  id $id not null primary key,
  account_id $id not null references account (id),
  thread_hash text not null,
  kind text not null,
  opened_at $instant not null,
  state text not null,
  messages $int not null,
  latest_id $id not null,
  latest_at $instant not null,
  waiting_since $instant,
  due_at $instant,
  priority text not null,
  priority_reason text not null,
  labels text not null,
  owner_id $id references person (id),
  claimed_at $instant,
  claimed_until $instant,
  snoozed_until $instant,
  answered_at $instant,
  answer_id $id,
  outcome text,
  closed_by $id,
  closed_at $instant,
  revision $int not null,
  unique (account_id, thread_hash)
);
create index conversation_waiting on conversation (state, waiting_since);
create index conversation_owner on conversation (owner_id, state);
create index conversation_due on conversation (state, due_at);

create table message (
  id $id not null primary key,
  conversation_id $id not null references conversation (id),
  account_id $id not null references account (id),
  remote_hash text not null,
  kind text not null,
  is_ours $bool not null,
  source text not null,
  source_commitment text,
  text text not null,
  text_commitment text,
  whole_length $int,
  state text not null,
  version $int not null,
  written_at $instant not null,
  seen_at $instant not null,
  edited_at $instant,
  gone_at $instant,
  labels text not null,
  priority text not null,
  release $int,
  revision $int not null,
  unique (account_id, remote_hash)
);
create index message_conversation on message (conversation_id, written_at);

create table message_version (
  message_id $id not null references message (id),
  version $int not null,
  text text not null,
  text_commitment text,
  replaced_at $instant not null,
  revision $int not null,
  primary key (message_id, version)
);

create table conversation_note (
  id $id not null primary key,
  conversation_id $id not null references conversation (id),
  by_id $id not null references person (id),
  to_id $id references person (id),
  at $instant not null,
  text text not null,
  text_commitment text,
  revision $int not null
);
create index conversation_note_of on conversation_note (conversation_id, at);

create table conversation_reply (
  draft_id $id not null primary key references draft (id),
  conversation_id $id not null references conversation (id),
  message_id $id not null references message (id),
  by_id $id not null references person (id),
  at $instant not null,
  answered_at $instant,
  publication_id $id,
  revision $int not null
);
create index conversation_reply_of on conversation_reply (conversation_id, at);
create index conversation_reply_open on conversation_reply (at) where answered_at is null;
