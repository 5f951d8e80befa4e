-- Jobs of one lane (an account) are done one after the other, in the order of their places; those of one pool (a network) share its room.
alter table job rename to job_before;
drop index job_due;
create table job (
  id $id not null primary key,
  kind text not null,
  pool text not null,
  lane $id,
  place $instant not null,
  due_at $instant not null,
  claims $int not null,
  locked_until $instant,
  locked_by text,
  done_at $instant
);
insert into job (id, kind, pool, lane, place, due_at, claims, locked_until, locked_by, done_at)
  select j.id, j.kind, coalesce(a.network, ''), case when p.state in ('Approved', 'Claimed', 'Waiting') and j.locked_by is null then p.account_id end, coalesce(p.due_at, j.due_at), j.due_at, j.claims, j.locked_until, j.locked_by, j.done_at
  from job_before j left join publication p on p.id = j.id left join account a on a.id = p.account_id;
drop table job_before;
create index job_due on job (kind, pool, due_at, id) where done_at is null;
create index job_lane on job (lane, place, id) where done_at is null and lane is not null;
-- One at a time: not a rule of the program alone, so that two nodes cannot break it between them.
create unique index job_lane_busy on job (lane) where locked_by is not null and done_at is null;

create table lane_pause (
  lane $id not null primary key,
  until $instant not null,
  why text not null
);
