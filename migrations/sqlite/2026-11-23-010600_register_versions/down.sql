ALTER TABLE revisions DROP COLUMN register_version;
