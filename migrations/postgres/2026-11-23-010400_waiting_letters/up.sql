-- Comments that wait and of which moderators have not been told; the letter that tells of them takes them away.
CREATE TABLE untold_comments (
    site_id BYTEA NOT NULL REFERENCES sites (id),
    comment_id BYTEA NOT NULL REFERENCES comments (id),
    PRIMARY KEY (site_id, comment_id)
);

-- queued: a job that tells the site's moderators waits. told_at: when they were told last.
CREATE TABLE site_letters (
    site_id BYTEA NOT NULL PRIMARY KEY REFERENCES sites (id),
    queued BOOLEAN NOT NULL,
    told_at BIGINT
);
