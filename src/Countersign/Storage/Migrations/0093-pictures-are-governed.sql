-- What is known of a picture changes with an entry only. Those that are there already get one now, before the program uses the table.
alter table media add column revision $int not null default 0;
