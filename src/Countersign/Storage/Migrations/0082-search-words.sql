-- What conversations can be searched by: one row for everything that somebody said, as long as it is there. The text indexes hold no more
-- than these rows do, because the database itself keeps them together.
create table search_words (
  id $serial,
  source_id $id not null unique,
  group_id $id,
  at $instant not null,
  words text not null
);
create index search_words_group on search_words (group_id, id);

--sqlite create virtual table search_text using fts5 (words, content='search_words', content_rowid='id', detail=none, tokenize="unicode61 remove_diacritics 0");
-- Words that go leave the index's pages at once, and not some day when it is merged.
--sqlite insert into search_text (search_text, rank) values ('secure-delete', 1);
--sqlite create trigger search_words_added after insert on search_words begin
--sqlite   insert into search_text (rowid, words) values (new.id, new.words);
--sqlite end;
--sqlite create trigger search_words_changed after update of words on search_words begin
--sqlite   insert into search_text (search_text, rowid, words) values ('delete', old.id, old.words);
--sqlite   insert into search_text (rowid, words) values (new.id, new.words);
--sqlite end;
--sqlite create trigger search_words_removed after delete on search_words begin
--sqlite   insert into search_text (search_text, rowid, words) values ('delete', old.id, old.words);
--sqlite end;
--postgres create index search_words_words on search_words using gin (array_to_tsvector(string_to_array(words, ' '))) with (fastupdate = off);
