create table draft_import (
  id $id not null primary key,
  person_id $id not null references person (id),
  file_name text not null,
  sha256 text not null,
  bytes $bytes not null,
  uploaded_at $instant not null,
  confirmed_at $instant,
  state text not null,
  saved $int not null,
  rows $int not null,
  trouble text
);
create index draft_import_person on draft_import (person_id, uploaded_at);
