-- How long it takes to resolve a conversation, which of its limits is nearest, and what was said of them. The last two are worked out from the rest of the row.
alter table conversation add column resolution text;
alter table conversation add column limits_told text not null default '[]';
alter table conversation add column next_due_at $instant;
update conversation set next_due_at = due_at;
drop index conversation_due;
create index conversation_due on conversation (state, next_due_at);

-- Clocks that ran, and what came of each.
create table finished_clock (
  id $id not null primary key,
  conversation_id $id not null references conversation (id),
  account_id $id not null references account (id),
  clock text not null,
  priority text not null,
  since $instant not null,
  ended_at $instant not null,
  due_at $instant,
  counted_milliseconds $long not null,
  how text not null,
  revision $int not null
);
create index finished_clock_of on finished_clock (conversation_id, ended_at);
create index finished_clock_since on finished_clock (since);
