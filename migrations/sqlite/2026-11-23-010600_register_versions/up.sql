-- On which version of the site's register a text was judged. 0 is older than any: those are judged again before they
-- are made public.
ALTER TABLE revisions ADD COLUMN register_version BIGINT NOT NULL DEFAULT 0;
