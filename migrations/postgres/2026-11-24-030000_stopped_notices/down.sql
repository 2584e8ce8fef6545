ALTER TABLE suppressions DROP COLUMN codes;
