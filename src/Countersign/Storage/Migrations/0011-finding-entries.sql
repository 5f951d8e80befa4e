-- Tables to find entries by, filled from their bytes after they have their place, so that no commit waits for them.
create table ledger_look (
  idx $long not null primary key,
  at $long not null,
  actor $id not null,
  kind text not null,
  act text not null,
  object text not null,
  ok $bool not null
);
create index ledger_look_object on ledger_look (object, idx);
create index ledger_look_actor on ledger_look (actor, idx);
create index ledger_look_actor_kind on ledger_look (actor, kind, idx);
create index ledger_look_kind on ledger_look (kind, idx);
create index ledger_look_act on ledger_look (act, idx);
--sqlite create index ledger_look_refused on ledger_look (idx) where ok = 0;
--sqlite create index ledger_look_refused_actor on ledger_look (actor, idx) where ok = 0;
--sqlite create index ledger_look_refused_kind on ledger_look (kind, idx) where ok = 0;
--postgres create index ledger_look_refused on ledger_look (idx) where not ok;
--postgres create index ledger_look_refused_actor on ledger_look (actor, idx) where not ok;
--postgres create index ledger_look_refused_kind on ledger_look (kind, idx) where not ok;

create table ledger_hour (
  hour $long not null primary key,
  first $long not null,
  last $long not null
);

--sqlite create virtual table ledger_text using fts5 (words, content='', detail=none, tokenize="unicode61 remove_diacritics 0");
--postgres create table ledger_text (idx bigint not null primary key, words tsvector not null);
--postgres create index ledger_text_words on ledger_text using gin (words) with (fastupdate = off);

drop index ledger_event_object;
drop index ledger_event_actor;
drop index ledger_event_act;
