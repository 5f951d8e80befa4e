-- A row for each run of entries that follow on each other both as they were inserted and in the log, instead of one for each entry.
create table ledger_run (
  first_index $long not null primary key,
  first_seq $long not null unique,
  count $long not null
);
insert into ledger_run (first_index, first_seq, count)
select min(idx), min(seq), count(*)
from (select idx, seq, seq - idx as shift, idx - row_number() over (partition by seq - idx order by idx) as island from ledger_index) as places
group by shift, island;
drop table ledger_index;

-- The open tiles are written anew with each batch. Hashes do not compress, and what was there before them is soon room again.
--postgres alter table ledger_tile alter column hashes set storage external;
--postgres alter table ledger_tile set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 800);
