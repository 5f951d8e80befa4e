alter table media add column size $int not null default 0;
alter table media add column master $int;
alter table media add column wrapped $bytes;
alter table media add column cipher $bytes;
alter table media add column erasure $id;
