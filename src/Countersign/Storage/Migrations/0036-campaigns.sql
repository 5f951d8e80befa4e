create table campaign (
  id $id not null primary key,
  details text not null,
  details_commitment text not null,
  begins text,
  ends text,
  utm_source text not null,
  utm_medium text not null,
  utm_campaign text not null,
  site_ids text not null,
  owner_id $id not null references person (id),
  closed $bool not null,
  added_by $id not null references person (id),
  added_at $instant not null,
  changed_by $id not null references person (id),
  changed_at $instant not null,
  revision $int not null
);
alter table draft add column campaign_id $id references campaign (id);
