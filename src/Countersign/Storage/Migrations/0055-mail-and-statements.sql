create table mail (
  id $id not null primary key,
  recipient text not null,
  subject text not null,
  body text not null,
  attachment_name text,
  attachment text,
  due_at $instant,
  attempts $int not null,
  sent_at $instant,
  trouble text
);
create index mail_due on mail (due_at) where due_at is not null;

create table recipient (
  id $id not null primary key,
  address text not null,
  address_commitment text not null,
  added_by $id not null,
  added_at $instant not null,
  removed_by $id,
  removed_at $instant,
  revision $int not null
);

create table statement (
  day text not null primary key,
  size $long not null,
  recipients $int not null,
  at $instant not null
);
