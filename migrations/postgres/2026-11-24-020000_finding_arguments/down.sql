ALTER TABLE findings DROP COLUMN arguments;
