-- Which public change of all pages was a page's last: by this number other processes ask what changed, and not by the
-- time, since clocks are set.
ALTER TABLE pages ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pages_change ON pages (change);
INSERT INTO counters (name, value) VALUES ('changes', 0);

CREATE TRIGGER pages_version AFTER UPDATE OF version ON pages
BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'changes';
    UPDATE pages SET change = (SELECT value FROM counters WHERE name = 'changes') WHERE id = NEW.id;
END;

-- Always empty, and of use on PostgreSQL only, where writers take turns by it. Here there is one at a time anyway.
CREATE TABLE turns (
    id SMALLINT NOT NULL PRIMARY KEY
);
