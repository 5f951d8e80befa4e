create table library_picture (
  id $id not null primary key,
  sha256 text not null unique references media (sha256),
  details text not null,
  details_commitment text not null,
  source text not null,
  licence_until text,
  people text not null,
  consent_until text,
  children $bool not null,
  generated $bool not null,
  retired $bool not null,
  added_by $id not null references person (id),
  added_at $instant not null,
  changed_by $id not null references person (id),
  changed_at $instant not null,
  revision $int not null
);
