drop index vault_item_object;
alter table vault_item rename to vault_item_clear;
create table vault_item (
  commitment text not null primary key,
  item text not null,
  name text not null,
  object text not null,
  salt $bytes,
  master $int,
  wrapped $bytes,
  cipher $bytes,
  erasure $id
);
create index vault_item_object on vault_item (object);

create table legal_hold (
  id $id not null primary key,
  target text not null,
  matter text not null,
  matter_commitment text not null,
  placed_by $id not null references person (id),
  placed_at $instant not null,
  proposed_by $id,
  proposed_at $instant,
  released_by $id,
  released_at $instant,
  revision $int not null
);

create table erasure (
  id $id not null primary key,
  target text not null,
  basis text not null,
  note text not null,
  note_commitment text not null,
  asked_by $id not null references person (id),
  asked_at $instant not null,
  decided_by $id,
  decided_at $instant,
  state text not null,
  items $int not null,
  revision $int not null
);
