-- The address of a page that is found by an id is a reader's claim until a moderator confirms it. The column says which
-- addresses are sure: also those of pages that a release before this one makes, at worst, until a moderator looks.
ALTER TABLE pages ADD COLUMN url_confirmed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE pages SET url_confirmed = TRUE
WHERE NOT EXISTS (
    SELECT 1 FROM page_keys WHERE page_keys.page_id = pages.id AND page_keys.page_key LIKE 'id:%'
);
