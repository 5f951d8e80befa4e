-- Periods of regulation that labels started, and what came of them.
alter table conversation add column regulatory text not null default '[]';
