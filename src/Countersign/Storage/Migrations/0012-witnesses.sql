create table witnessed_log (
  origin text not null primary key,
  size $long not null,
  note text not null,
  at $instant
);

create table ledger_cosignature (
  size $long not null,
  witness text not null,
  line text not null,
  at $instant not null,
  primary key (size, witness)
);
create index ledger_cosignature_witness on ledger_cosignature (witness, size);

create table ledger_stamp (
  size $long not null primary key,
  authority text not null,
  token $bytes not null,
  at $instant not null
);

create table witness_alarm (
  id $id not null primary key,
  about_us $bool not null,
  origin text not null,
  witness text not null,
  at $instant not null,
  what text not null,
  held text not null,
  offered text not null,
  digest text not null unique,
  ended_at $instant
);
create index witness_alarm_open on witness_alarm (at) where ended_at is null;
