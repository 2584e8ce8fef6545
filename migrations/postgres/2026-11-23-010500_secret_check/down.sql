DROP INDEX invites_open;
DROP INDEX tokens_api;
DROP TABLE secret_check;
