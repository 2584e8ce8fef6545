DROP INDEX comments_record;
DROP INDEX findings_mentions;
DROP INDEX reports_open;
DROP INDEX reports_newest;
