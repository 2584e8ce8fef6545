-- What a site says about its comments, in its owner's Markdown. A site without a row says what the server has ready.
CREATE TABLE site_abouts (
    site_id BLOB NOT NULL PRIMARY KEY REFERENCES sites (id),
    markdown TEXT NOT NULL,
    changed_at BIGINT NOT NULL
) WITHOUT ROWID;
