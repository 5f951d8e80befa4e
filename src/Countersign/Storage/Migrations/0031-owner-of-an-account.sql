alter table account add column owner_id $id;
