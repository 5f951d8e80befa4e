-- When workers of a kind last ran, on any node: what became due while none did has waited for an outage.
create table worker_beat (
  kind text not null primary key,
  at $instant not null
);
