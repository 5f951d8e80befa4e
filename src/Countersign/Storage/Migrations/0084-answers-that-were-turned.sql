-- An answer's draft can go out as something else; a reading from the beginning knows that it is one.
alter table conversation_reply add column turned_at $instant;
alter table inbox_reading add column is_whole $bool not null default false;
alter table inbox_reading add column turns $int not null default 0;
alter table inbox_reading add column asked_again_at $instant;
