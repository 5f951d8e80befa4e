create table post_responses (
  standing_id $id not null primary key references standing_post (id),
  likes $long,
  reposts $long,
  replies $long,
  quotes $long,
  counted_at $instant not null
);
