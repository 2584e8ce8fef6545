-- Withdrawn comments whose texts were erased: when, how many texts, and how many notes on decisions. The comment itself,
-- its state and its decisions stay.
CREATE TABLE erased_comments (
    site_id BYTEA NOT NULL REFERENCES sites (id),
    comment_id BYTEA NOT NULL REFERENCES comments (id),
    texts BIGINT NOT NULL,
    notes BIGINT NOT NULL,
    erased_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, comment_id)
);

-- Withdrawn comments, among which retention looks for texts to erase.
CREATE INDEX comments_withdrawn ON comments (id) WHERE state = 6;
