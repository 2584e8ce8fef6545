-- Which public change of all pages was a page's last: by this number other processes ask what changed. The database
-- gives it, not the clocks of nodes, which differ. It comes from a counter whose row stays locked until the change is
-- committed, so that numbers are committed in their order: whoever sees one sees all that are lower.
ALTER TABLE pages ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pages_change ON pages (change);
INSERT INTO counters (name, value) VALUES ('changes', 0);

-- By a trigger, so that a node of the release before this one, which knows nothing of it, takes part.
CREATE FUNCTION number_page_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'changes' RETURNING value INTO STRICT NEW.change;
    RETURN NEW;
END
$$;
CREATE TRIGGER pages_version BEFORE UPDATE OF version ON pages
FOR EACH ROW EXECUTE FUNCTION number_page_change();

-- Always empty. On PostgreSQL a transaction that writes locks it before it looks at anything, so that writers of all
-- nodes take turns instead of getting in each other's way.
CREATE TABLE turns (
    id SMALLINT NOT NULL PRIMARY KEY
);
