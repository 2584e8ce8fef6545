DROP TABLE turns;
DROP TRIGGER pages_version ON pages;
DROP FUNCTION number_page_change();
DELETE FROM counters WHERE name = 'changes';
DROP INDEX pages_change;
ALTER TABLE pages DROP COLUMN change;
