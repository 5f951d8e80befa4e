create table posting_plan (
  account_id $id not null primary key,
  per_week $int not null,
  days text not null,
  times text not null,
  zone text not null,
  minutes_apart $int not null,
  quiet_from text,
  quiet_until text,
  holidays text not null,
  set_by $id not null,
  set_at $instant not null,
  revision $int not null
);

create table blackout (
  id $id not null primary key,
  scope text not null,
  target_id $id,
  force text not null,
  begins_at $instant not null,
  ends_at $instant not null,
  reason text not null,
  reason_commitment text,
  placed_by $id not null,
  placed_at $instant not null,
  lifted_by $id,
  lifted_at $instant,
  revision $int not null
);
create index blackout_open on blackout (ends_at) where lifted_at is null;

create table extra_day (
  id $id not null primary key,
  day text not null,
  name text not null,
  nation text not null,
  is_off $bool not null,
  added_by $id not null,
  added_at $instant not null,
  revision $int not null,
  unique (day, nation)
);
