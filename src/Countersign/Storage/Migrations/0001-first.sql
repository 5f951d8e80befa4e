create table ledger_event (
  seq $serial,
  id $id not null unique,
  leaf $bytes not null,
  at $instant not null,
  actor $id not null,
  act text not null,
  object text not null,
  ok $bool not null
);
create index ledger_event_object on ledger_event (object, seq);
create index ledger_event_actor on ledger_event (actor, seq);
create index ledger_event_act on ledger_event (act, seq);
--postgres alter table ledger_event add column xid xid8 not null default pg_current_xact_id();
--postgres create index ledger_event_xid on ledger_event (xid);

create table ledger_index (
  idx $long not null primary key,
  seq $long not null unique
);

create table ledger_batch (
  first_index $long not null primary key,
  count $long not null,
  snap text not null
);

create table ledger_tile (
  level $int not null,
  idx $long not null,
  hashes $bytes not null,
  primary key (level, idx)
);

create table ledger_checkpoint (
  size $long not null primary key,
  note text not null,
  at $instant not null
);

create table vault_item (
  commitment text not null primary key,
  item text not null,
  name text not null,
  object text not null,
  salt $bytes not null,
  content text not null
);
create index vault_item_object on vault_item (object);

create table job (
  id $id not null primary key,
  kind text not null,
  due_at $instant not null,
  claims $int not null,
  locked_until $instant,
  locked_by text,
  done_at $instant
);
create index job_due on job (kind, due_at, id) where done_at is null;

create table data_protection_key (
  name text not null primary key,
  cipher $bytes not null
);

create table organisation (
  id $id not null primary key,
  name text not null,
  is_demo $bool not null,
  zone text not null,
  set_up_at $instant not null,
  revision $int not null
);
create unique index organisation_only_one on organisation ((1));

create table person (
  id $id not null primary key,
  name text not null,
  email text not null,
  email_folded text not null unique,
  commitment text not null,
  title text not null,
  password_hash text,
  invite_hash text unique,
  invite_until $instant,
  failures $int not null,
  paused_until $instant,
  grants text not null,
  joined_at $instant not null,
  revision $int not null
);

create table session (
  id $id not null primary key,
  person_id $id not null references person (id),
  started_at $instant not null,
  seen_at $instant not null,
  ended_at $instant,
  ended text,
  revision $int not null
);
create index session_live on session (person_id) where ended_at is null;

create table policy_release (
  number $int not null primary key,
  digest text not null,
  effective_from $instant not null,
  issued_by $id not null,
  files text not null,
  revision $int not null
);

create table site (
  id $id not null primary key,
  name text not null,
  revision $int not null
);

create table account (
  id $id not null primary key,
  site_id $id not null references site (id),
  network text not null,
  handle text not null,
  title text not null,
  server text,
  remote_id text,
  secret_cipher text,
  state text not null,
  connected_at $instant not null,
  connected_by $id not null,
  last_success_at $instant,
  revision $int not null
);

create unique index account_remote on account (network, remote_id);

create table lockdown (
  id $id not null primary key,
  scope text not null,
  target_id $id,
  reason text not null,
  note_commitment text,
  note text not null,
  locked_by $id not null references person (id),
  locked_at $instant not null,
  took_milliseconds $int not null,
  proposed_by $id,
  proposed_at $instant,
  released_by $id,
  released_at $instant,
  revision $int not null
);
create index lockdown_in_force on lockdown (locked_at) where released_at is null;

create table shelved_post (
  key text not null primary key,
  account_id $id not null references account (id),
  text text not null,
  pictures text not null,
  created_at $instant not null
);
create index shelved_post_account on shelved_post (account_id, created_at);

create table media (
  sha256 text not null primary key,
  content_type text not null,
  width $int not null,
  height $int not null,
  tells_place $bool not null,
  tells_camera $bool not null,
  bytes $bytes not null,
  adders text not null,
  added_at $instant not null
);

create table draft (
  id $id not null primary key,
  author_id $id not null references person (id),
  created_at $instant not null,
  last_editor_id $id not null references person (id),
  edited_at $instant not null,
  editors text not null,
  version $int not null,
  text text not null,
  text_commitment text,
  pictures text not null,
  account_ids text not null,
  slot text,
  stage text not null,
  assessment text,
  requirements text not null,
  seal text,
  approve_by $instant,
  sent_at $instant,
  sent_by $id,
  signatures text not null,
  remarks text not null,
  held_because text,
  revision $int not null
);
create index draft_stage on draft (stage, approve_by);

create table draft_version (
  draft_id $id not null references draft (id),
  version $int not null,
  text text not null,
  pictures text not null,
  account_ids text not null,
  editor_id $id not null,
  at $instant not null,
  primary key (draft_id, version)
);

create table publication (
  id $id not null primary key,
  draft_id $id not null references draft (id),
  version $int not null,
  account_id $id not null references account (id),
  hands text not null,
  seal text not null,
  key text not null unique,
  created_at $instant not null,
  due_at $instant not null,
  until $instant not null,
  approval_event $id not null,
  state text not null,
  attempts $int not null,
  finds $int not null,
  intent_at $instant,
  remote_id text,
  address text,
  remote_version text,
  note text,
  settled_at $instant,
  revision $int not null
);
create index publication_draft on publication (draft_id);
create index publication_due on publication (due_at);
create index publication_state on publication (state, due_at);

create table autosave (
  id text not null primary key,
  person_id $id not null,
  draft_id $id not null,
  fields text not null,
  at $instant not null
);
