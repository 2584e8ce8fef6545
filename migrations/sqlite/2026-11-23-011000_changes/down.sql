DROP TABLE turns;
DROP TRIGGER pages_version;
DELETE FROM counters WHERE name = 'changes';
DROP INDEX pages_change;
ALTER TABLE pages DROP COLUMN change;
