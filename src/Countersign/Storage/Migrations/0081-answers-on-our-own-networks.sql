alter table shelved_post add column reply_to text;
