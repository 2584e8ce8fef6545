ALTER TABLE decision_notes DROP COLUMN words;
