create table presence (
  id text not null primary key,
  draft_id $id not null,
  person_id $id not null,
  at $instant not null
);
create index presence_draft on presence (draft_id);
