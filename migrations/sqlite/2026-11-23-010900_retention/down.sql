DROP INDEX comments_withdrawn;
DROP TABLE erased_comments;
